package dev.margrave.app.verify;

import dev.margrave.certificate.Certificate;
import java.util.OptionalDouble;

/**
 * Compares a certificate that was computed anew with the recorded one. What may differ, because
 * another processor rounds logarithms otherwise, comes from the new one alone: evidence that is
 * doubted cannot say how far it may be off.
 */
final class CertificateComparison {
  /** Of b itself, a sum of magnitudes, relative. */
  private static final double BOUND_TOLERANCE = 1e-6;

  /** A lower bound rests on the margin and on the standard error, times a quantile. */
  private static final double QUANTILE_FACTOR = 4;

  private CertificateComparison() {}

  /**
   * Checks every field.
   *
   * @throws MismatchException naming the first that differs
   */
  static void check(String name, Certificate anew, Certificate recorded) {
    double within = 2 * anew.roundoffBoundNats();
    RunVerifier.same(
        name + ", the table's size",
        anew.n() + " x " + anew.k() + " x " + anew.samples(),
        recorded.n() + " x " + recorded.k() + " x " + recorded.samples());
    close(
        name + ", the teacher information",
        anew.teacherInformationNats(),
        recorded.teacherInformationNats(),
        within);
    close(
        name + ", the alignment loss",
        anew.alignmentLossNats(),
        recorded.alignmentLossNats(),
        within);
    close(name + ", the margin", anew.marginNats(), recorded.marginNats(), within);
    close(name + ", the safety margin", anew.safetyMarginNats(), recorded.safetyMarginNats(), 0);
    close(name + ", the safe margin", anew.safeMarginNats(), recorded.safeMarginNats(), within);
    close(
        name + ", the roundoff bound",
        anew.roundoffBoundNats(),
        recorded.roundoffBoundNats(),
        BOUND_TOLERANCE * anew.roundoffBoundNats());
    close(
        name + ", the witness information",
        anew.witnessInformationNats(),
        recorded.witnessInformationNats(),
        within);
    close(
        name + ", the standard error",
        anew.standardErrorNats(),
        recorded.standardErrorNats(),
        within);
    bounds(name, anew, recorded, QUANTILE_FACTOR * within);
    RunVerifier.same(
        name + ", the verdict", anew.verdict().toString(), recorded.verdict().toString());
    RunVerifier.same(
        name + ", whether the witness is constant",
        Boolean.toString(anew.constant()),
        Boolean.toString(recorded.constant()));
  }

  private static void bounds(String name, Certificate anew, Certificate recorded, double within) {
    RunVerifier.same(
        name + ", the confidence",
        Double.toString(anew.lowerBounds().confidence()),
        Double.toString(recorded.lowerBounds().confidence()));
    close(
        name + ", the lower bound",
        anew.lowerBounds().asymptotic(),
        recorded.lowerBounds().asymptotic(),
        within);
    OptionalDouble hoeffding = anew.lowerBounds().hoeffding();
    OptionalDouble claimed = recorded.lowerBounds().hoeffding();
    RunVerifier.same(
        name + ", whether there is a Hoeffding bound",
        Boolean.toString(hoeffding.isPresent()),
        Boolean.toString(claimed.isPresent()));
    if (hoeffding.isPresent()) {
      close(name + ", the Hoeffding bound", hoeffding.getAsDouble(), claimed.getAsDouble(), within);
    }
  }

  /** Refuses a number that is further off than that. */
  static void close(String what, double anew, double recorded, double within) {
    boolean same = anew == recorded || Math.abs(anew - recorded) <= within;
    if (!same) {
      throw new MismatchException(
          "%s: recomputed %s nats, recorded %s".formatted(what, anew, recorded));
    }
  }
}
