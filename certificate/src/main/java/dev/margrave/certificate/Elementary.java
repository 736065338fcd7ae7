package dev.margrave.certificate;

/**
 * ln and exp with the same bits on every processor: the algorithms of fdlibm 5.3, which {@link
 * StrictMath} is specified to follow, written out so that they cost no call into native code and so
 * that {@code VectorKernel} can do the same steps on many numbers at once.
 *
 * <p><b>Accuracy.</b> Each result is that of {@link StrictMath#log} and {@link StrictMath#exp}, bit
 * for bit, and so within 1 ulp of the exact value.<br>
 * <b>Source.</b> fdlibm 5.3, e_log.c and e_exp.c: Copyright (C) 1993 by Sun Microsystems, Inc. All
 * rights reserved. Developed at SunSoft, a Sun Microsystems, Inc. business. Permission to use,
 * copy, modify, and distribute this software is freely granted, provided that this notice is
 * preserved.
 */
final class Elementary {
  static final double LN2_HIGH = 0.6931471803691238;
  static final double LN2_LOW = 1.9082149292705877e-10;

  static final double LG1 = 0.6666666666666735;
  static final double LG2 = 0.3999999999940942;
  static final double LG3 = 0.2857142874366239;
  static final double LG4 = 0.22222198432149784;
  static final double LG5 = 0.1818357216161805;
  static final double LG6 = 0.15313837699209373;
  static final double LG7 = 0.14798198605116586;
  static final double THIRD = 0.3333333333333333;

  /** A significand from here on is halved, so that f = m − 1 lies about 0. */
  static final double HALVED_FROM = high(0x3ff6a09c);

  /** Between these the logarithm is put together with f²/2 apart. */
  static final double MIDDLE_FROM = high(0x3ff6147a);

  static final double MIDDLE_TO = high(0x3ff6b852);

  /** For f from −2⁻²⁰ to below 2⁻²⁰ a short series is enough. */
  static final double NEAR_ONE = 0x1p-20;

  static final double INVERSE_LN2 = 1.4426950408889634;
  static final double P1 = 0.16666666666666602;
  static final double P2 = -0.0027777777777015593;
  static final double P3 = 6.613756321437934e-5;
  static final double P4 = -1.6533902205465252e-6;
  static final double P5 = 4.1381367970572385e-8;

  /** Above this in size, multiples of ln 2 are taken out of the argument of exp. */
  static final double REDUCED_FROM = high(0x3fd62e43);

  static final double TINY = 0x1p-28;

  static final long SIGNIFICAND = 0x000fffffffffffffL;
  static final long ONE = 0x3ff0000000000000L;

  /** Adding it to a double below 2⁵¹ in size leaves the nearest whole number in the low bits. */
  static final double ROUNDING = 0x1.8p52;

  private static final long EXPONENT_STEP = 1L << 52;
  private static final long BELOW_HALVED =
      EXPONENT_STEP - (Double.doubleToRawLongBits(HALVED_FROM) & SIGNIFICAND);
  private static final long MIDDLE_FROM_BITS =
      Double.doubleToRawLongBits(MIDDLE_FROM) & SIGNIFICAND;
  private static final long MIDDLE_TO_BITS = Double.doubleToRawLongBits(MIDDLE_TO) & SIGNIFICAND;
  private static final double TWO_54 = 0x1p54;
  private static final double OVERFLOW = 709.782712893384;
  private static final double UNDERFLOW = -745.1332191019411;

  private Elementary() {}

  private static double high(int word) {
    return Double.longBitsToDouble((long) word << 32);
  }

  /** ln x; −∞ for 0, NaN for NaN and below 0. */
  static double log(double x) {
    if (!(x >= Double.MIN_NORMAL && x < Double.POSITIVE_INFINITY)) {
      if (x == 0) {
        return Double.NEGATIVE_INFINITY;
      }
      return x > 0 && x < Double.MIN_NORMAL ? logOf(x * TWO_54, -54) : x > 0 ? x : Double.NaN;
    }
    return logOf(x, 0);
  }

  /** ln x + exponent·ln 2, for a normal x. */
  private static double logOf(double x, int exponent) {
    long bits = Double.doubleToRawLongBits(x);
    // Without a branch, which nobody could predict: carries into the exponent if m is to be halved.
    long significand = bits & SIGNIFICAND;
    long half = (significand + BELOW_HALVED) & EXPONENT_STEP;
    double f = Double.longBitsToDouble(significand | (half ^ ONE)) - 1.0;
    double k = ((bits + half) >>> 52) - 1023 + exponent;
    double low = k * LN2_LOW;
    double correction;
    if (f >= -NEAR_ONE && f < NEAR_ONE) {
      correction = f * f * (0.5 - THIRD * f) - low;
    } else {
      double s = f / (2.0 + f);
      double z = s * s;
      double w = z * z;
      double odd = w * (LG2 + w * (LG4 + w * LG6));
      double even = z * (LG1 + w * (LG3 + w * (LG5 + w * LG7)));
      double r = even + odd;
      double square = 0.5 * f * f;
      correction =
          significand >= MIDDLE_FROM_BITS && significand < MIDDLE_TO_BITS
              ? square - (s * (square + r) + low)
              : s * (f - r) - low;
    }
    return k * LN2_HIGH - (correction - f);
  }

  /** e to the x. */
  static double exp(double x) {
    if (!(x <= OVERFLOW)) {
      return x > OVERFLOW ? Double.POSITIVE_INFINITY : Double.NaN;
    }
    if (x < UNDERFLOW) {
      return 0;
    }
    double size = Math.abs(x);
    if (size < TINY) {
      return 1.0 + x;
    }
    int k = size < REDUCED_FROM ? 0 : (int) (INVERSE_LN2 * x + (x < 0 ? -0.5 : 0.5));
    double high = x - k * LN2_HIGH;
    double low = k * LN2_LOW;
    double r = high - low;
    double t = r * r;
    double c = r - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
    double y = 1.0 - ((low - (r * c) / (2.0 - c)) - high);
    return k >= -1021 ? scaled(y, k) : scaled(y, k + 1000) * 0x1p-1000;
  }

  /** y·2ᵏ, where that is a normal number. */
  private static double scaled(double y, int k) {
    return Double.longBitsToDouble(Double.doubleToRawLongBits(y) + ((long) k << 52));
  }
}
