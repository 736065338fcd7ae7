package dev.margrave.orchestrator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.orchestrator.result.ArmRow;
import dev.margrave.orchestrator.result.MarginPoint;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.spec.AutomaticRescueSpec;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.RescueSpec;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An experiment whose full arm loses its margin, on a real journal file. */
@Timeout(120)
class RescuedExperimentTest {
  private static final ExperimentId DEMO = new ExperimentId("demo", 1);
  private static final StageKey FULL = StageKey.parse("full-0");

  @TempDir Path directory;

  private static ExperimentSpec spec() {
    ExperimentSpec plain = Fixtures.spec("demo", List.of(0L), List.of(Arm.FULL, Arm.ABLATION));
    return new ExperimentSpec(
        plain.name(),
        plain.dataset(),
        plain.seeds(),
        plain.teacher(),
        plain.vae(),
        plain.alignment(),
        plain.training(),
        plain.collapse(),
        new RescueSpec(1e-6, 1e-6, new AutomaticRescueSpec(true, 2, 1)),
        plain.arms(),
        plain.resources());
  }

  @Test
  void theLostMarginIsRescuedAndTheRestGoesOn() throws SQLException {
    FakeWorker.World world = new FakeWorker.World();
    world.lostFromStep = 6;
    try (Site site = new Site(directory, world, 2, Duration.ofMillis(10), Site::never)) {
      site.submit(spec(), "text", false);
      List<ExperimentView> views = site.untilOver(DEMO);
      assertTrue(
          views.stream()
              .flatMap(view -> view.stages().stream())
              .anyMatch(
                  stage ->
                      stage.stage().equals(FULL)
                          && stage.rescues() == 1
                          && stage.reason().contains("rescue 1 of 1 from step 8")),
          views::toString);
      assertEquals(1, site.query(events("stage-rescue-started-1")).size());
      ArmRow full =
          views.get(views.size() - 1).results().get().arms().stream()
              .filter(row -> row.arm() == Arm.FULL)
              .findFirst()
              .get();
      assertEquals(2, full.attempts());
      assertEquals(
          List.of(0.2, 0.4, -0.2, -0.2, 1.0, 1.2),
          full.margins().stream().map(MarginPoint::marginNats).toList());
    }
    assertEquals(List.of(1, 2), world.begun.get(new StageId(DEMO, FULL)));
    assertEquals(List.of(1), world.begun.get(new StageId(DEMO, StageKey.parse("ablation-0"))));
    assertTrue(world.violations.isEmpty(), world.violations::toString);
  }

  private static String events(String containing) {
    return "select \"persistence_id\" from \"event_journal\" where"
        + " utf8tostring(\"event_payload\") like '%"
        + containing
        + "%'";
  }
}
