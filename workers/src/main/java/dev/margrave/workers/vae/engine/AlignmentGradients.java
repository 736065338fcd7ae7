package dev.margrave.workers.vae.engine;

/**
 * How the alignment loss can move the latent path, for the rescue guard.
 *
 * <p>With w = softmax(z·A + c) and r_i = w_i − T_i, the gradients are closed forms:
 * ∂KL(T_i‖w_i)/∂z_i = A·r_i, and for L = (1/n) Σ_i KL(T_i‖w_i), ∂L/∂A = (1/n) Σ_i z_i r_iᵀ and
 * ∂L/∂c = (1/n) Σ_i r_i. For rows of T that sum to one.
 *
 * <p><b>Accuracy.</b> Double arithmetic on the given floats, rows in order.
 *
 * @param throughHead s_μ = (1/n) Σ_i ‖∂KL(T_i‖w_i)/∂z_i‖₂ at the given codes, nats per unit of code
 * @param throughCode s_head = ‖(∂L/∂A, ∂L/∂c)‖₂, nats per unit of head; the weights' part alone is
 *     {@code weightsOnly}
 * @param weightsOnly ‖∂L/∂A‖₂: the bias can move on a dead code, yet only as a constant student
 */
public record AlignmentGradients(double throughHead, double throughCode, double weightsOnly) {

  /**
   * Measures both.
   *
   * @param codes z {@code [n·latent]}, usually μ
   * @param teacher T {@code [n·K]}
   * @param witnessWeights A {@code [latent·K]}, row-major
   * @param witnessBias c {@code [K]}
   * @throws IllegalArgumentException when the lengths do not fit each other
   */
  public static AlignmentGradients at(
      float[] codes, float[] teacher, int n, float[] witnessWeights, float[] witnessBias) {
    int components = witnessBias.length;
    int latent = components == 0 ? 0 : witnessWeights.length / components;
    if (n < 1
        || components == 0
        || witnessWeights.length != latent * components
        || codes.length < (long) n * latent
        || teacher.length < (long) n * components) {
      throw new IllegalArgumentException(
          ("codes [%d], teacher [%d], witness weights [%d] and bias [%d] do not fit n = %d: need"
                  + " n·latent, n·K, latent·K and K values")
              .formatted(
                  codes.length, teacher.length, witnessWeights.length, witnessBias.length, n));
    }
    double[] weightGradient = new double[latent * components];
    double[] biasGradient = new double[components];
    double[] residual = new double[components];
    double normSum = 0;
    for (int i = 0; i < n; i++) {
      residual(codes, teacher, i, latent, witnessWeights, witnessBias, residual);
      double square = 0;
      for (int d = 0; d < latent; d++) {
        double gradient = 0;
        double code = codes[i * latent + d];
        for (int k = 0; k < components; k++) {
          gradient += witnessWeights[d * components + k] * residual[k];
          weightGradient[d * components + k] += code * residual[k];
        }
        square += gradient * gradient;
      }
      for (int k = 0; k < components; k++) {
        biasGradient[k] += residual[k];
      }
      normSum += Math.sqrt(square);
    }
    double weightSquare = sumOfSquares(weightGradient);
    return new AlignmentGradients(
        normSum / n,
        Math.sqrt(weightSquare + sumOfSquares(biasGradient)) / n,
        Math.sqrt(weightSquare) / n);
  }

  /** residual = softmax(z_i·A + c) − T_i. */
  private static void residual(
      float[] codes,
      float[] teacher,
      int i,
      int latent,
      float[] weights,
      float[] bias,
      double[] residual) {
    int components = bias.length;
    double max = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < components; k++) {
      residual[k] = bias[k];
    }
    for (int d = 0; d < latent; d++) {
      double code = codes[i * latent + d];
      for (int k = 0; k < components; k++) {
        residual[k] += code * weights[d * components + k];
      }
    }
    for (int k = 0; k < components; k++) {
      max = Math.max(max, residual[k]);
    }
    double sum = 0;
    for (int k = 0; k < components; k++) {
      residual[k] = StrictMath.exp(residual[k] - max);
      sum += residual[k];
    }
    for (int k = 0; k < components; k++) {
      residual[k] = residual[k] / sum - teacher[i * components + k];
    }
  }

  private static double sumOfSquares(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return sum;
  }
}
