package dev.margrave.workers.vae.engine;

/**
 * The K vertices of a regular simplex in K − 1 dimensions: a witness that is fixed before training.
 *
 * <p>‖v_k‖ = 1, Σ_k v_k = 0, ⟨v_j, v_k⟩ = −1/(K−1) for j ≠ k. The logits of a code z are ⟨v_k, z⟩,
 * over its first K − 1 dimensions and with no further scale. As a matrix, V = √(K/(K−1))·H with the
 * Helmert contrasts H: H_kj = 1/√((j+1)(j+2)) for k ≤ j, −(j+1)/√((j+1)(j+2)) for k = j + 1, else
 * 0; so VᵀV = K/(K−1)·1 and VVᵀ = K/(K−1)·(1 − 11ᵀ/K).
 *
 * <p><b>The zero-loss code.</b> For a row T of full support, z*(T) = (K−1)/K · Σ_k ln T_k · v_k has
 * the logits ln T_k − (1/K) Σ_j ln T_j, and so the witness T. Its energy is ½‖z*‖² = (K−1)/(2K) ·
 * Σ_k (ln T_k − mean)²: the KL to the prior that its mean alone costs.
 *
 * <p><b>The escape force.</b> At the dead code z = 0 the witness is uniform, and ∂KL(T‖w)/∂z = Σ_k
 * (1/K − T_k)·v_k has the norm √(K/(K−1))·‖T − 1/K‖: above 0 unless T is uniform.
 *
 * <p><b>Accuracy.</b> Double, with functions that have the same bits on every machine; the softmax
 * of the zero-loss code's logits is T within 10⁻¹³·K.<br>
 * <b>Source.</b> arXiv 2605.18224; Lancaster, "The Helmert matrices", American Mathematical Monthly
 * 72, 1965.
 */
public final class RegularSimplex {
  private final int components;
  private final double[] vertices;

  /**
   * @param components K ≥ 2
   */
  public RegularSimplex(int components) {
    if (components < 2) {
      throw new IllegalArgumentException("components is " + components + "; it must be at least 2");
    }
    this.components = components;
    this.vertices = new double[components * (components - 1)];
    double scale = Math.sqrt(components / (components - 1.0));
    for (int j = 0; j < components - 1; j++) {
      double entry = scale / Math.sqrt((j + 1.0) * (j + 2.0));
      for (int k = 0; k <= j; k++) {
        vertices[k * (components - 1) + j] = entry;
      }
      vertices[(j + 1) * (components - 1) + j] = -(j + 1) * entry;
    }
  }

  /** K. */
  public int components() {
    return components;
  }

  /** K − 1. */
  public int dimensions() {
    return components - 1;
  }

  /** Coordinate {@code dimension} of v_k. */
  public double vertex(int k, int dimension) {
    return vertices[k * (components - 1) + dimension];
  }

  /**
   * As the weights of a linear head, A {@code [latent·K]}, row-major: 0 beyond the first K − 1
   * dimensions, so that these alone reach the witness.
   *
   * @param latent at least K − 1
   */
  public float[] headWeights(int latent) {
    if (latent < dimensions()) {
      throw new IllegalArgumentException(
          "a simplex witness of %d components needs %d dimensions of the code; there are %d"
              .formatted(components, dimensions(), latent));
    }
    float[] weights = new float[latent * components];
    for (int d = 0; d < dimensions(); d++) {
      for (int k = 0; k < components; k++) {
        weights[d * components + k] = (float) vertex(k, d);
      }
    }
    return weights;
  }

  /**
   * The logits ⟨v_k, z⟩.
   *
   * @param code z {@code [≥ K−1]}; what is beyond is not read
   * @param logits receives {@code [K]}
   */
  public void logits(double[] code, double[] logits) {
    for (int k = 0; k < components; k++) {
      double sum = 0;
      for (int d = 0; d < dimensions(); d++) {
        sum += vertex(k, d) * code[d];
      }
      logits[k] = sum;
    }
  }

  /**
   * z*(T) of row {@code row} of a table: the code whose witness is that row.
   *
   * @param teacher T {@code [n·K]}, every entry of the row above 0
   * @param code receives {@code [K−1]}
   * @throws IllegalArgumentException naming row, column and value where the support is not full: no
   *     finite code has a probability of 0
   */
  public void zeroLossCode(double[] teacher, int row, double[] code) {
    java.util.Arrays.fill(code, 0, dimensions(), 0);
    for (int k = 0; k < components; k++) {
      double probability = teacher[row * components + k];
      if (!(probability > 0)) {
        throw new IllegalArgumentException(
            "T[%d][%d] is %s; a code with that witness needs a probability above 0"
                .formatted(row, k, probability));
      }
      double share = (components - 1.0) / components * StrictMath.log(probability);
      for (int d = 0; d < dimensions(); d++) {
        code[d] += share * vertex(k, d);
      }
    }
  }

  /** The norm of ∂KL(T‖w)/∂z at z = 0 for row {@code row} of T {@code [n·K]}, nats per unit. */
  public double escapeForce(double[] teacher, int row) {
    double square = 0;
    for (int k = 0; k < components; k++) {
      double residual = teacher[row * components + k] - 1.0 / components;
      square += residual * residual;
    }
    return Math.sqrt(square * components / (components - 1.0));
  }
}
