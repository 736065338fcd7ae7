package dev.margrave.certificate;

import java.util.Arrays;

/**
 * The second pass over the rows: everything but T̄. One object per thread and block; a row
 * allocates nothing.
 */
final class MarginPass {
  private final long inputs;
  private final int samples;
  private final double[] logMeanTeacher;
  private final DistributionRows teacherRows;
  private final DistributionRows witnessRows;
  private final Kernel kernel;
  private final int stride;
  private final double[] firstWitness;

  private final TermSums terms = new TermSums();
  private final CompensatedSum[] margins;
  private final boolean[] infinite;
  private final MarginSums sums;

  /**
   * Starts with no input.
   *
   * @param logMeanTeacher ln T̄, from {@link MeanTeacher}
   * @param floors below which no entry of teacher and witness may lie
   */
  MarginPass(RowSource teacher, Witness witness, double[] logMeanTeacher, Floors floors) {
    this.inputs = teacher.rows();
    this.samples = witness.samples();
    this.logMeanTeacher = logMeanTeacher;
    this.teacherRows = DistributionRows.ofTeacher(teacher, floors.teacher());
    this.witnessRows = DistributionRows.ofWitness(witness, floors.witness());
    this.kernel = witnessRows.kernel();
    this.stride = teacherRows.stride();
    this.margins = new CompensatedSum[teacherRows.capacity()];
    Arrays.setAll(margins, i -> new CompensatedSum());
    this.infinite = new boolean[margins.length];
    this.sums = new MarginSums(teacher.columns());
    witnessRows.read(0, 1);
    this.firstWitness = Arrays.copyOf(witnessRows.probabilities(), stride);
  }

  /**
   * Adds inputs, and says their margins.
   *
   * @param from the first input
   * @param to the one behind the last
   * @param receiver receives g_i = Σ_k T_ik (ln w_ik − ln T̄_k), averaged over the samples, in
   *     nats; −∞ if the witness excludes a class that the teacher does not
   */
  void add(long from, long to, Certifier.RowMargins receiver) {
    for (long first = from; first < to; first += margins.length) {
      int count = (int) Math.min(margins.length, to - first);
      addInputs(first, count);
      for (int i = 0; i < count; i++) {
        receiver.accept(first + i, conclude(i));
      }
    }
  }

  /** The sums over all inputs that were added. */
  MarginSums sums() {
    terms.information.addTo(sums.teacherInformation);
    terms.loss.addTo(sums.alignmentLoss);
    terms.divergence.addTo(sums.witnessDivergence);
    sums.teacherMagnitude += Arrays.stream(terms.teacherMagnitude).sum();
    sums.magnitude += Arrays.stream(terms.magnitude).sum();
    return sums;
  }

  private void addInputs(long first, int count) {
    teacherRows.read(first, count);
    for (int i = 0; i < count; i++) {
      kernel.addTeacher(
          teacherRows.probabilities(), teacherRows.logarithms(), i * stride, logMeanTeacher, terms);
      margins[i].reset();
      infinite[i] = false;
    }
    for (int sample = 0; sample < samples; sample++) {
      boolean finite = witnessRows.read(sample * inputs + first, count);
      for (int i = 0; i < count; i++) {
        if (!finite) {
          setAside(i);
        }
        addWitness(i);
      }
    }
  }

  private void addWitness(int i) {
    int from = i * stride;
    double[] witness = witnessRows.probabilities();
    sums.witnessVaries =
        sums.witnessVaries || !Arrays.equals(witness, from, from + stride, firstWitness, 0, stride);
    sums.witnessColumns.add(kernel, witness, from);
    kernel.addWitness(
        teacherRows.probabilities(),
        teacherRows.logarithms(),
        from,
        witness,
        witnessRows.logarithms(),
        from,
        logMeanTeacher,
        terms);
    terms.rowMargin.addTo(margins[i]);
  }

  /**
   * 0·ln 0 = 0: where w is 0, a logarithm with which its terms come to 0. If T is above 0 there,
   * the loss is infinite, and what the sums then hold of margin and loss is not looked at.
   */
  private void setAside(int i) {
    double[] teacher = teacherRows.probabilities();
    double[] logarithms = witnessRows.logarithms();
    for (int k = 0; k < stride; k++) {
      if (logarithms[i * stride + k] == Double.NEGATIVE_INFINITY) {
        infinite[i] |= teacher[i * stride + k] > 0;
        logarithms[i * stride + k] = logMeanTeacher[k];
      }
    }
  }

  private double conclude(int i) {
    if (infinite[i]) {
      sums.infiniteLoss = true;
      return Double.NEGATIVE_INFINITY;
    }
    double margin = margins[i].value() / samples;
    sums.margin.add(margin);
    sums.margins.add(margin);
    return margin;
  }
}
