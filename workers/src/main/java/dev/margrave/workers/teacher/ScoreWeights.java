package dev.margrave.workers.teacher;

/**
 * What a candidate is chosen by: score = I_heldout − mismatch · |I_fit − I_heldout| − usage · (ln K
 * − H(T̄)) − code · ½E‖ln T − mean_k ln T‖², all in nats.
 *
 * @param mismatch nats lost per nat of mismatch
 * @param usage nats lost per nat of usage deficit
 * @param code nats lost per nat of code cost. The centred log-odds of a row, embedded as a code,
 *     cost ½‖·‖² nats of KL; training pays β for such a nat and λ for a nat of alignment, so β/λ is
 *     the price at which the loss itself trades them
 */
public record ScoreWeights(double mismatch, double usage, double code) {
  /** Those of the study on CIFAR-100 that {@code docs} reports. */
  public static final ScoreWeights DEFAULTS = new ScoreWeights(1.0, 0.5, 0.01);

  public ScoreWeights {
    check("mismatch", mismatch);
    check("usage", usage);
    check("code", code);
  }

  /** The score of a candidate, nats; all arguments in nats. */
  double score(
      double heldOutInformation, double mismatchNats, double usageDeficit, double codeCost) {
    return heldOutInformation - mismatch * mismatchNats - usage * usageDeficit - code * codeCost;
  }

  private static void check(String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "The score weight " + name + " is " + value + "; give a finite number ≥ 0.");
    }
  }
}
