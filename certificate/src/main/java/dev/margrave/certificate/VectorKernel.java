package dev.margrave.certificate;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The kernel on the processor's vectors, through the JDK's vector API; see {@link Kernels} for when
 * it is used.
 *
 * <p>Each method is one loop with everything written out in it, error-free additions too: a method
 * that takes or returns vectors is only fast if the compiler inlines it, which it does not do for
 * what is long or was compiled before, and then each vector becomes an object.
 */
final class VectorKernel implements Kernel {
  private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
  private static final int WIDTH = DOUBLES.length();
  private static final long ROUNDING_BITS = Double.doubleToRawLongBits(Elementary.ROUNDING);

  /** Arguments of exp from 1 down to here, 2·{@link #HALF_RANGE} in all, need no special care. */
  private static final double CENTRE = 349.5;

  private static final double HALF_RANGE = 350.5;

  private final LaneSum sum = new LaneSum();
  private final CompensatedSum total = new CompensatedSum();
  private final long[] signs = new long[LANES];

  /** Whether this processor has vectors that the lanes are a multiple of, for whole numbers too. */
  static boolean possible() {
    int width = LongVector.SPECIES_PREFERRED.length();
    return width == WIDTH && width >= 4 && LANES % width == 0;
  }

  @Override
  public boolean log(double[] x, double[] into, int length, double ofZero) {
    boolean plain = true;
    for (int i = 0; i < length; i += WIDTH) {
      DoubleVector v = DoubleVector.fromArray(DOUBLES, x, i);
      plain &= v.compare(VectorOperators.GE, Double.MIN_NORMAL).allTrue();
      plain &= v.compare(VectorOperators.LT, Double.POSITIVE_INFINITY).allTrue();
      LongVector bits = v.reinterpretAsLongs();
      DoubleVector m = bits.and(Elementary.SIGNIFICAND).or(Elementary.ONE).reinterpretAsDoubles();
      VectorMask<Double> halved = m.compare(VectorOperators.GE, Elementary.HALVED_FROM);
      DoubleVector f = m.blend(m.mul(0.5), halved).sub(1.0);
      DoubleVector k =
          bits.lanewise(VectorOperators.LSHR, 52)
              .add(ROUNDING_BITS - 1023)
              .reinterpretAsDoubles()
              .sub(Elementary.ROUNDING);
      k = k.blend(k.add(1.0), halved);
      DoubleVector low = k.mul(Elementary.LN2_LOW);
      DoubleVector s = f.div(f.add(2.0));
      DoubleVector z = s.mul(s);
      DoubleVector w = z.mul(z);
      DoubleVector odd =
          w.mul(w.mul(w.mul(Elementary.LG6).add(Elementary.LG4)).add(Elementary.LG2));
      DoubleVector even = w.mul(Elementary.LG7).add(Elementary.LG5);
      even = z.mul(w.mul(w.mul(even).add(Elementary.LG3)).add(Elementary.LG1));
      DoubleVector r = even.add(odd);
      DoubleVector square = f.mul(0.5).mul(f);
      DoubleVector middle = square.sub(s.mul(square.add(r)).add(low));
      DoubleVector outer = s.mul(f.sub(r)).sub(low);
      DoubleVector correction =
          outer
              .blend(middle, m.compare(VectorOperators.GE, Elementary.MIDDLE_FROM))
              .blend(outer, m.compare(VectorOperators.GE, Elementary.MIDDLE_TO));
      VectorMask<Double> near = f.abs().compare(VectorOperators.LE, Elementary.NEAR_ONE);
      if (near.anyTrue()) {
        DoubleVector series = f.mul(f).mul(f.mul(Elementary.THIRD).neg().add(0.5)).sub(low);
        series = series.blend(correction, f.compare(VectorOperators.EQ, Elementary.NEAR_ONE));
        correction = correction.blend(series, near);
      }
      k.mul(Elementary.LN2_HIGH).sub(correction.sub(f)).intoArray(into, i);
    }
    if (!plain) {
      for (int i = 0; i < length; i++) {
        if (!(x[i] >= Double.MIN_NORMAL && x[i] < Double.POSITIVE_INFINITY)) {
          into[i] = x[i] == 0 ? ofZero : Elementary.log(x[i]);
        }
      }
    }
    return plain;
  }

  @Override
  public boolean exp(double[] x, double[] into, int length) {
    boolean plain = true;
    for (int i = 0; i < length; i += WIDTH) {
      DoubleVector v = DoubleVector.fromArray(DOUBLES, x, i);
      plain &= v.add(CENTRE).abs().compare(VectorOperators.LE, HALF_RANGE).allTrue();
      // The whole number next to v/ln 2, halves away from 0, as truncation after ∓½ gives it.
      DoubleVector size = v.abs();
      DoubleVector shifted = size.mul(Elementary.INVERSE_LN2).add(0.5);
      DoubleVector k = shifted.add(Elementary.ROUNDING).sub(Elementary.ROUNDING);
      k = k.blend(k.sub(1.0), k.sub(shifted).compare(VectorOperators.GT, 0.0));
      k = k.blend(0.0, size.compare(VectorOperators.LT, Elementary.REDUCED_FROM));
      k = k.blend(k.neg(), v.compare(VectorOperators.LT, 0.0));
      DoubleVector high = v.sub(k.mul(Elementary.LN2_HIGH));
      DoubleVector low = k.mul(Elementary.LN2_LOW);
      DoubleVector r = high.sub(low);
      DoubleVector t = r.mul(r);
      DoubleVector c = t.mul(Elementary.P5).add(Elementary.P4);
      c = t.mul(t.mul(t.mul(c).add(Elementary.P3)).add(Elementary.P2));
      c = r.sub(t.mul(c.add(Elementary.P1)));
      DoubleVector fraction = r.mul(c).div(c.neg().add(2.0));
      DoubleVector y = low.sub(fraction).sub(high).neg().add(1.0);
      LongVector exponent =
          k.add(Elementary.ROUNDING).reinterpretAsLongs().lanewise(VectorOperators.LSHL, 52);
      DoubleVector e = y.reinterpretAsLongs().add(exponent).reinterpretAsDoubles();
      e.blend(v.add(1.0), size.compare(VectorOperators.LT, Elementary.TINY)).intoArray(into, i);
    }
    if (plain) {
      return true;
    }
    boolean finite = true;
    for (int i = 0; i < length; i++) {
      finite &= Double.isFinite(x[i]);
      if (!(Math.abs(x[i] + CENTRE) <= HALF_RANGE)) {
        into[i] = Elementary.exp(x[i]);
      }
    }
    return finite;
  }

  @Override
  public double sum(double[] x, int from, int length) {
    for (int lane = 0; lane < LANES; lane += WIDTH) {
      DoubleVector s = DoubleVector.zero(DOUBLES);
      DoubleVector error = s;
      LongVector bits = s.reinterpretAsLongs();
      for (int k = lane; k < length; k += LANES) {
        DoubleVector v = DoubleVector.fromArray(DOUBLES, x, from + k);
        DoubleVector next = s.add(v);
        DoubleVector shifted = next.sub(s);
        error = error.add(s.sub(next.sub(shifted)).add(v.sub(shifted)));
        s = next;
        bits = bits.or(v.reinterpretAsLongs());
      }
      s.intoArray(sum.sum, lane);
      error.intoArray(sum.error, lane);
      bits.intoArray(signs, lane);
    }
    long sign = 0;
    for (long each : signs) {
      sign |= each;
    }
    return sign < 0 && anyNegative(x, from, length) ? Double.NaN : total();
  }

  /** What a sign bit may be for: −0 is not negative. */
  private static boolean anyNegative(double[] x, int from, int length) {
    for (int i = from; i < from + length; i++) {
      if (x[i] < 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void divide(double[] x, int from, int length, double divisor) {
    for (int i = from; i < from + length; i += WIDTH) {
      DoubleVector.fromArray(DOUBLES, x, i).div(divisor).intoArray(x, i);
    }
  }

  @Override
  public void subtract(double[] x, int from, int length, double subtrahend) {
    // The compiler makes vectors of this by itself, and of sub(double) an object each.
    for (int i = from; i < from + length; i++) {
      x[i] -= subtrahend;
    }
  }

  @Override
  public void addTo(double[] sums, double[] errors, double[] rows, int from) {
    for (int k = 0; k < sums.length; k += WIDTH) {
      DoubleVector x = DoubleVector.fromArray(DOUBLES, rows, from + k);
      DoubleVector s = DoubleVector.fromArray(DOUBLES, sums, k);
      DoubleVector next = s.add(x);
      DoubleVector shifted = next.sub(s);
      DoubleVector.fromArray(DOUBLES, errors, k)
          .add(s.sub(next.sub(shifted)).add(x.sub(shifted)))
          .intoArray(errors, k);
      next.intoArray(sums, k);
    }
  }

  @Override
  public void addTeacher(double[] t, double[] logT, int from, double[] logMean, TermSums sums) {
    for (int lane = 0; lane < LANES; lane += WIDTH) {
      DoubleVector s = DoubleVector.fromArray(DOUBLES, sums.information.sum, lane);
      DoubleVector error = DoubleVector.fromArray(DOUBLES, sums.information.error, lane);
      DoubleVector magnitude = DoubleVector.fromArray(DOUBLES, sums.teacherMagnitude, lane);
      for (int k = lane; k < logMean.length; k += LANES) {
        DoubleVector teacher = DoubleVector.fromArray(DOUBLES, t, from + k);
        DoubleVector log = DoubleVector.fromArray(DOUBLES, logT, from + k);
        DoubleVector mean = DoubleVector.fromArray(DOUBLES, logMean, k);
        magnitude = magnitude.add(teacher.add(Double.MIN_NORMAL).mul(log.abs().add(mean.abs())));
        DoubleVector x = teacher.mul(log.sub(mean));
        DoubleVector next = s.add(x);
        DoubleVector shifted = next.sub(s);
        error = error.add(s.sub(next.sub(shifted)).add(x.sub(shifted)));
        s = next;
      }
      s.intoArray(sums.information.sum, lane);
      error.intoArray(sums.information.error, lane);
      magnitude.intoArray(sums.teacherMagnitude, lane);
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
    for (int lane = 0; lane < LANES; lane += WIDTH) {
      DoubleVector margin = DoubleVector.zero(DOUBLES);
      DoubleVector marginError = margin;
      DoubleVector loss = DoubleVector.fromArray(DOUBLES, sums.loss.sum, lane);
      DoubleVector lossError = DoubleVector.fromArray(DOUBLES, sums.loss.error, lane);
      DoubleVector divergence = DoubleVector.fromArray(DOUBLES, sums.divergence.sum, lane);
      DoubleVector divergenceError = DoubleVector.fromArray(DOUBLES, sums.divergence.error, lane);
      DoubleVector magnitude = DoubleVector.fromArray(DOUBLES, sums.magnitude, lane);
      for (int k = lane; k < logMean.length; k += LANES) {
        DoubleVector teacher = DoubleVector.fromArray(DOUBLES, t, teacherFrom + k);
        DoubleVector log = DoubleVector.fromArray(DOUBLES, logW, from + k);
        DoubleVector mean = DoubleVector.fromArray(DOUBLES, logMean, k);
        magnitude = magnitude.add(teacher.add(Double.MIN_NORMAL).mul(log.abs().add(mean.abs())));
        DoubleVector gain = log.sub(mean);

        DoubleVector x = teacher.mul(gain);
        DoubleVector next = margin.add(x);
        DoubleVector shifted = next.sub(margin);
        marginError = marginError.add(margin.sub(next.sub(shifted)).add(x.sub(shifted)));
        margin = next;

        x = teacher.mul(DoubleVector.fromArray(DOUBLES, logT, teacherFrom + k).sub(log));
        next = loss.add(x);
        shifted = next.sub(loss);
        lossError = lossError.add(loss.sub(next.sub(shifted)).add(x.sub(shifted)));
        loss = next;

        x = DoubleVector.fromArray(DOUBLES, w, from + k).mul(gain);
        next = divergence.add(x);
        shifted = next.sub(divergence);
        divergenceError =
            divergenceError.add(divergence.sub(next.sub(shifted)).add(x.sub(shifted)));
        divergence = next;
      }
      margin.intoArray(sums.rowMargin.sum, lane);
      marginError.intoArray(sums.rowMargin.error, lane);
      loss.intoArray(sums.loss.sum, lane);
      lossError.intoArray(sums.loss.error, lane);
      divergence.intoArray(sums.divergence.sum, lane);
      divergenceError.intoArray(sums.divergence.error, lane);
      magnitude.intoArray(sums.magnitude, lane);
    }
  }

  private double total() {
    total.reset();
    sum.addTo(total);
    return total.value();
  }
}
