package dev.margrave.certificate;

/** The kernel as plain loops: what the other one is checked against, and where it cannot run. */
final class PortableKernel implements Kernel {
  private final LaneSum sum = new LaneSum();
  private final CompensatedSum total = new CompensatedSum();

  @Override
  public boolean log(double[] x, double[] into, int length, double ofZero) {
    boolean plain = true;
    for (int i = 0; i < length; i++) {
      plain &= x[i] >= Double.MIN_NORMAL && x[i] < Double.POSITIVE_INFINITY;
      into[i] = x[i] == 0 ? ofZero : Elementary.log(x[i]);
    }
    return plain;
  }

  @Override
  public boolean exp(double[] x, double[] into, int length) {
    boolean plain = true;
    for (int i = 0; i < length; i++) {
      plain &= Double.isFinite(x[i]);
      into[i] = Elementary.exp(x[i]);
    }
    return plain;
  }

  @Override
  public double sum(double[] x, int from, int length) {
    boolean valid = true;
    for (int lane = 0; lane < LANES; lane++) {
      double s = 0;
      double error = 0;
      for (int i = from + lane; i < from + length; i += LANES) {
        valid &= x[i] >= 0;
        double next = s + x[i];
        double shifted = next - s;
        error += (s - (next - shifted)) + (x[i] - shifted);
        s = next;
      }
      sum.sum[lane] = s;
      sum.error[lane] = error;
    }
    return valid ? total() : Double.NaN;
  }

  @Override
  public void divide(double[] x, int from, int length, double divisor) {
    for (int i = from; i < from + length; i++) {
      x[i] /= divisor;
    }
  }

  @Override
  public void subtract(double[] x, int from, int length, double subtrahend) {
    for (int i = from; i < from + length; i++) {
      x[i] -= subtrahend;
    }
  }

  @Override
  public void addTo(double[] sums, double[] errors, double[] rows, int from) {
    for (int k = 0; k < sums.length; k++) {
      double x = rows[from + k];
      double before = sums[k];
      double next = before + x;
      double shifted = next - before;
      errors[k] += (before - (next - shifted)) + (x - shifted);
      sums[k] = next;
    }
  }

  @Override
  public void addTeacher(double[] t, double[] logT, int from, double[] logMean, TermSums sums) {
    for (int lane = 0; lane < LANES; lane++) {
      double s = sums.information.sum[lane];
      double error = sums.information.error[lane];
      double magnitude = sums.teacherMagnitude[lane];
      for (int k = lane; k < logMean.length; k += LANES) {
        double log = logT[from + k];
        magnitude += RoundoffBound.weight(t[from + k]) * (Math.abs(log) + Math.abs(logMean[k]));
        double x = t[from + k] * (log - logMean[k]);
        double next = s + x;
        double shifted = next - s;
        error += (s - (next - shifted)) + (x - shifted);
        s = next;
      }
      sums.information.sum[lane] = s;
      sums.information.error[lane] = error;
      sums.teacherMagnitude[lane] = magnitude;
    }
  }

  @Override
  public void addWitness(
      double[] t,
      double[] logT,
      int teacherFrom,
      double[] w,
      double[] logW,
      int from,
      double[] logMean,
      TermSums sums) {
    for (int lane = 0; lane < LANES; lane++) {
      double margin = 0;
      double marginError = 0;
      double loss = sums.loss.sum[lane];
      double lossError = sums.loss.error[lane];
      double divergence = sums.divergence.sum[lane];
      double divergenceError = sums.divergence.error[lane];
      double magnitude = sums.magnitude[lane];
      for (int k = lane; k < logMean.length; k += LANES) {
        double teacher = t[teacherFrom + k];
        double log = logW[from + k];
        magnitude += RoundoffBound.weight(teacher) * (Math.abs(log) + Math.abs(logMean[k]));
        double gain = log - logMean[k];

        double x = teacher * gain;
        double next = margin + x;
        double shifted = next - margin;
        marginError += (margin - (next - shifted)) + (x - shifted);
        margin = next;

        x = teacher * (logT[teacherFrom + k] - log);
        next = loss + x;
        shifted = next - loss;
        lossError += (loss - (next - shifted)) + (x - shifted);
        loss = next;

        x = w[from + k] * gain;
        next = divergence + x;
        shifted = next - divergence;
        divergenceError += (divergence - (next - shifted)) + (x - shifted);
        divergence = next;
      }
      sums.rowMargin.sum[lane] = margin;
      sums.rowMargin.error[lane] = marginError;
      sums.loss.sum[lane] = loss;
      sums.loss.error[lane] = lossError;
      sums.divergence.sum[lane] = divergence;
      sums.divergence.error[lane] = divergenceError;
      sums.magnitude[lane] = magnitude;
    }
  }

  private double total() {
    total.reset();
    sum.addTo(total);
    return total.value();
  }
}
