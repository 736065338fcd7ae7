package dev.margrave.workers.actor;

import java.util.Optional;

/**
 * Whether a worker may be given work, for those who ask from outside. Its parts write, any thread
 * may read.
 */
public final class Readiness {
  private volatile boolean answered;
  private volatile boolean handingBack;

  /** One that nobody has answered yet. */
  public Readiness() {}

  /** Whether an orchestrator has answered the last registration. */
  void answered(boolean whether) {
    answered = whether;
  }

  /** From now on, and for good. */
  public void handsBack() {
    handingBack = true;
  }

  /** Why it may not, without the final dot; empty: it may. */
  public Optional<String> problem() {
    if (handingBack) {
      return Optional.of("handing back");
    }
    return answered ? Optional.empty() : Optional.of("no orchestrator answers");
  }
}
