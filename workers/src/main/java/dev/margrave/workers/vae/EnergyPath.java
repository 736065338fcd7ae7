package dev.margrave.workers.vae;

import dev.margrave.workers.vae.engine.RegularSimplex;
import java.util.ArrayList;
import java.util.List;

/**
 * What a margin costs under a simplex witness: the margins and energies of the scaled zero-loss
 * codes a·z*(T_i), beside the trained point.
 *
 * <p>G(a) = (1/n) Σ_i Σ_k T_ik (ln w_k(a·z*(T_i)) − ln T̄_k), E(a) = a²·(1/n) Σ_i ½‖z*(T_i)‖². At a
 * = 0 the witness is uniform and G = −KL(T̄ ‖ uniform); G is concave in a and greatest at a = 1,
 * where it is the teacher information I. The energy is the part of KL(q(z|x) ‖ N(0, I)) that the
 * mean of the posterior costs in the protected dimensions.
 *
 * @param split whose images: {@code evaluate}, the held-out one
 * @param components K
 * @param images n
 * @param teacherInformationNats I
 * @param escapeForce mean_i ‖∂KL(T_i‖w)/∂μ_i‖ at the dead code μ = 0, nats per unit of code
 * @param points by a, ascending
 * @param trained the model: margin at z = μ(x), mean ½‖μ(x)‖² over the first K − 1 dimensions
 */
public record EnergyPath(
    String split,
    int components,
    int images,
    double teacherInformationNats,
    double escapeForce,
    List<Point> points,
    Trained trained) {

  /** Beyond 1 the codes overshoot: a short way shows the summit. */
  private static final int STEPS = 25;

  private static final double STEP = 0.05;

  /** One scale of all codes. */
  public record Point(double scale, double energyNats, double marginNats) {}

  /** Where the trained model stands. */
  public record Trained(double energyNats, double marginNats) {}

  public EnergyPath {
    points = List.copyOf(points);
  }

  /**
   * The path of a teacher, from a = 0 to 1.2.
   *
   * @param teacher T {@code [n·K]}, of full support
   * @param trained is put beside it
   * @throws IllegalArgumentException naming an entry that is 0
   */
  static EnergyPath ofHeldOut(double[] teacher, int components, Trained trained) {
    RegularSimplex simplex = new RegularSimplex(components);
    int n = teacher.length / components;
    double[] logMean = logMean(teacher, components, n);
    double[] margins = new double[STEPS];
    double[] code = new double[components - 1];
    double[] logits = new double[components];
    double energy = 0;
    double force = 0;
    for (int i = 0; i < n; i++) {
      simplex.zeroLossCode(teacher, i, code);
      simplex.logits(code, logits);
      energy += energy(code) / n;
      force += simplex.escapeForce(teacher, i) / n;
      for (int s = 0; s < STEPS; s++) {
        margins[s] += margin(teacher, i, logits, scale(s), logMean) / n;
      }
    }
    List<Point> points = new ArrayList<>();
    for (int s = 0; s < STEPS; s++) {
      points.add(new Point(scale(s), scale(s) * scale(s) * energy, margins[s]));
    }
    double information = information(teacher, components, n, logMean);
    return new EnergyPath("evaluate", components, n, information, force, points, trained);
  }

  /**
   * (1/n) Σ_i ½‖z_i‖² over the first {@code dimensions} of each code.
   *
   * @param codes z {@code [n·latent]}
   */
  static double meanEnergy(float[] codes, int latent, int dimensions) {
    int n = codes.length / latent;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      for (int d = 0; d < dimensions; d++) {
        double value = codes[i * latent + d];
        sum += 0.5 * value * value;
      }
    }
    return sum / n;
  }

  private static double scale(int step) {
    // Not step · 0.05, which is 0.15000000000000002 at 3.
    return step / Math.rint(1 / STEP);
  }

  private static double energy(double[] code) {
    double sum = 0;
    for (double value : code) {
      sum += 0.5 * value * value;
    }
    return sum;
  }

  /** Σ_k T_k (ln softmax(a·logits)_k − ln T̄_k). */
  private static double margin(
      double[] teacher, int row, double[] logits, double scale, double[] logMean) {
    int components = logits.length;
    double largest = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      largest = Math.max(largest, scale * logit);
    }
    double sum = 0;
    for (double logit : logits) {
      sum += StrictMath.exp(scale * logit - largest);
    }
    double logSum = largest + StrictMath.log(sum);
    double margin = 0;
    for (int k = 0; k < components; k++) {
      margin += teacher[row * components + k] * (scale * logits[k] - logSum - logMean[k]);
    }
    return margin;
  }

  private static double information(double[] teacher, int components, int n, double[] logMean) {
    double sum = 0;
    for (int i = 0; i < teacher.length; i++) {
      sum += teacher[i] * (StrictMath.log(teacher[i]) - logMean[i % components]);
    }
    return sum / n;
  }

  /** ln T̄ {@code [K]}. */
  private static double[] logMean(double[] teacher, int components, int n) {
    double[] mean = new double[components];
    for (int i = 0; i < teacher.length; i++) {
      mean[i % components] += teacher[i] / n;
    }
    for (int k = 0; k < components; k++) {
      mean[k] = StrictMath.log(mean[k]);
    }
    return mean;
  }
}
