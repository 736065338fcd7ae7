package dev.margrave.orchestrator.result;

import java.util.Collection;
import java.util.List;

/** How a gate came out. */
public enum GateOutcome {
  /** What was expected was shown. */
  PASS,
  /** It was not shown, or its stage did not complete. */
  FAIL,
  /** The margin lies between the two sides. */
  INCONCLUSIVE,
  /** Its stage was cancelled. */
  UNDECIDED;

  /** FAIL if one failed, else UNDECIDED if one is, else INCONCLUSIVE if one is, else PASS. */
  static GateOutcome worst(Collection<GateOutcome> outcomes) {
    for (GateOutcome outcome : List.of(FAIL, UNDECIDED, INCONCLUSIVE)) {
      if (outcomes.contains(outcome)) {
        return outcome;
      }
    }
    return PASS;
  }
}
