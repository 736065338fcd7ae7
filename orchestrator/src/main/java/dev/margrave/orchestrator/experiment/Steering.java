package dev.margrave.orchestrator.experiment;

import dev.margrave.orchestrator.experiment.ExperimentState.Active;
import dev.margrave.orchestrator.experiment.ExperimentState.Mode;
import dev.margrave.orchestrator.plan.Plan;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.orchestrator.service.Control;
import dev.margrave.orchestrator.service.ControlReply;
import dev.margrave.orchestrator.service.ControlReply.Done;
import dev.margrave.orchestrator.service.ControlReply.Refused;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.loading.CanonicalSpec;
import dev.margrave.protocol.spec.loading.SpecLoader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a user's command does to an active experiment. Pure: the answer to a repeat is that of the
 * first time, and it persists nothing.
 */
final class Steering {
  /** Largest seed that an experiment file may hold: a double holds it exactly. */
  private static final long LARGEST_SEED = 1L << 53;

  /**
   * What is to be persisted, and then answered.
   *
   * @param events empty when it has been done before or is refused
   */
  record Decision(List<ExperimentEvent> events, ControlReply reply) {
    Decision {
      events = List.copyOf(events);
    }
  }

  private final Active state;
  private final Course course;
  private final int maximumStages;
  private final Instant now;
  private final String name;

  private Steering(Active state, Course course, int maximumStages, Instant now) {
    this.state = state;
    this.course = course;
    this.maximumStages = maximumStages;
    this.now = now;
    this.name = "experiment " + state.experiment();
  }

  /** Decides on a command. */
  static Decision decide(
      Active state, Course course, Control control, int maximumStages, Instant now) {
    var steering = new Steering(state, course, maximumStages, now);
    if (control instanceof Control.Pause) {
      return steering.pause();
    }
    if (control instanceof Control.Resume) {
      return steering.resume();
    }
    if (control instanceof Control.Cancel) {
      return steering.cancel();
    }
    if (control instanceof Control.Retry retry) {
      return retry.stage().map(steering::retry).orElseGet(steering::retryAll);
    }
    return control instanceof Control.Extend extend
        ? steering.extend(extend.seeds())
        : steering.remove();
  }

  private Decision pause() {
    if (state.mode() == Mode.CANCELLED) {
      return refuse(" was cancelled, so there is nothing to pause; retry it to go on");
    }
    if (state.mode() == Mode.RUNNING && state.finished()) {
      return refuse(" is finished, so there is nothing to pause");
    }
    return done(
        state.mode() == Mode.PAUSED ? List.of() : List.of(new ExperimentEvent.Paused(now)),
        " is paused: its stages save their work and free their slots; resume it to go on");
  }

  private Decision resume() {
    if (state.mode() == Mode.CANCELLED) {
      return refuse(" was cancelled; retry it to go on");
    }
    return done(
        state.mode() == Mode.RUNNING ? List.of() : List.of(new ExperimentEvent.Resumed(now)),
        state.finished() ? " is finished, nothing is left to run" : " goes on");
  }

  private Decision cancel() {
    String message = " is cancelled: what completed stays; retry it to go on";
    if (state.mode() == Mode.CANCELLED) {
      return done(List.of(), message);
    }
    if (state.finished()) {
      return refuse(
          " is finished, so there is nothing to cancel; remove it to take it off the list");
    }
    List<StageKey> asked = new ArrayList<>();
    List<StageKey> unasked = new ArrayList<>();
    for (StageKey stage : course.plan().stages()) {
      if (course.open(stage)) {
        boolean maybe = course.ready().contains(stage) || course.closing().contains(stage);
        (maybe ? asked : unasked).add(stage);
      }
    }
    return done(List.of(new ExperimentEvent.Cancelled(asked, unasked, now)), message);
  }

  private Decision retryAll() {
    List<StageKey> stages = state.unsuccessful();
    if (stages.isEmpty()) {
      return done(List.of(), ": nothing of it failed or was cancelled, so nothing is tried again");
    }
    return tryAgain(stages);
  }

  private Decision retry(StageKey stage) {
    if (!course.plan().has(stage)) {
      return refuse(" has no stage " + stage + "; look at its status for those that it has");
    }
    Optional<StageEnding> ending = course.ending(stage);
    if (ending.isEmpty() && course.blocked(stage).isPresent()) {
      return refuse(
          ": " + stage + " " + course.blocked(stage).get() + "; retry that one, or all of them");
    }
    if (ending.isEmpty()) {
      return done(List.of(), ": " + stage + " is not over, so it needs no other try");
    }
    if (ending.get().completed()) {
      return done(List.of(), ": " + stage + " is complete, so it needs no other try");
    }
    for (StageKey need : course.plan().requirements(stage)) {
      if (course.ending(need).filter(end -> !end.completed()).isPresent()) {
        return refuse(
            ": "
                + stage
                + " needs "
                + need
                + ", which did not complete; retry that one, or all of them");
      }
    }
    List<StageKey> stages = new ArrayList<>(List.of(stage));
    course.plan().dependents(stage).stream()
        .filter(dependent -> course.ending(dependent).isPresent())
        .forEach(stages::add);
    return tryAgain(stages);
  }

  private Decision tryAgain(List<StageKey> stages) {
    return done(
        List.of(new ExperimentEvent.StagesReopened(stages, now)),
        ": "
            + (stages.size() == 1 ? stages.get(0) + " is" : stages.size() + " stages are")
            + " tried again"
            + (state.mode() == Mode.PAUSED ? " once it is resumed" : ""));
  }

  private Decision extend(List<Long> wanted) {
    for (long seed : wanted) {
      if (seed < 0 || seed > LARGEST_SEED) {
        return refuse(
            " cannot have the seed "
                + seed
                + "; a whole number of at least 0 and at most "
                + LARGEST_SEED
                + " is wanted");
      }
    }
    if (wanted.isEmpty()) {
      return refuse(" can be extended by seeds only; name at least one");
    }
    Set<Long> seeds = new LinkedHashSet<>(state.spec().seeds());
    if (!seeds.addAll(wanted)) {
      return done(
          List.of(),
          " has " + seeds(new LinkedHashSet<>(wanted)) + " already; there is nothing to add");
    }
    if (state.mode() == Mode.CANCELLED) {
      return refuse(" was cancelled; retry it first, then extend it");
    }
    if (seeds.size() > SpecLoader.MAXIMUM_ENTRIES) {
      return refuse(
          " would have "
              + seeds.size()
              + " seeds, an experiment file holds at most "
              + SpecLoader.MAXIMUM_ENTRIES
              + "; submit the others under another name");
    }
    ExperimentSpec extended = state.spec().withSeeds(List.copyOf(seeds));
    int stages = Plan.of(extended).stages().size();
    if (stages > maximumStages) {
      return refuse(
          " would have "
              + stages
              + " stages, the limit is "
              + maximumStages
              + "; add fewer seeds, or raise margrave.orchestrator.maximum-stages");
    }
    seeds.removeAll(state.spec().seeds());
    return done(
        List.of(new ExperimentEvent.Extended(extended, CanonicalSpec.hash(extended), now)),
        " has "
            + seeds(seeds)
            + " too, "
            + (stages - course.plan().stages().size())
            + " more stages; what it had is not touched");
  }

  private static String seeds(Set<Long> seeds) {
    String list = seeds.stream().map(String::valueOf).reduce((a, b) -> a + ", " + b).orElse("");
    return (seeds.size() == 1 ? "seed " : "seeds ") + list;
  }

  private Decision remove() {
    if (state.finished()) {
      return new Decision(List.of(new ExperimentEvent.Removed(now)), removed(name));
    }
    return refuse(
        state.mode() == Mode.CANCELLED
            ? " is still being cancelled; remove it in a moment"
            : " is not over; cancel it first");
  }

  /** The answer once it is off the list. */
  static ControlReply removed(String name) {
    return new Done(name + " is off the list; its checkpoints and tables stay");
  }

  private Decision refuse(String why) {
    return new Decision(List.of(), new Refused(name + why));
  }

  private Decision done(List<ExperimentEvent> events, String what) {
    return new Decision(events, new Done(name + what));
  }
}
