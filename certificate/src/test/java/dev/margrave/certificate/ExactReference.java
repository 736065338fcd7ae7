package dev.margrave.certificate;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * The quantities of a certificate to 38 digits, from their definitions as Kullback-Leibler
 * divergences: slow, simple, and nothing in common with the code that it checks.
 */
final class ExactReference {
  static final MathContext DIGITS = new MathContext(60);
  private static final int HALVINGS = 16;
  private static final BigDecimal TINY = new BigDecimal("1e-70");

  final BigDecimal teacherInformation;
  final BigDecimal alignmentLoss;
  final BigDecimal margin;
  final BigDecimal witnessInformation;

  private ExactReference(BigDecimal[][] teacher, BigDecimal[][] witness) {
    int samples = witness.length / teacher.length;
    BigDecimal[] meanTeacher = mean(teacher);
    BigDecimal[] meanWitness = mean(witness);
    BigDecimal information = BigDecimal.ZERO;
    BigDecimal loss = BigDecimal.ZERO;
    BigDecimal ofWitness = BigDecimal.ZERO;
    for (int i = 0; i < teacher.length; i++) {
      information = information.add(divergence(teacher[i], meanTeacher));
      for (int s = 0; s < samples; s++) {
        BigDecimal[] w = witness[s * teacher.length + i];
        loss = loss.add(divergence(teacher[i], w));
        ofWitness = ofWitness.add(divergence(w, meanWitness));
      }
    }
    teacherInformation = information.divide(BigDecimal.valueOf(teacher.length), DIGITS);
    alignmentLoss = loss.divide(BigDecimal.valueOf(witness.length), DIGITS);
    witnessInformation = ofWitness.divide(BigDecimal.valueOf(witness.length), DIGITS);
    margin = teacherInformation.subtract(alignmentLoss, DIGITS);
  }

  static ExactReference ofProbabilities(double[][] teacher, double[][] witness) {
    return new ExactReference(normalised(exact(teacher)), normalised(exact(witness)));
  }

  static ExactReference ofLogProbabilities(double[][] teacher, double[][] logWitness) {
    BigDecimal[][] witness = exact(logWitness);
    for (BigDecimal[] row : witness) {
      for (int k = 0; k < row.length; k++) {
        row[k] = exp(row[k]);
      }
    }
    return new ExactReference(normalised(exact(teacher)), normalised(witness));
  }

  /** Σ p ln(p/q), with 0·ln 0 = 0. */
  static BigDecimal divergence(BigDecimal[] p, BigDecimal[] q) {
    BigDecimal sum = BigDecimal.ZERO;
    for (int k = 0; k < p.length; k++) {
      if (p[k].signum() > 0) {
        sum = sum.add(p[k].multiply(ln(p[k].divide(q[k], DIGITS)), DIGITS));
      }
    }
    return sum;
  }

  static BigDecimal[] mean(BigDecimal[][] table) {
    BigDecimal[] mean = new BigDecimal[table[0].length];
    for (int k = 0; k < mean.length; k++) {
      BigDecimal sum = BigDecimal.ZERO;
      for (BigDecimal[] row : table) {
        sum = sum.add(row[k]);
      }
      mean[k] = sum.divide(BigDecimal.valueOf(table.length), DIGITS);
    }
    return mean;
  }

  static BigDecimal[][] exact(double[][] table) {
    BigDecimal[][] exact = new BigDecimal[table.length][table[0].length];
    for (int i = 0; i < table.length; i++) {
      for (int k = 0; k < table[i].length; k++) {
        exact[i][k] = new BigDecimal(table[i][k]);
      }
    }
    return exact;
  }

  static BigDecimal[][] normalised(BigDecimal[][] table) {
    for (BigDecimal[] row : table) {
      BigDecimal sum = BigDecimal.ZERO;
      for (BigDecimal entry : row) {
        sum = sum.add(entry);
      }
      for (int k = 0; k < row.length; k++) {
        row[k] = row[k].divide(sum, DIGITS);
      }
    }
    return table;
  }

  /** Taylor's series of x/2¹⁶, squared 16 times. */
  static BigDecimal exp(BigDecimal x) {
    BigDecimal reduced = x.divide(BigDecimal.valueOf(1L << HALVINGS), DIGITS);
    BigDecimal term = BigDecimal.ONE;
    BigDecimal sum = BigDecimal.ONE;
    for (int power = 1; term.abs().compareTo(TINY) > 0; power++) {
      term = term.multiply(reduced).divide(BigDecimal.valueOf(power), DIGITS);
      sum = sum.add(term);
    }
    for (int halving = 0; halving < HALVINGS; halving++) {
      sum = sum.multiply(sum, DIGITS);
    }
    return sum;
  }

  /**
   * One step of Halley's iteration from a double: the error is cubed, 10⁻¹³ to 10⁻³⁹. The double
   * comes from mantissa and exponent, so that no size of x is a special case.
   */
  static BigDecimal ln(BigDecimal x) {
    int exponent = x.precision() - x.scale();
    double start = Math.log(x.movePointLeft(exponent).doubleValue()) + exponent * Math.log(10);
    BigDecimal guess = new BigDecimal(start);
    BigDecimal power = exp(guess);
    BigDecimal step =
        x.subtract(power).multiply(BigDecimal.valueOf(2)).divide(x.add(power), DIGITS);
    return guess.add(step);
  }

  /** |computed − exact|, in double. */
  static double error(double computed, BigDecimal exact) {
    return new BigDecimal(computed).subtract(exact).abs().doubleValue();
  }

  static double relativeError(double computed, BigDecimal exact) {
    return error(computed, exact) / exact.abs().doubleValue();
  }
}
