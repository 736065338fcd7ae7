package dev.margrave.orchestrator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.orchestrator.experiment.SubmitReply;
import dev.margrave.orchestrator.plan.Plan;
import dev.margrave.orchestrator.result.ArmRow;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.GateKind;
import dev.margrave.orchestrator.result.GateOutcome;
import dev.margrave.orchestrator.result.MarginPoint;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.FailureKind;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.spec.ExperimentSpec;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The orchestrator on a real journal file, with a worker that trains nothing. */
@Timeout(120)
class WholeExperimentTest {
  private static final ExperimentId DEMO = new ExperimentId("demo", 1);
  private static final Duration STEP = Duration.ofMillis(1);

  @TempDir Path directory;

  private final FakeWorker.World world = new FakeWorker.World();

  private Site site() {
    return new Site(directory, world, 2, STEP, Site::never);
  }

  @Test
  void isUpQuickly() {
    long start = System.nanoTime();
    try (Site site = site()) {
      long journal = System.nanoTime();
      site.submit(Fixtures.spec("demo", List.of(0L), List.of(Arm.FULL)), "text", false);
      long up = System.nanoTime();
      System.out.printf(
          "WholeExperimentTest.isUpQuickly: journal and system %d ms, submission %d ms%n",
          (journal - start) / 1_000_000, (up - journal) / 1_000_000);
      assertTrue(up - start < Duration.ofSeconds(30).toNanos());
    }
  }

  @Test
  void runsAllArmsAndAnswersAtOnceWhenAskedAgain() throws SQLException {
    ExperimentSpec spec = Fixtures.spec("demo", List.of(0L, 1L), Fixtures.ALL_ARMS);
    ExperimentView first;
    try (Site site = site()) {
      assertEquals(new SubmitReply.Accepted(DEMO, false), site.submit(spec, "text", false));
      List<ExperimentView> views = site.untilOver(DEMO);
      first = views.get(views.size() - 1);
      assertTrue(views.stream().anyMatch(WholeExperimentTest::showsProgress), views::toString);
    }
    checkResults(first, spec);
    long begun = world.begun.values().stream().mapToLong(List::size).sum();
    assertEquals(14, begun);
    try (Site site = site()) {
      assertEquals(new SubmitReply.Accepted(DEMO, true), site.submit(spec, "text", false));
      List<ExperimentView> views = site.untilOver(DEMO);
      assertEquals(1, views.size());
      assertEquals(first.results(), views.get(0).results());
      assertEquals(
          List.of("1"),
          site.query(
              "select count(*) from \"event_journal\" where \"persistence_id\" = 'experiments'"));
    }
    assertEquals(begun, world.begun.values().stream().mapToLong(List::size).sum());
  }

  private static boolean showsProgress(ExperimentView view) {
    return view.stages().stream()
        .anyMatch(
            stage ->
                stage.status() == StageStatus.RUNNING
                    && stage.worker().equals(Optional.of("w1"))
                    && stage.progress().isPresent()
                    && stage.evaluation().isPresent());
  }

  @Test
  void refusesAChangedSpecAndStartsAFreshGenerationBesideIt() {
    ExperimentSpec spec = Fixtures.spec("demo", List.of(0L), List.of(Arm.FULL));
    try (Site site = site()) {
      site.submit(spec, "old text", false);
      site.untilOver(DEMO);
      var refusal =
          assertInstanceOf(SubmitReply.SpecChanged.class, site.submit(spec, "new text", false));
      assertEquals("old text", refusal.previousSpec());
      assertEquals(DEMO, refusal.experiment());
      assertEquals(
          "experiment demo exists with another spec; rename this one, undo the change, or start"
              + " anew beside the old with --fresh",
          refusal.message());
      ExperimentId second = new ExperimentId("demo", 2);
      assertEquals(new SubmitReply.Accepted(second, false), site.submit(spec, "new text", true));
      List<ExperimentView> views = site.untilOver(second);
      assertEquals(
          Fixtures.sha256("new text"), views.get(views.size() - 1).results().get().specHash());
      assertEquals(new SubmitReply.Accepted(second, true), site.submit(spec, "new text", false));
    }
    assertTrue(world.violations.isEmpty(), world.violations::toString);
  }

  @Test
  void aFailedArmBlocksThoseThatNeedItAndTheRestGoesOn() {
    ExperimentSpec spec = Fixtures.spec("demo", List.of(0L), Fixtures.ALL_ARMS);
    Outcome.Failed nan =
        new Outcome.Failed(FailureKind.NUMERIC, "the loss became NaN at step 6; lower the rate");
    try (Site site =
        new Site(
            directory,
            world,
            2,
            STEP,
            attempt ->
                attempt.stage().key().text().equals("ablation-0")
                    ? Optional.of(nan)
                    : Optional.empty())) {
      site.submit(spec, "text", false);
      List<ExperimentView> views = site.untilOver(DEMO);
      ExperimentView last = views.get(views.size() - 1);
      Map<StageKey, StageView> stages =
          last.stages().stream().collect(Collectors.toMap(StageView::stage, stage -> stage));
      assertEquals(StageStatus.FAILED, stages.get(StageKey.parse("ablation-0")).status());
      assertEquals(nan.message(), stages.get(StageKey.parse("ablation-0")).reason());
      for (String blocked : List.of("rescue-0", "collapse-0", "rescue-from-collapse-0")) {
        assertEquals(StageStatus.BLOCKED, stages.get(StageKey.parse(blocked)).status());
        assertEquals(
            "needs ablation-0, which failed", stages.get(StageKey.parse(blocked)).reason());
      }
      assertEquals(StageStatus.COMPLETED, stages.get(StageKey.parse("drift-0")).status());
      ExperimentResults results = last.results().get();
      assertEquals(GateOutcome.FAIL, results.overall());
      assertFalse(results.complete());
      assertEquals(
          "rescue-0 did not complete: needs ablation-0, which failed",
          results.gates().stream()
              .filter(gate -> gate.kind() == GateKind.RESCUE_CERTIFIES)
              .findFirst()
              .get()
              .reason());
    }
  }

  @Test
  void whatFailedIsTriedAgainWhenTheSameSpecIsSubmittedAgain() {
    ExperimentSpec spec = Fixtures.spec("demo", List.of(0L), Fixtures.ALL_ARMS);
    Outcome.Failed full = new Outcome.Failed(FailureKind.RESOURCE, "no space left");
    try (Site site =
        new Site(
            directory,
            world,
            2,
            STEP,
            attempt ->
                attempt.stage().key().text().equals("ablation-0")
                    ? Optional.of(full)
                    : Optional.empty())) {
      site.submit(spec, "text", false);
      site.untilOver(DEMO);
    }
    assertEquals(4, world.begun.values().stream().mapToLong(List::size).sum());
    try (Site site = site()) {
      assertEquals(new SubmitReply.Accepted(DEMO, true), site.submit(spec, "text", false));
      List<ExperimentView> views = site.untilOver(DEMO);
      assertTrue(views.get(views.size() - 1).results().get().complete());
    }
    assertEquals(8, world.begun.values().stream().mapToLong(List::size).sum());
    assertEquals(List.of(1, 2), world.begun.get(new StageId(DEMO, StageKey.parse("ablation-0"))));
    assertTrue(world.violations.isEmpty(), world.violations::toString);
  }

  @Test
  void aBrokenJournalIsToldApartFromARefusal() throws SQLException {
    ExperimentSpec spec = Fixtures.spec("demo", List.of(0L), List.of(Arm.FULL));
    try (Site site = site()) {
      site.breakJournal();
      var broken = assertInstanceOf(SubmitReply.Broken.class, site.submit(spec, "text", false));
      assertTrue(broken.message().contains("journal"), broken::message);
      assertEquals(broken, site.submit(spec, "text", false), "asked again");
    }
  }

  @Test
  void drainsHandsBackAndGoesOnAfterwards() throws Exception {
    ExperimentSpec spec = Fixtures.spec("demo", List.of(0L), Fixtures.ALL_ARMS);
    long handedBack;
    try (Site site = new Site(directory, world, 2, Duration.ofMillis(20), Site::never)) {
      site.submit(spec, "text", false);
      var views = site.watch(DEMO);
      while (!showsProgress(views.poll(20, TimeUnit.SECONDS))) {
        // Wait for an arm that trains.
      }
      site.drain();
      long assigned = site.query(events("stage-assigned-1")).size();
      long ended = site.query(events("stage-attempt-ended-1")).size();
      assertEquals(assigned, ended, "drained means that every attempt's end is in the journal");
      handedBack = site.query(events("handed-back")).size();
      assertTrue(handedBack >= 1);
    }
    world.dataPaths.clear();
    try (Site site = site()) {
      site.submit(Fixtures.withPath(spec, "elsewhere"), "text", false);
      List<ExperimentView> views = site.untilOver(DEMO);
      checkResults(views.get(views.size() - 1), spec);
      assertEquals(0, site.query(events("\"interrupted\":true")).size());
    }
    assertTrue(world.violations.isEmpty(), world.violations::toString);
    assertEquals(
        Set.of(Optional.of("elsewhere")),
        Set.copyOf(world.dataPaths.values()),
        "every attempt has the data path of the latest submission");
    assertEquals(7 + handedBack, world.begun.values().stream().mapToLong(List::size).sum());
  }

  private static String events(String containing) {
    return "select \"persistence_id\" from \"event_journal\" where"
        + " utf8tostring(\"event_payload\") like '%"
        + containing
        + "%'";
  }

  @Test
  void killedAtRandomInstantsItEndsAsIfItHadNotBeen() throws Exception {
    long seed = System.nanoTime();
    System.out.println("WholeExperimentTest.killed… seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    ExperimentSpec spec = Fixtures.spec("demo", List.of(0L), Fixtures.ALL_ARMS);
    int kills = 0;
    Set<StageId> finished = new HashSet<>();
    ExperimentView last = null;
    while (last == null) {
      Site site = site();
      long begunBefore = begun(finished);
      assertInstanceOf(SubmitReply.Accepted.class, site.submit(spec, "text", false));
      var views = site.watch(DEMO);
      int lifeMs = kills < 12 ? random.nextInt(5, 600) : 60_000;
      long deadline = System.nanoTime() + Duration.ofMillis(lifeMs).toNanos();
      while (last == null && System.nanoTime() < deadline) {
        ExperimentView view = views.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (view != null && view.status() == ExperimentView.Status.FINISHED) {
          last = view;
        }
      }
      if (last == null) {
        site.kill();
        kills++;
      } else {
        checkJournal(site, spec);
        site.close();
      }
      assertEquals(begunBefore, begun(finished), "finished stages were begun again, seed " + seed);
      finished.addAll(completelyEnded());
    }
    System.out.println("WholeExperimentTest.killed… " + kills + " kills");
    assertTrue(kills >= 3, "killed only " + kills + " times, seed " + seed);
    assertTrue(world.violations.isEmpty(), () -> "seed " + seed + ": " + world.violations);
    checkResults(last, spec);
  }

  private long begun(Set<StageId> stages) {
    return stages.stream().mapToLong(stage -> world.begun.get(stage).size()).sum();
  }

  /** The fake worker ends attempts only by completing them. */
  private Set<StageId> completelyEnded() {
    return world.acknowledgedEnds.keySet();
  }

  private static void checkJournal(Site site, ExperimentSpec spec) throws SQLException {
    List<String> ends = site.query(events("stage-attempt-ended-1%\"last\":true"));
    assertEquals(Plan.of(spec).stages().size(), ends.size());
    assertEquals(ends.size(), new HashSet<>(ends).size());
  }

  private static void checkResults(ExperimentView view, ExperimentSpec spec) {
    ExperimentResults results = view.results().get();
    assertTrue(results.complete());
    assertEquals(GateOutcome.PASS, results.overall(), () -> results.gates().toString());
    assertEquals(5 * spec.seeds().size(), results.gates().size());
    assertTrue(view.stages().stream().allMatch(stage -> stage.status() == StageStatus.COMPLETED));
    for (ArmRow row : results.arms()) {
      assertEquals(
          (long) FakeWorker.STEPS * FakeWorker.IMAGES_PER_STEP,
          row.effort().images(),
          row::toString);
      assertEquals(
          IntStream.rangeClosed(1, FakeWorker.STEPS / FakeWorker.EVALUATE_EVERY)
              .mapToObj(i -> (long) i * FakeWorker.EVALUATE_EVERY)
              .toList(),
          row.margins().stream().map(MarginPoint::step).toList());
      assertEquals(512, row.imagesPerSecond());
    }
  }
}
