package dev.margrave.certificate;

import java.util.OptionalDouble;

/**
 * Computes the certificate of a witness table against a teacher table.
 *
 * <p>G = (1/n) Σ_i Σ_k T_ik (ln w_ik − ln T̄_k), with T̄ the mean of the given teacher rows: the
 * direct form, in which the teacher's entropies have cancelled. It takes two passes over the rows,
 * one for T̄ and one for all else, in double with compensated sums.
 *
 * <p><b>Shapes.</b> {@code teacher: [n, K]}, {@code witness: [n, K]} or {@code [S, n, K]}, n ≥ 1, K
 * ≥ 2. With S samples of the latent code per input, G, L and each g_i are averaged over the
 * samples, and I_W runs over all S·n rows. <b>Units.</b> nats.<br>
 * <b>Accuracy.</b> G is within {@link Certificate#roundoffBoundNats} of the exact value for the
 * given tables, their rows divided by their sums, and has the same bits at any thread count and on
 * any processor ({@code Elementary}).<br>
 * <b>Memory.</b> Some hundred kilobytes per thread, whatever n.<br>
 * <b>Source.</b> arXiv 2605.05813.
 */
public final class Certifier {
  /** A witness whose I_W is below this fraction of I hardly depends on the input. */
  public static final double CONSTANT_FRACTION = 1e-3;

  /** Receives the margin of each input, in order. */
  @FunctionalInterface
  public interface RowMargins {
    /**
     * Receives one margin.
     *
     * @param marginNats g_i, averaged over the samples, in nats; −∞ if the witness excludes a class
     *     that the teacher does not
     */
    void accept(long input, double marginNats);
  }

  private Certifier() {}

  /**
   * The certificate of a witness.
   *
   * <p>Where a T_ik above 0 meets a w_ik of 0 the loss is +∞, and the margin and its lower bounds
   * are −∞: a valid {@link Verdict#NEGATIVE}. No field is ever NaN.
   *
   * @throws IllegalArgumentException if the shapes do not fit (both are named), an entry is no
   *     probability or a row no distribution (table, row, column and value are named), the teacher
   *     is constant, or an entry lies below a floor that the settings promise
   */
  public static Certificate certify(
      RowSource teacher, Witness witness, CertificateSettings settings) {
    Tables.check(teacher, witness);
    Floors floors = Floors.of(settings, teacher.columns());
    double[] logMeanTeacher = MeanTeacher.logarithms(teacher, settings.threads());
    MarginSums total = new MarginSums(teacher.columns());
    Blocks.forEach(
        teacher.rows(),
        Blocks.ROWS_PER_BLOCK,
        settings.threads(),
        (from, to) -> {
          MarginPass pass = new MarginPass(teacher, witness, logMeanTeacher, floors);
          pass.add(from, to, (input, margin) -> {});
          return pass.sums();
        },
        total::add);
    return conclude(teacher, witness, settings, floors, logMeanTeacher, total);
  }

  /**
   * The margin g_i of every input, one after the other; their mean is G. Nothing is kept.
   *
   * @throws IllegalArgumentException as {@link #certify}
   */
  public static void forEachRowMargin(RowSource teacher, Witness witness, RowMargins receiver) {
    Tables.check(teacher, witness);
    MarginPass pass =
        new MarginPass(teacher, witness, MeanTeacher.logarithms(teacher, 1), Floors.NONE);
    pass.add(0, teacher.rows(), receiver);
  }

  private static Certificate conclude(
      RowSource teacher,
      Witness witness,
      CertificateSettings settings,
      Floors floors,
      double[] logMeanTeacher,
      MarginSums total) {
    double n = (double) teacher.rows();
    long witnessRows = teacher.rows() * witness.samples();
    double information = Math.max(0, total.teacherInformation.value() / n);
    double informationBound = RoundoffBound.of(total.teacherMagnitude / n);
    if (information <= informationBound) {
      throw new IllegalArgumentException(
          ("%s is constant: its information is %s nats, within rounding (%s) of 0, so that there is"
                  + " no boundary to certify")
              .formatted(Tables.label("teacher", teacher), information, informationBound));
    }
    double margin = total.infiniteLoss ? Double.NEGATIVE_INFINITY : total.margin.value() / n;
    double loss =
        total.infiniteLoss
            ? Double.POSITIVE_INFINITY
            : Math.max(0, total.alignmentLoss.value() / (double) witnessRows);
    double standardError =
        total.infiniteLoss ? Double.POSITIVE_INFINITY : total.margins.standardError();
    double roundoffBound = RoundoffBound.of(total.magnitude / (double) witnessRows);
    double witnessInformation = witnessInformation(total, logMeanTeacher, witnessRows);
    double safeMargin = margin - settings.safetyMarginNats();
    LowerBounds bounds =
        new LowerBounds(
            ConfidenceBounds.asymptotic(margin, standardError, settings.confidence()),
            hoeffding(margin, teacher.rows(), floors, settings.confidence()),
            settings.confidence());
    return new Certificate(
        teacher.rows(),
        teacher.columns(),
        witness.samples(),
        information,
        loss,
        margin,
        settings.safetyMarginNats(),
        safeMargin,
        roundoffBound,
        witnessInformation,
        standardError,
        Verdict.of(margin, safeMargin, roundoffBound, bounds),
        witnessInformation < CONSTANT_FRACTION * information,
        bounds);
  }

  /**
   * I_W = (1/N) Σ_i Σ_k w_ik (ln w_ik − c_k) − Σ_k w̄_k (ln w̄_k − c_k), for any c; with c = ln T̄
   * both terms are small near the boundary, so that little cancels. Exactly 0 if all rows are
   * equal.
   */
  private static double witnessInformation(
      MarginSums total, double[] logMeanTeacher, long witnessRows) {
    if (!total.witnessVaries) {
      return 0;
    }
    double[] mean = total.witnessColumns.means(witnessRows);
    CompensatedSum fromMean = new CompensatedSum();
    for (int k = 0; k < mean.length; k++) {
      if (mean[k] > 0) {
        fromMean.add(mean[k] * (Elementary.log(mean[k]) - logMeanTeacher[k]));
      }
    }
    return Math.max(0, total.witnessDivergence.value() / (double) witnessRows - fromMean.value());
  }

  private static OptionalDouble hoeffding(double margin, long n, Floors floors, double confidence) {
    return floors.bothPromised()
        ? OptionalDouble.of(
            ConfidenceBounds.hoeffding(
                margin,
                n,
                Floors.lowest(floors.teacher()),
                Floors.lowest(floors.witness()),
                confidence))
        : OptionalDouble.empty();
  }
}
