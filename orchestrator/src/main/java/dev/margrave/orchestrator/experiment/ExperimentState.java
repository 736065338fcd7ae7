package dev.margrave.orchestrator.experiment;

import dev.margrave.orchestrator.journal.JournalState;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.worker.Effort;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Where an experiment stands.
 *
 * <pre>
 *   Unknown --Submitted--&gt; Active --StageEnded*, Finished--&gt; Active, finished --Removed--&gt; Removed
 *                             ^                                  |
 *                             +---- StagesReopened, Extended ----+
 *
 *   RUNNING --Paused--&gt; PAUSED --Resumed--&gt; RUNNING
 *   RUNNING, PAUSED --Cancelled--&gt; CANCELLED --StagesReopened--&gt; RUNNING
 * </pre>
 */
public sealed interface ExperimentState extends JournalState {

  /** What a user wants of an active experiment. */
  enum Mode {
    /** Stages run as soon as they can. */
    RUNNING,
    /** None runs. */
    PAUSED,
    /** All that was not over has ended. */
    CANCELLED
  }

  /** The state after an event. */
  default ExperimentState apply(ExperimentEvent event) {
    throw new IllegalStateException(
        event.getClass().getSimpleName() + " cannot happen in state " + getClass().getSimpleName());
  }

  /** Never submitted. */
  record Unknown() implements ExperimentState {
    @Override
    public ExperimentState apply(ExperimentEvent event) {
      return event instanceof ExperimentEvent.Submitted submitted
          ? new Active(
              submitted.experiment(),
              submitted.spec(),
              submitted.specHash(),
              List.of(),
              List.of(),
              false,
              Mode.RUNNING,
              List.of(),
              List.of())
          : ExperimentState.super.apply(event);
    }
  }

  /** Off the list. */
  record Removed(ExperimentId experiment) implements ExperimentState {}

  /**
   * Submitted.
   *
   * @param endings of the stages that are over, in the order in which they ended; those that were
   *     cancelled are there at once
   * @param forgotten endings of stages that did not complete and were reopened
   * @param finished whether nothing is left to run
   * @param closing stages that were cancelled and have not said yet that they are over
   * @param earlier what the spec was before each extension, the oldest first
   */
  record Active(
      ExperimentId experiment,
      ExperimentSpec spec,
      String specHash,
      List<StageEnding> endings,
      List<StageEnding> forgotten,
      boolean finished,
      Mode mode,
      List<StageKey> closing,
      List<SpecVersion> earlier)
      implements ExperimentState {

    public Active {
      endings = List.copyOf(endings);
      // Absent from snapshots that were written before there were such.
      forgotten = forgotten == null ? List.of() : List.copyOf(forgotten);
      mode = mode == null ? Mode.RUNNING : mode;
      closing = closing == null ? List.of() : List.copyOf(closing);
      earlier = earlier == null ? List.of() : List.copyOf(earlier);
    }

    @Override
    public ExperimentState apply(ExperimentEvent event) {
      if (event instanceof ExperimentEvent.StageEnded ended) {
        return ended(ended.ending());
      }
      if (event instanceof ExperimentEvent.Finished) {
        return with(endings, forgotten, true, mode, closing);
      }
      if (event instanceof ExperimentEvent.Respecified respecified) {
        return with(respecified.spec(), specHash, finished, earlier);
      }
      if (event instanceof ExperimentEvent.Extended extended) {
        List<SpecVersion> versions = new ArrayList<>(earlier);
        versions.add(new SpecVersion(spec.seeds(), specHash));
        return with(extended.spec(), extended.specHash(), false, versions);
      }
      if (event instanceof ExperimentEvent.Reopened) {
        return reopened(Set.copyOf(unsuccessful()));
      }
      if (event instanceof ExperimentEvent.StagesReopened reopened) {
        return reopened(Set.copyOf(reopened.stages()));
      }
      if (event instanceof ExperimentEvent.Paused) {
        return with(endings, forgotten, finished, Mode.PAUSED, closing);
      }
      if (event instanceof ExperimentEvent.Resumed) {
        return with(endings, forgotten, finished, Mode.RUNNING, closing);
      }
      if (event instanceof ExperimentEvent.Cancelled cancelled) {
        return cancelled(cancelled);
      }
      return event instanceof ExperimentEvent.Removed
          ? new Removed(experiment)
          : ExperimentState.super.apply(event);
    }

    private Active ended(StageEnding ending) {
      if (!closing.contains(ending.stage())) {
        return with(plus(endings, ending), forgotten, finished, mode, closing);
      }
      List<StageKey> open =
          closing.stream().filter(stage -> !stage.equals(ending.stage())).toList();
      List<StageEnding> known = new ArrayList<>(endings);
      for (int i = 0; i < known.size(); i++) {
        if (known.get(i).stage().equals(ending.stage())) {
          known.set(i, ending);
          return with(known, forgotten, finished, mode, open);
        }
      }
      // Reopened before it had heard of the cancel.
      return ending.completed()
          ? with(plus(endings, ending), forgotten, finished, mode, open)
          : with(endings, plus(forgotten, ending), finished, mode, open);
    }

    private static List<StageEnding> plus(List<StageEnding> endings, StageEnding ending) {
      StageEnding[] more = endings.toArray(new StageEnding[endings.size() + 1]);
      more[endings.size()] = ending;
      return List.of(more);
    }

    private Active cancelled(ExperimentEvent.Cancelled event) {
      List<StageEnding> over = new ArrayList<>(endings);
      event.asked().forEach(stage -> over.add(cancelledEnding(stage)));
      event.unasked().forEach(stage -> over.add(cancelledEnding(stage)));
      Set<StageKey> open = new LinkedHashSet<>(closing);
      open.addAll(event.asked());
      return with(over, forgotten, finished, Mode.CANCELLED, List.copyOf(open));
    }

    private static StageEnding cancelledEnding(StageKey stage) {
      return new StageEnding(stage, new Outcome.Cancelled(), 0, Effort.NONE, List.of());
    }

    private Active reopened(Set<StageKey> stages) {
      Set<StageKey> open = new HashSet<>(closing);
      List<StageEnding> kept = new ArrayList<>();
      List<StageEnding> failed = new ArrayList<>(forgotten);
      for (StageEnding ending : endings) {
        if (!stages.contains(ending.stage())) {
          kept.add(ending);
        } else if (!open.contains(ending.stage())) {
          failed.add(ending);
        }
      }
      Mode after = mode == Mode.CANCELLED ? Mode.RUNNING : mode;
      return with(kept, failed, false, after, closing);
    }

    private Active with(
        List<StageEnding> over,
        List<StageEnding> reopened,
        boolean done,
        Mode wanted,
        List<StageKey> open) {
      return new Active(experiment, spec, specHash, over, reopened, done, wanted, open, earlier);
    }

    private Active with(
        ExperimentSpec newSpec, String newHash, boolean done, List<SpecVersion> versions) {
      return new Active(
          experiment, newSpec, newHash, endings, forgotten, done, mode, closing, versions);
    }

    /** The stages that are over without a result. */
    List<StageKey> unsuccessful() {
      return endings.stream()
          .filter(ending -> !ending.completed())
          .map(StageEnding::stage)
          .toList();
    }
  }
}
