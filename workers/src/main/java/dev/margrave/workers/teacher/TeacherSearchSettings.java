package dev.margrave.workers.teacher;

import dev.margrave.protocol.spec.TeacherSpec;
import dev.margrave.protocol.spec.TeacherSpec.Covariance;
import java.util.HashSet;
import java.util.List;

/**
 * What a search tries and how it chooses. The candidates are the cross product of the four lists.
 *
 * @param dimensions numbers of principal components d, each ≥ 1
 * @param components numbers of mixture components K, each ≥ 2
 * @param covariances of the mixture's components
 * @param temperatures by which log responsibilities are divided, each > 0
 * @param floor ε of T ← (1−ε)T + ε/K, in (0, 1)
 * @param heldOutFraction share of the training split that candidates are scored on and nothing is
 *     fitted to, in (0, 1)
 * @param score how candidates are compared
 * @param pca of the components
 * @param mixture of the fits
 */
public record TeacherSearchSettings(
    List<Integer> dimensions,
    List<Integer> components,
    List<Covariance> covariances,
    List<Double> temperatures,
    double floor,
    double heldOutFraction,
    ScoreWeights score,
    PcaSettings pca,
    MixtureSettings mixture) {

  /** Share of the training split that candidates are scored on, unless told otherwise. */
  public static final double DEFAULT_HELD_OUT_FRACTION = 0.2;

  public TeacherSearchSettings {
    dimensions = checkedList("dimensions", dimensions);
    components = checkedList("components", components);
    covariances = checkedList("covariances", covariances);
    temperatures = checkedList("temperatures", temperatures);
    for (int d : dimensions) {
      if (d < 1) {
        throw new IllegalArgumentException("dimensions holds " + d + "; each must be ≥ 1.");
      }
    }
    for (int k : components) {
      if (k < 2) {
        throw new IllegalArgumentException(
            "components holds " + k + "; a teacher needs at least 2.");
      }
    }
    for (double temperature : temperatures) {
      if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "temperatures holds " + temperature + "; each must be a finite number > 0.");
      }
    }
    checkFraction("floor", floor);
    checkFraction("heldOutFraction", heldOutFraction);
  }

  /** The spec's candidates, with every other default. */
  public static TeacherSearchSettings of(TeacherSpec spec) {
    return new TeacherSearchSettings(
        spec.pca(),
        spec.components(),
        spec.covariance(),
        spec.temperature(),
        spec.floor(),
        DEFAULT_HELD_OUT_FRACTION,
        ScoreWeights.DEFAULTS,
        PcaSettings.DEFAULTS,
        MixtureSettings.DEFAULTS);
  }

  private static <T> List<T> checkedList(String name, List<T> values) {
    List<T> copy = List.copyOf(values);
    if (copy.isEmpty()) {
      throw new IllegalArgumentException(name + " is empty; give at least one value.");
    }
    if (new HashSet<>(copy).size() < copy.size()) {
      throw new IllegalArgumentException(
          name + " is " + copy + "; give every value once, or a candidate is tried twice.");
    }
    return copy;
  }

  private static void checkFraction(String name, double value) {
    if (!(value > 0 && value < 1)) {
      throw new IllegalArgumentException(name + " is " + value + "; give a number in (0, 1).");
    }
  }
}
