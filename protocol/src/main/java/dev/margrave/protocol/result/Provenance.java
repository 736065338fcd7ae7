package dev.margrave.protocol.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * What a result's bits depend on.
 *
 * @param specHash SHA-256 of the canonical experiment spec
 * @param dataHash SHA-256 of the images and labels used
 * @param teacherHash SHA-256 of the training split's teacher table file
 * @param engine which trained, with its version: {@code nd4j 1.0.0-M2.1}; where an arm went on with
 *     another one, all of them, and the last last
 * @param nativeLibrary that it ran on: {@code linux-x86_64-onednn-avx2}
 * @param threads of the engine, which decide the order of its sums
 * @param precision of the training, where it is not {@code float32}
 * @param margraveVersion of this program
 * @param rescuedAtSteps of the training, where the orchestrator rescued a lost margin by itself
 */
public record Provenance(
    String specHash,
    String dataHash,
    String teacherHash,
    String engine,
    String nativeLibrary,
    int threads,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) String precision,
    String margraveVersion,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Long> rescuedAtSteps) {

  public Provenance {
    // Absent from journals and files where there was none.
    precision = precision == null ? "" : precision;
    rescuedAtSteps = rescuedAtSteps == null ? List.of() : List.copyOf(rescuedAtSteps);
  }

  /** In single precision, without automatic rescues. */
  public Provenance(
      String specHash,
      String dataHash,
      String teacherHash,
      String engine,
      String nativeLibrary,
      int threads,
      String margraveVersion) {
    this(
        specHash,
        dataHash,
        teacherHash,
        engine,
        nativeLibrary,
        threads,
        "",
        margraveVersion,
        List.of());
  }
}
