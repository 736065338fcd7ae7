package dev.margrave.workers.teacher;

/**
 * A Gaussian mixture written down as the textbook has it: one point, one component at a time,
 * densities by elimination on the covariance matrix. Slow, and independent of what it checks.
 */
final class SlowMixture {
  final double[] weights;
  final double[][] means;
  final double[][][] covariances;

  SlowMixture(int components, int d) {
    weights = new double[components];
    means = new double[components][d];
    covariances = new double[components][d][d];
  }

  /** Reads the parameters of the mixture under test. */
  static SlowMixture of(GaussianMixture mixture) {
    int d = mixture.features().dimensions();
    SlowMixture slow = new SlowMixture(mixture.components(), d);
    for (int k = 0; k < mixture.components(); k++) {
      slow.weights[k] = mixture.weight(k);
      slow.means[k] = mixture.mean(k);
      double[] covariance = mixture.covariance(k);
      for (int i = 0; i < d; i++) {
        for (int j = 0; j < d; j++) {
          slow.covariances[k][i][j] =
              covariance.length == d ? (i == j ? covariance[i] : 0) : covariance[i * d + j];
        }
      }
    }
    return slow;
  }

  /** ln π_k + ln N(x | μ_k, Σ_k). */
  double logJoint(double[] x, int k) {
    int d = x.length;
    double[][] a = new double[d][d + 1];
    for (int i = 0; i < d; i++) {
      System.arraycopy(covariances[k][i], 0, a[i], 0, d);
      a[i][d] = x[i] - means[k][i];
    }
    double logDeterminant = 0;
    for (int p = 0; p < d; p++) {
      logDeterminant += Math.log(a[p][p]);
      for (int i = p + 1; i < d; i++) {
        double factor = a[i][p] / a[p][p];
        for (int j = p; j <= d; j++) {
          a[i][j] -= factor * a[p][j];
        }
      }
    }
    double[] solved = new double[d];
    double mahalanobis = 0;
    for (int i = d - 1; i >= 0; i--) {
      double sum = a[i][d];
      for (int j = i + 1; j < d; j++) {
        sum -= a[i][j] * solved[j];
      }
      solved[i] = sum / a[i][i];
      mahalanobis += solved[i] * (x[i] - means[k][i]);
    }
    return Math.log(weights[k]) - 0.5 * (d * Math.log(2 * Math.PI) + logDeterminant + mahalanobis);
  }

  /** ln p(x). */
  double logDensity(double[] x) {
    double sum = 0;
    for (int k = 0; k < weights.length; k++) {
      sum += Math.exp(logJoint(x, k));
    }
    return Math.log(sum);
  }

  /** One step of EM; no floor. */
  SlowMixture step(double[][] points, boolean diagonal) {
    int d = points[0].length;
    SlowMixture next = new SlowMixture(weights.length, d);
    for (int k = 0; k < weights.length; k++) {
      double count = 0;
      for (double[] x : points) {
        double r = Math.exp(logJoint(x, k) - logDensity(x));
        count += r;
        for (int i = 0; i < d; i++) {
          next.means[k][i] += r * x[i];
        }
      }
      for (int i = 0; i < d; i++) {
        next.means[k][i] /= count;
      }
      for (double[] x : points) {
        double r = Math.exp(logJoint(x, k) - logDensity(x));
        for (int i = 0; i < d; i++) {
          for (int j = 0; j < d; j++) {
            if (i == j || !diagonal) {
              next.covariances[k][i][j] +=
                  r * (x[i] - next.means[k][i]) * (x[j] - next.means[k][j]) / count;
            }
          }
        }
      }
      next.weights[k] = count / points.length;
    }
    return next;
  }
}
