package dev.margrave.protocol.metrics;

import dev.margrave.protocol.Outcome;
import java.util.Locale;

/** How a stage ended, as the label {@code outcome} says it. */
public enum StageOutcome {
  COMPLETED,
  FAILED,
  CANCELLED;

  /** Of the outcome of a stage's last attempt. */
  public static StageOutcome of(Outcome outcome) {
    if (outcome instanceof Outcome.Completed) {
      return COMPLETED;
    }
    return outcome instanceof Outcome.Cancelled ? CANCELLED : FAILED;
  }

  /** As Prometheus sees it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
