package dev.margrave.workers.teacher;

import static dev.margrave.workers.teacher.TeacherFormulasTest.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.margrave.protocol.spec.TeacherSpec;
import dev.margrave.protocol.spec.TeacherSpec.Covariance;
import java.util.List;
import org.junit.jupiter.api.Test;

class TeacherSearchSettingsTest {

  @Test
  void theSpecsListsAreTakenAndTheRestIsByDefault() {
    TeacherSpec spec =
        new TeacherSpec(
            TeacherSpec.Mode.PER_SEED,
            List.of(),
            List.of(16, 32),
            List.of(8),
            List.of(Covariance.FULL),
            List.of(1.0, 2.5),
            0.02);
    assertEquals(
        new TeacherSearchSettings(
            List.of(8),
            List.of(16, 32),
            List.of(Covariance.FULL),
            List.of(1.0, 2.5),
            0.02,
            0.2,
            ScoreWeights.DEFAULTS,
            PcaSettings.DEFAULTS,
            MixtureSettings.DEFAULTS),
        TeacherSearchSettings.of(spec));
  }

  @Test
  void listsAndNumbersOutsideTheirDomainAreRefused() {
    assertRefused(
        () -> settings(List.of(), List.of(2), List.of(1.0), 0.01, 0.2),
        "dimensions is empty; give at least one value.");
    assertRefused(
        () -> settings(List.of(0), List.of(2), List.of(1.0), 0.01, 0.2),
        "dimensions holds 0; each must be ≥ 1.");
    assertRefused(
        () -> settings(List.of(1), List.of(1), List.of(1.0), 0.01, 0.2),
        "components holds 1; a teacher needs at least 2.");
    assertRefused(
        () -> settings(List.of(1), List.of(4, 4), List.of(1.0), 0.01, 0.2),
        "components is [4, 4]; give every value once, or a candidate is tried twice.");
    assertRefused(
        () -> settings(List.of(1), List.of(2), List.of(0.0), 0.01, 0.2),
        "temperatures holds 0.0; each must be a finite number > 0.");
    assertRefused(
        () -> settings(List.of(1), List.of(2), List.of(1.0), 0, 0.2),
        "floor is 0.0; give a number in (0, 1).");
    assertRefused(
        () -> settings(List.of(1), List.of(2), List.of(1.0), 0.01, 1),
        "heldOutFraction is 1.0; give a number in (0, 1).");
  }

  static TeacherSearchSettings settings(
      List<Integer> dimensions,
      List<Integer> components,
      List<Double> temperatures,
      double floor,
      double heldOutFraction) {
    return new TeacherSearchSettings(
        dimensions,
        components,
        List.of(Covariance.DIAGONAL, Covariance.FULL),
        temperatures,
        floor,
        heldOutFraction,
        ScoreWeights.DEFAULTS,
        PcaSettings.DEFAULTS,
        MixtureSettings.DEFAULTS);
  }
}
