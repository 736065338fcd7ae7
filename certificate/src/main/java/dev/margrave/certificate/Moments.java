package dev.margrave.certificate;

/**
 * Mean and squared deviations of a stream of numbers, without keeping them.
 *
 * <p><b>Source.</b> B. P. Welford, Technometrics 4 (1962), for one number at a time; T. F. Chan, G.
 * H. Golub, R. J. LeVeque, The American Statistician 37 (1983), for merging two streams.
 */
final class Moments {
  private long count;
  private double mean;
  private double squares;

  void add(double x) {
    count++;
    double deviation = x - mean;
    mean += deviation / count;
    squares += deviation * (x - mean);
  }

  void add(Moments other) {
    if (other.count == 0) {
      return;
    }
    long total = count + other.count;
    double deviation = other.mean - mean;
    double weight = (double) other.count / total;
    squares += other.squares + deviation * deviation * weight * count;
    mean += deviation * weight;
    count = total;
  }

  /** sd/√count with the divisor count − 1; +∞ if the numbers overflow or are fewer than two. */
  double standardError() {
    double standardError = Math.sqrt(squares / (count - 1.0) / count);
    return standardError < Double.POSITIVE_INFINITY ? standardError : Double.POSITIVE_INFINITY;
  }
}
