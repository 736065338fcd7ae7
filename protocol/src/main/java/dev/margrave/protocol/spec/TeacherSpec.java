package dev.margrave.protocol.spec;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * Which teachers to search. The candidates are the cross product of the lists.
 *
 * @param mode one teacher per seed, or every arm against each of a fixed set
 * @param teacherSeeds the fixed set; empty in the mode per-seed
 * @param components numbers of mixture components K, each ≥ 2
 * @param pca numbers of principal components d, each ≥ 1
 * @param covariance of the mixture's components
 * @param temperature by which log responsibilities are divided, each > 0
 * @param floor ε of T ← (1−ε)T + ε/K, in (0, 1)
 */
public record TeacherSpec(
    Mode mode,
    List<Long> teacherSeeds,
    List<Integer> components,
    List<Integer> pca,
    List<Covariance> covariance,
    List<Double> temperature,
    double floor) {

  /** How teachers and seeds are paired. */
  public enum Mode {
    @JsonProperty("per-seed")
    PER_SEED,
    @JsonProperty("fixed")
    FIXED
  }

  /** Shape of a component's covariance. */
  public enum Covariance {
    @JsonProperty("diagonal")
    DIAGONAL,
    @JsonProperty("full")
    FULL
  }

  public TeacherSpec {
    teacherSeeds = List.copyOf(teacherSeeds);
    components = List.copyOf(components);
    pca = List.copyOf(pca);
    covariance = List.copyOf(covariance);
    temperature = List.copyOf(temperature);
  }
}
