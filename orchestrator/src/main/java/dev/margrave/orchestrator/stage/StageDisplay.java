package dev.margrave.orchestrator.stage;

import akka.actor.typed.javadsl.ActorContext;
import dev.margrave.orchestrator.stage.StageProtocol.StageChanged;
import dev.margrave.orchestrator.view.StageProgress;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.worker.StageMessage;
import dev.margrave.protocol.worker.WorkerProtocol;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What users and operators see of a stage: every change of its view, every transition in the log.
 */
final class StageDisplay {
  private final StageId stage;
  private final ActorContext<StageMessage> context;
  private final Consumer<StageChanged> views;
  private final StageInstruments instruments;
  private final SlotClaim slot;
  private Optional<StageProgress> progress = Optional.empty();

  /**
   * Nothing shown yet.
   *
   * @param slot knows for what the stage waits
   */
  StageDisplay(
      StageId stage,
      ActorContext<StageMessage> context,
      Consumer<StageChanged> views,
      StageInstruments instruments,
      SlotClaim slot) {
    this.stage = stage;
    this.context = context;
    this.views = views;
    this.instruments = instruments;
    this.slot = slot;
  }

  /** The attempt that runs is so far. Known to this incarnation of the supervisor only. */
  void progressed(StageState state, WorkerProtocol.Progressed report) {
    progress = Optional.of(StageViews.progress(report));
    show(state);
  }

  /** Of an attempt that no longer runs, or does not yet. */
  void forgetProgress() {
    progress = Optional.empty();
  }

  void moved(StageState before, StageState after, String reason) {
    context
        .getLog()
        .info(
            "{}: {} -> {}, {}",
            stage,
            before.getClass().getSimpleName(),
            after.getClass().getSimpleName(),
            reason);
    show(after);
  }

  void show(StageState state) {
    StageView view = StageViews.of(stage.key(), state, slot.waitingFor(), progress);
    views.accept(new StageChanged(stage, view));
    StageViews.history(state)
        .ifPresent(
            history ->
                instruments.stands(
                    stage,
                    new StageInstruments.Standing(
                        history.spec().experiment().dataset().name(),
                        view,
                        history.resumeFrom().stream().mapToLong(CheckpointRef::step).findFirst())));
  }
}
