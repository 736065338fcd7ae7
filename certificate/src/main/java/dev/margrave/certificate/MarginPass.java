package dev.margrave.certificate;

import java.util.Arrays;

/**
 * The second pass over the rows: everything but T̄. One object per thread and block; a row
 * allocates nothing.
 */
final class MarginPass {
  private final long inputs;
  private final int columns;
  private final int samples;
  private final double[] logMeanTeacher;
  private final DistributionRows teacherRows;
  private final DistributionRows witnessRows;

  private final double[] teacher;
  private final double[] logTeacher;
  private final double[] witness;
  private final double[] logWitness;
  private final double[] firstWitness;

  private final CompensatedSum information = new CompensatedSum();
  private final CompensatedSum loss = new CompensatedSum();
  private final CompensatedSum margin = new CompensatedSum();
  private final CompensatedSum divergence = new CompensatedSum();
  private final MarginSums sums;

  /**
   * Starts with no input.
   *
   * @param logMeanTeacher ln T̄, from {@link MeanTeacher}
   * @param floors below which no entry of teacher and witness may lie
   */
  MarginPass(RowSource teacher, Witness witness, double[] logMeanTeacher, Floors floors) {
    this.inputs = teacher.rows();
    this.columns = teacher.columns();
    this.samples = witness.samples();
    this.logMeanTeacher = logMeanTeacher;
    this.teacherRows = DistributionRows.ofTeacher(teacher, floors.teacher());
    this.witnessRows = DistributionRows.ofWitness(witness, floors.witness());
    this.teacher = new double[columns];
    this.logTeacher = new double[columns];
    this.witness = new double[columns];
    this.logWitness = new double[columns];
    this.firstWitness = new double[columns];
    this.sums = new MarginSums(columns);
    witnessRows.read(0, firstWitness, logWitness);
  }

  /** The sums over all inputs that were added. */
  MarginSums sums() {
    return sums;
  }

  /**
   * Adds one input.
   *
   * @return g_i = Σ_k T_ik (ln w_ik − ln T̄_k), averaged over the samples, in nats; −∞ if the
   *     witness excludes a class that the teacher does not
   */
  double add(long input) {
    addTeacher(input);
    loss.reset();
    margin.reset();
    boolean infinite = false;
    for (int sample = 0; sample < samples; sample++) {
      witnessRows.read(sample * inputs + input, witness, logWitness);
      sums.witnessVaries = sums.witnessVaries || !Arrays.equals(witness, firstWitness);
      sums.witnessColumns.add(witness);
      infinite |= addWitness();
    }
    if (infinite) {
      sums.infiniteLoss = true;
      return Double.NEGATIVE_INFINITY;
    }
    double rowMargin = margin.value() / samples;
    sums.alignmentLoss.add(loss.value() / samples);
    sums.margin.add(rowMargin);
    sums.margins.add(rowMargin);
    return rowMargin;
  }

  private void addTeacher(long input) {
    teacherRows.read(input, teacher);
    information.reset();
    double magnitude = 0;
    for (int k = 0; k < columns; k++) {
      double t = teacher[k];
      if (t > 0) {
        double logT = Math.log(t);
        double logMean = logMeanTeacher[k];
        logTeacher[k] = logT;
        information.add(t * (logT - logMean));
        magnitude += RoundoffBound.weight(t) * (Math.abs(logT) + Math.abs(logMean));
      }
    }
    sums.teacherInformation.add(information.value());
    sums.teacherMagnitude += magnitude;
  }

  /** Adds one sample's row; says whether its loss is infinite. 0·ln 0 = 0 throughout. */
  private boolean addWitness() {
    boolean infinite = false;
    divergence.reset();
    double magnitude = 0;
    for (int k = 0; k < columns; k++) {
      double t = teacher[k];
      double logW = logWitness[k];
      if (logW == Double.NEGATIVE_INFINITY) {
        infinite |= t > 0;
        continue;
      }
      double logMean = logMeanTeacher[k];
      double gain = logW - logMean;
      divergence.add(witness[k] * gain);
      if (t > 0) {
        margin.add(t * gain);
        loss.add(t * (logTeacher[k] - logW));
        magnitude += RoundoffBound.weight(t) * (Math.abs(logW) + Math.abs(logMean));
      }
    }
    sums.witnessDivergence.add(divergence.value());
    sums.magnitude += magnitude;
    return infinite;
  }
}
