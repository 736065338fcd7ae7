package dev.margrave.orchestrator.experiment;

import akka.actor.typed.ActorRef;
import dev.margrave.orchestrator.experiment.ExperimentState.Active;
import dev.margrave.orchestrator.experiment.ExperimentState.Mode;
import dev.margrave.orchestrator.stage.StageProtocol;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.worker.StageDirectory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What an experiment says to the supervisors of its stages, a bounded number of them at once, and
 * says again to those that have not answered. Soft: known to this incarnation of the experiment's
 * supervisor only; a recovered one takes every stage that could run for one that does.
 */
final class Dispatch {
  private final ExperimentId experiment;
  private final StageDirectory stages;
  private final ActorRef<StageProtocol.Notice> replies;
  private final int window;

  /** Told to run and not over, in the order in which they were. Outlives a pause. */
  private final Set<StageKey> released = new LinkedHashSet<>();

  /** May run, or wait for a slot. */
  private final Set<StageKey> loose = new LinkedHashSet<>();

  /** Told to suspend or to cancel, without an answer yet. */
  private final Set<StageKey> unanswered = new LinkedHashSet<>();

  Dispatch(
      ExperimentId experiment,
      StageDirectory stages,
      ActorRef<StageProtocol.Notice> replies,
      int window) {
    this.experiment = experiment;
    this.stages = stages;
    this.replies = replies;
    this.window = window;
  }

  /** What was said before this incarnation is not known. */
  void recovered(Course course) {
    released.retainAll(course.ready());
    unanswered.clear();
    loose.clear();
    loose.addAll(course.ready());
  }

  /** After a change of what is wanted: says it to all whom it concerns. */
  void turn(Active state, Course course) {
    unanswered.retainAll(course.closing());
    released.retainAll(course.ready());
    loose.retainAll(course.ready());
    if (state.mode() == Mode.RUNNING) {
      released.forEach(stage -> run(stage, course));
    }
    give(state, course);
  }

  /** Says again what was not answered. */
  void repeat(Active state, Course course) {
    if (state.mode() == Mode.RUNNING) {
      released.forEach(stage -> run(stage, course));
    }
    unanswered.forEach(stage -> end(stage, course));
    give(state, course);
  }

  /**
   * Speaks to as many stages as it may.
   *
   * @return those newly told to run
   */
  List<StageKey> give(Active state, Course course) {
    tell(course.closing(), course);
    if (state.mode() == Mode.PAUSED) {
      tell(loose, course);
    }
    List<StageKey> fresh = new ArrayList<>();
    if (state.mode() == Mode.RUNNING && released.size() < limit(state)) {
      for (StageKey stage : course.ready()) {
        if (released.size() >= limit(state)) {
          break;
        }
        if (released.add(stage)) {
          fresh.add(stage);
          run(stage, course);
        }
      }
    }
    return fresh;
  }

  private void tell(Collection<StageKey> targets, Course course) {
    if (unanswered.size() >= window) {
      return;
    }
    for (StageKey stage : targets) {
      if (unanswered.size() >= window) {
        return;
      }
      if (unanswered.add(stage)) {
        end(stage, course);
      }
    }
  }

  private void run(StageKey stage, Course course) {
    loose.add(stage);
    send(
        stage,
        new StageProtocol.Run(
            course.order(stage), course.plan().rank(stage), course.forgetBefore(stage), replies));
  }

  private void end(StageKey stage, Course course) {
    send(
        stage,
        course.closing().contains(stage)
            ? new StageProtocol.Cancel(replies)
            : new StageProtocol.Suspend(replies));
  }

  private void send(StageKey stage, StageProtocol.Command command) {
    stages.tell(new StageId(experiment, stage), command);
  }

  /** A stage runs no more, and will not until it is told to. */
  void suspended(StageKey stage, Active state, Course course) {
    if (state.mode() == Mode.PAUSED && !course.closing().contains(stage)) {
      loose.remove(stage);
      unanswered.remove(stage);
    }
  }

  /** A stage is over. */
  void ended(StageKey stage) {
    released.remove(stage);
    loose.remove(stage);
    unanswered.remove(stage);
  }

  /** What a stage shows tells whether it runs. */
  void seen(StageView view, Active state, Course course) {
    StageKey stage = view.stage();
    if (view.status() != StageStatus.RUNNING || !course.ready().contains(stage)) {
      return;
    }
    if (loose.add(stage) && state.mode() == Mode.PAUSED) {
      give(state, course);
    }
    if (state.mode() == Mode.RUNNING) {
      released.add(stage);
    }
  }

  /** Whether something has to be said again. */
  boolean waits(Active state) {
    return !unanswered.isEmpty() || (state.mode() == Mode.RUNNING && !released.isEmpty());
  }

  /** Why a stage that could run is not asked for; empty when it is. */
  String held(StageKey stage, Active state) {
    if (state.mode() == Mode.PAUSED) {
      return "paused";
    }
    if (released.contains(stage) || released.size() < limit(state)) {
      return "";
    }
    int maximum = state.spec().resources().maxParallel();
    return maximum > 0 && maximum <= window
        ? maximum + " of its experiment's stages run, resources.max-parallel allows no more"
        : "waits for " + window + " stages of its experiment that are more urgent";
  }

  private int limit(Active state) {
    int maximum = state.spec().resources().maxParallel();
    return maximum > 0 ? Math.min(maximum, window) : window;
  }
}
