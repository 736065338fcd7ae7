package dev.margrave.orchestrator.stage;

import akka.actor.typed.ActorRef;
import dev.margrave.orchestrator.stage.StageProtocol.Drained;
import dev.margrave.orchestrator.stage.StageProtocol.Notice;
import dev.margrave.orchestrator.stage.StageProtocol.Suspended;
import dev.margrave.protocol.StageId;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What others want of a stage beyond its own way, and who waits for it. Soft: known to this
 * incarnation of its supervisor only.
 */
final class StageWishes {
  private static final String PAUSED = "paused";
  private static final String NEXT_START = "waits for the next start";

  private final StageId stage;
  private final Set<ActorRef<Drained>> draining = new LinkedHashSet<>();
  private final Set<ActorRef<Notice>> suspending = new LinkedHashSet<>();
  private boolean suspended;
  private Optional<ActorRef<Notice>> owner = Optional.empty();

  /** Nobody wants anything yet. */
  StageWishes(StageId stage) {
    this.stage = stage;
  }

  /** Its experiment wants it run; a suspension is over. */
  void run(ActorRef<Notice> experiment) {
    owner = Optional.of(experiment);
    suspended = false;
  }

  /** No attempt runs, and none is to start before the next {@link #run}. */
  void suspend(ActorRef<Notice> asker) {
    suspended = true;
    asker.tell(new Suspended(stage));
  }

  /** As {@link #suspend}, answered at the end of the attempt that runs. */
  void suspendAfterAttempt(ActorRef<Notice> asker) {
    suspended = true;
    suspending.add(asker);
  }

  /** No attempt runs, and none is to start again. */
  void drain(ActorRef<Drained> asker) {
    draining.add(asker);
    asker.tell(new Drained(stage));
  }

  /** As {@link #drain}, answered at the end of the attempt that runs. */
  void drainAfterAttempt(ActorRef<Drained> asker) {
    draining.add(asker);
  }

  /** Why no attempt may start, as users read it; empty: one may. */
  Optional<String> hindrance() {
    if (!draining.isEmpty()) {
      return Optional.of(NEXT_START);
    }
    return suspended ? Optional.of(PAUSED) : Optional.empty();
  }

  /** No attempt runs any more; the stage goes on. */
  void attemptOver() {
    if (suspended && draining.isEmpty()) {
      suspending.forEach(asker -> asker.tell(new Suspended(stage)));
    }
    suspending.clear();
    draining.forEach(asker -> asker.tell(new Drained(stage)));
  }

  /** The stage is over with its attempt. */
  void stageOver(Consumer<ActorRef<Notice>> tellOver) {
    owner.ifPresent(tellOver);
    suspending.forEach(tellOver);
    suspending.clear();
    draining.forEach(asker -> asker.tell(new Drained(stage)));
  }
}
