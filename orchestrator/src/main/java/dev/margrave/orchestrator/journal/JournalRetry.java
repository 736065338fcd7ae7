package dev.margrave.orchestrator.journal;

import akka.actor.typed.BackoffSupervisorStrategy;
import akka.actor.typed.SupervisorStrategy;
import java.time.Duration;

/**
 * How an event-sourced actor comes back when the journal failed it: it is restarted, reads what the
 * journal does hold, and goes on. Messages that come meanwhile are kept. Without this it stops.
 *
 * @param initialDelay before the first restart; doubles with each further one
 * @param maximumDelay where the doubling stops
 * @param jitter by which fraction of itself a delay is lengthened at most, so that a thousand
 *     actors do not come back at once
 */
public record JournalRetry(Duration initialDelay, Duration maximumDelay, double jitter) {

  /** For the constructor of an {@code EventSourcedBehavior}. */
  public BackoffSupervisorStrategy strategy() {
    return SupervisorStrategy.restartWithBackoff(initialDelay, maximumDelay, jitter);
  }
}
