package dev.margrave.orchestrator.stage;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;
import dev.margrave.orchestrator.journal.Durability;
import dev.margrave.orchestrator.stage.StageProtocol.Command;
import dev.margrave.orchestrator.stage.StageProtocol.Drain;
import dev.margrave.orchestrator.stage.StageProtocol.Drained;
import dev.margrave.orchestrator.stage.StageProtocol.Notice;
import dev.margrave.orchestrator.stage.StageProtocol.Planned;
import dev.margrave.orchestrator.stage.StageProtocol.Run;
import dev.margrave.orchestrator.stage.StageProtocol.StageChanged;
import dev.margrave.orchestrator.stage.StageProtocol.StageEnded;
import dev.margrave.orchestrator.stage.StageState.Over;
import dev.margrave.orchestrator.stage.StageState.Running;
import dev.margrave.orchestrator.stage.StageState.Unplanned;
import dev.margrave.orchestrator.stage.StageState.Waiting;
import dev.margrave.orchestrator.view.StageProgress;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.WorkerProtocol;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Takes one stage through its attempts to its one end. Whatever it does was persisted first; the
 * attempt's number is the fencing token. {@link StageProtocol} draws its conversations.
 *
 * <p>An attempt that runs when this supervisor recovers ran in a process that is gone: it is over,
 * and the next one goes on from the last committed checkpoint.
 */
public final class StageSupervisor
    extends EventSourcedBehavior<StageProtocol.Command, StageEvent, StageState> {

  /** Events between two snapshots. */
  private static final int SNAPSHOT_EVERY_EVENTS = 100;

  private static final int KEPT_SNAPSHOTS = 2;

  /** What a supervisor is told by its own adapters, timers and watches. */
  sealed interface Internal extends Command {}

  record SlotOffered(SchedulerProtocol.SlotGranted grant) implements Internal {}

  record Reported(WorkerProtocol.Report report) implements Internal {}

  record WorkerGone(int attempt) implements Internal {}

  record Interrupted(int attempt) implements Internal {}

  record AskForSlot() implements Internal {}

  /**
   * What a supervisor works with.
   *
   * @param seed of the jitter
   */
  public record Surroundings(
      ActorRef<SchedulerProtocol.Command> scheduler,
      ActorRef<StageChanged> views,
      Durability durability,
      StageSettings settings,
      long seed) {}

  private final ActorContext<Command> context;
  private final StageId stage;
  private final Surroundings surroundings;

  // Soft: known to this incarnation only.
  private final SlotClaim slot;
  private final AttemptNodes nodes;
  private final Set<ActorRef<Drained>> draining = new LinkedHashSet<>();
  private Optional<ActorRef<Notice>> owner = Optional.empty();
  private Optional<StageProgress> progress = Optional.empty();

  /** The supervisor of a stage; the journal knows where it stands. */
  public static Behavior<Command> create(StageId stage, Surroundings surroundings) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new StageSupervisor(context, timers, stage, surroundings)));
  }

  private StageSupervisor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      StageId stage,
      Surroundings surroundings) {
    super(PersistenceId.of("stage", stage.text()));
    this.context = context;
    this.stage = stage;
    this.surroundings = surroundings;
    this.slot =
        new SlotClaim(
            stage,
            surroundings.scheduler(),
            context.messageAdapter(SchedulerProtocol.SlotGranted.class, SlotOffered::new),
            timers,
            surroundings.settings().askAgain());
    this.nodes =
        new AttemptNodes(
            stage, context, context.messageAdapter(WorkerProtocol.Report.class, Reported::new));
  }

  @Override
  public StageState emptyState() {
    return new Unplanned();
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(SNAPSHOT_EVERY_EVENTS, KEPT_SNAPSHOTS);
  }

  @Override
  public EventHandler<StageState, StageEvent> eventHandler() {
    return StageState::apply;
  }

  @Override
  public SignalHandler<StageState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.instance(), this::onRecovered)
        .build();
  }

  private void onRecovered(StageState state) {
    if (state instanceof Running running) {
      context.getSelf().tell(new Interrupted(running.history().attempt()));
    } else if (state instanceof Waiting) {
      context.getSelf().tell(new AskForSlot());
    }
    show(state);
  }

  @Override
  public CommandHandler<Command, StageEvent, StageState> commandHandler() {
    var handle = newCommandHandlerBuilder();
    handle
        .forStateType(Unplanned.class)
        .onCommand(Run.class, this::onFirstRun)
        .onCommand(SlotOffered.class, this::onUnwantedSlot);
    handle
        .forStateType(Waiting.class)
        .onCommand(SlotOffered.class, this::onSlot)
        .onCommand(AskForSlot.class, this::onAskForSlot);
    handle
        .forStateType(Running.class)
        .onCommand(Drain.class, this::onDrainWhileRunning)
        .onCommand(SlotOffered.class, (state, offer) -> ignore(state, offer))
        .onCommand(WorkerGone.class, this::onWorkerGone)
        .onCommand(Interrupted.class, this::onInterrupted)
        .onCommand(Reported.class, this::onReport);
    handle.forStateType(Over.class).onCommand(SlotOffered.class, this::onUnwantedSlot);
    handle
        .forAnyState()
        .onCommand(Run.class, this::onRepeatedRun)
        .onCommand(Drain.class, this::onDrainWhileIdle)
        .onCommand(Reported.class, this::onStaleReport)
        .onAnyCommand(this::ignore);
    return handle.build();
  }

  // ---- what the experiment wants

  private Effect<StageEvent, StageState> onFirstRun(Unplanned state, Run command) {
    owner = Optional.of(command.replyTo());
    return Effect()
        .persist(new StageEvent.Planned(command.spec(), command.rank()))
        .thenRun(
            after -> {
              command.replyTo().tell(new Planned(stage));
              moved(state, after, "planned");
              askForSlot(after);
            });
  }

  private Effect<StageEvent, StageState> onRepeatedRun(StageState state, Run command) {
    owner = Optional.of(command.replyTo());
    return Effect()
        .persist(state.again(command))
        .thenRun(after -> afterRepeatedRun(state, after, command));
  }

  private void afterRepeatedRun(StageState before, StageState after, Run command) {
    command
        .replyTo()
        .tell(
            after instanceof Over over ? new StageEnded(stage, over.ending()) : new Planned(stage));
    if (before instanceof Over && after instanceof Waiting) {
      moved(before, after, "tried again");
      askForSlot(after);
    }
  }

  private Effect<StageEvent, StageState> onDrainWhileIdle(StageState state, Drain command) {
    draining.add(command.replyTo());
    waitFor(state, "waits for the next start");
    slot.release();
    command.replyTo().tell(new Drained(stage));
    return Effect().none();
  }

  private Effect<StageEvent, StageState> onDrainWhileRunning(Running state, Drain command) {
    draining.add(command.replyTo());
    return Effect().none();
  }

  // ---- slots

  private Effect<StageEvent, StageState> onAskForSlot(Waiting state, AskForSlot command) {
    askForSlot(state);
    return Effect().none();
  }

  private void askForSlot(StageState state) {
    if (state instanceof Waiting waiting && draining.isEmpty() && slot.ask(waiting.history())) {
      show(state);
    }
  }

  private void waitFor(StageState state, String reason) {
    slot.pause(reason);
    show(state);
  }

  private Effect<StageEvent, StageState> onSlot(Waiting state, SlotOffered offer) {
    if (!slot.take()) {
      return onUnwantedSlot(state, offer);
    }
    SchedulerProtocol.SlotGranted grant = offer.grant();
    int attempt = state.history().attempt() + 1;
    return Effect()
        .persist(new StageEvent.Assigned(attempt, grant.worker()))
        .thenRun(
            after -> {
              progress = Optional.empty();
              moved(state, after, "attempt " + attempt + " goes to worker " + grant.worker());
              nodes.begin(((Running) after).history(), grant.node());
            });
  }

  private Effect<StageEvent, StageState> onUnwantedSlot(StageState state, SlotOffered offer) {
    slot.release();
    return Effect().none();
  }

  // ---- reports

  private Effect<StageEvent, StageState> onReport(Running state, Reported command) {
    WorkerProtocol.Report report = command.report();
    if (!report.attempt().equals(new AttemptId(stage, state.history().attempt()))) {
      return onStaleReport(state, command);
    }
    if (report instanceof WorkerProtocol.Evaluated
        || report instanceof WorkerProtocol.GuardMeasured
        || report instanceof WorkerProtocol.CheckpointDamaged) {
      return onMeasured(state, report);
    }
    if (report instanceof WorkerProtocol.CheckpointSaved saved) {
      return onCheckpointSaved(state, saved);
    }
    if (report instanceof WorkerProtocol.Ended ended) {
      return onEnded(
          state,
          AttemptEnding.reported(
              state, ended.outcome(), ended.effort(), retry(), surroundings.seed()));
    }
    if (report instanceof WorkerProtocol.Progressed progressed) {
      progress = Optional.of(StageViews.progress(progressed));
    }
    show(state);
    return Effect().none();
  }

  private Effect<StageEvent, StageState> onMeasured(Running state, WorkerProtocol.Report report) {
    List<StageEvent> news = state.history().news(report);
    int limit = surroundings.settings().maximumEvaluations();
    boolean evaluation = report instanceof WorkerProtocol.Evaluated;
    if (evaluation && !news.isEmpty() && state.history().margins().size() >= limit) {
      context.getLog().warn("{}: the limit of {} kept evaluations is reached", stage, limit);
      return Effect().none();
    }
    return Effect().persist(news).thenRun(this::show);
  }

  private Effect<StageEvent, StageState> onCheckpointSaved(
      Running state, WorkerProtocol.CheckpointSaved report) {
    StageHistory history = state.history();
    if (history.resumeFrom().equals(Optional.of(report.checkpoint()))) {
      nodes.checkpointCommitted(history, List.of());
      return Effect().none();
    }
    return Effect()
        .persist(new StageEvent.CheckpointCommitted(report.checkpoint(), report.effort()))
        .thenRun(
            (StageState after) -> {
              surroundings.durability().decisive();
              nodes.checkpointCommitted(((Running) after).history(), history.obsolete());
            });
  }

  private Effect<StageEvent, StageState> onStaleReport(StageState state, Reported command) {
    nodes.stale(StageViews.history(state), command.report());
    return Effect().none();
  }

  // ---- the end of an attempt

  private Effect<StageEvent, StageState> onWorkerGone(Running state, WorkerGone command) {
    if (command.attempt() != state.history().attempt()) {
      return Effect().none();
    }
    return onEnded(state, AttemptEnding.workerGone(state, retry(), surroundings.seed()));
  }

  private Effect<StageEvent, StageState> onInterrupted(Running state, Interrupted command) {
    if (command.attempt() != state.history().attempt()) {
      return Effect().none();
    }
    return onEnded(state, AttemptEnding.interrupted(state));
  }

  private Effect<StageEvent, StageState> onEnded(Running state, AttemptEnding ending) {
    return Effect().persist(ending.event()).thenRun(after -> afterEnd(state, after, ending));
  }

  private void afterEnd(Running before, StageState after, AttemptEnding ending) {
    surroundings.durability().decisive();
    int attempt = ending.event().attempt();
    String outcome = StageViews.words(ending.event().outcome());
    progress = Optional.empty();
    nodes.over(attempt);
    slot.attemptOver();
    moved(before, after, "attempt " + attempt + " ended: " + outcome);
    if (after instanceof Over over) {
      owner.ifPresent(known -> known.tell(new StageEnded(stage, over.ending())));
    } else if (!draining.isEmpty()) {
      waitFor(after, "waits for the next start");
    } else if (ending.delay().isZero()) {
      askForSlot(after);
    } else {
      waitFor(after, outcome + "; tries again in " + StageViews.words(ending.delay()));
      slot.askAfter(ending.delay());
    }
    draining.forEach(asker -> asker.tell(new Drained(stage)));
  }

  // ---- helpers

  private Effect<StageEvent, StageState> ignore(StageState state, Command command) {
    context
        .getLog()
        .debug(
            "{}: {} in state {} changes nothing", stage, command, state.getClass().getSimpleName());
    return Effect().none();
  }

  private RetrySettings retry() {
    return surroundings.settings().retry();
  }

  private void moved(StageState before, StageState after, String reason) {
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

  private void show(StageState state) {
    surroundings
        .views()
        .tell(
            new StageChanged(
                stage, StageViews.of(stage.key(), state, slot.waitingFor(), progress)));
  }
}
