package dev.margrave.orchestrator.result;

import java.util.Collection;

/** How a gate came out. */
public enum GateOutcome {
  /** What was expected was shown. */
  PASS,
  /** It was not shown, or its stage did not complete. */
  FAIL,
  /** The margin lies between the two sides. */
  INCONCLUSIVE;

  /** FAIL if one failed, else INCONCLUSIVE if one is, else PASS. */
  static GateOutcome worst(Collection<GateOutcome> outcomes) {
    if (outcomes.contains(FAIL)) {
      return FAIL;
    }
    return outcomes.contains(INCONCLUSIVE) ? INCONCLUSIVE : PASS;
  }
}
