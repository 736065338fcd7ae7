package dev.margrave.orchestrator.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.certificate.NegativeKind;
import dev.margrave.certificate.Verdict;
import dev.margrave.orchestrator.Fixtures;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.FailureKind;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.StageResult.ArmTrained;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.worker.Effort;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ResultsTest {
  private static final ExperimentSpec SPEC =
      Fixtures.spec("demo", List.of(0L), List.of(Arm.values()));

  private static StageEnding ending(String stage, Outcome outcome) {
    return new StageEnding(StageKey.parse(stage), outcome, 1, new Effort(10, 5, 1000), List.of());
  }

  private static CheckpointRef last(String stage) {
    return Fixtures.checkpoint(stage, 1, 12);
  }

  /** All stages of seed 0, as expected. */
  private static Map<StageKey, StageEnding> good() {
    Map<StageKey, StageEnding> endings = new HashMap<>();
    put(endings, ending("teacher-0", new Outcome.Completed(Fixtures.teacherFound(0))));
    for (Arm arm : Arm.values()) {
      put(
          endings,
          arm.label() + "-0",
          Fixtures.expected(arm, last(arm.label() + "-0"), start(arm)));
    }
    return endings;
  }

  private static Optional<CheckpointRef> start(Arm arm) {
    return arm.startsFrom().map(from -> last(from.label() + "-0"));
  }

  private static void put(Map<StageKey, StageEnding> endings, StageEnding ending) {
    endings.put(ending.stage(), ending);
  }

  private static void put(Map<StageKey, StageEnding> endings, String stage, ArmTrained result) {
    put(endings, ending(stage, new Outcome.Completed(result)));
  }

  private static ExperimentResults results(Map<StageKey, StageEnding> endings) {
    return Results.of(new ExperimentId("demo", 1), SPEC, "hash", endings, Map.of());
  }

  private static Gate gate(ExperimentResults results, GateKind kind) {
    return results.gates().stream().filter(gate -> gate.kind() == kind).findFirst().orElseThrow();
  }

  private static void assertGate(
      Arm arm, ArmTrained result, GateKind kind, GateOutcome outcome, String reason) {
    Map<StageKey, StageEnding> endings = good();
    put(endings, arm.label() + "-0", result);
    Gate gate = gate(results(endings), kind);
    assertEquals(reason, gate.reason());
    assertEquals(outcome, gate.outcome());
  }

  private static ArmTrained trained(
      Arm arm, Verdict verdict, Optional<NegativeKind> kind, double kl) {
    return Fixtures.trained(verdict, kind, kl, last(arm.label() + "-0"), start(arm));
  }

  @Test
  void allAsExpectedPasses() {
    ExperimentResults results = results(good());
    assertEquals(GateOutcome.PASS, results.overall());
    assertEquals(List.of(GateKind.values()), results.gates().stream().map(Gate::kind).toList());
    assertTrue(results.complete());
    assertEquals(Optional.of(Fixtures.sha256("data")), results.dataHash());
    assertEquals(List.of(Arm.values()), results.arms().stream().map(ArmRow::arm).toList());
    assertEquals(200, results.arms().get(0).imagesPerSecond());
    assertEquals(
        "CERTIFIED with margin 1.1000 nats at sampled z, started from ablation-0",
        gate(results, GateKind.RESCUE_CERTIFIES).reason());
    assertEquals(
        "NEGATIVE with margin -0.3000 nats at sampled z, constant at the mean code, KL 0.0100 nats",
        gate(results, GateKind.COLLAPSE_NEGATIVE_CONSTANT).reason());
  }

  @Test
  void verdictsDecide() {
    assertGate(
        Arm.FULL,
        trained(Arm.FULL, Verdict.NEGATIVE, Optional.of(NegativeKind.MISALIGNED), 3),
        GateKind.FULL_CERTIFIES,
        GateOutcome.FAIL,
        "NEGATIVE with margin -0.3000 nats at sampled z; CERTIFIED is wanted");
    assertGate(
        Arm.FULL,
        trained(Arm.FULL, Verdict.INCONCLUSIVE, Optional.empty(), 3),
        GateKind.FULL_CERTIFIES,
        GateOutcome.INCONCLUSIVE,
        "INCONCLUSIVE with margin 0.0300 nats at sampled z; CERTIFIED is wanted");
    assertGate(
        Arm.ABLATION,
        trained(Arm.ABLATION, Verdict.CERTIFIED, Optional.empty(), 3),
        GateKind.ABLATION_NEGATIVE,
        GateOutcome.FAIL,
        "CERTIFIED with margin 1.1000 nats at sampled z; NEGATIVE is wanted");
    assertGate(
        Arm.ABLATION,
        trained(Arm.ABLATION, Verdict.INCONCLUSIVE, Optional.empty(), 3),
        GateKind.ABLATION_NEGATIVE,
        GateOutcome.INCONCLUSIVE,
        "INCONCLUSIVE with margin 0.0300 nats at sampled z; NEGATIVE is wanted");
  }

  @Test
  void aCollapseMustBeConstantWithItsKlUnderTheTarget() {
    assertGate(
        Arm.COLLAPSE,
        trained(Arm.COLLAPSE, Verdict.NEGATIVE, Optional.of(NegativeKind.MISALIGNED), 0.01),
        GateKind.COLLAPSE_NEGATIVE_CONSTANT,
        GateOutcome.FAIL,
        "NEGATIVE with margin -0.3000 nats at sampled z, KL 0.0100 nats; the witness still varies"
            + " at the mean code, constant is wanted");
    assertGate(
        Arm.COLLAPSE,
        trained(Arm.COLLAPSE, Verdict.NEGATIVE, Optional.of(NegativeKind.CONSTANT), 0.1),
        GateKind.COLLAPSE_NEGATIVE_CONSTANT,
        GateOutcome.FAIL,
        "NEGATIVE with margin -0.3000 nats at sampled z, KL 0.1000 nats; under 0.1 nats is wanted");
    assertGate(
        Arm.COLLAPSE,
        trained(Arm.COLLAPSE, Verdict.INCONCLUSIVE, Optional.empty(), 0.01),
        GateKind.COLLAPSE_NEGATIVE_CONSTANT,
        GateOutcome.INCONCLUSIVE,
        "INCONCLUSIVE with margin 0.0300 nats at sampled z; NEGATIVE is wanted");
  }

  @Test
  void everyBaselineMustBeNegative() {
    for (Arm arm : Arm.values()) {
      if (arm.isBaseline()) {
        GateKind kind = GateKind.of(arm).orElseThrow();
        assertEquals(arm.label() + "-negative", kind.label());
        assertGate(
            arm,
            trained(arm, Verdict.CERTIFIED, Optional.empty(), 5),
            kind,
            GateOutcome.FAIL,
            "CERTIFIED with margin 1.1000 nats at sampled z; NEGATIVE is wanted");
        assertGate(
            arm,
            trained(arm, Verdict.NEGATIVE, Optional.of(NegativeKind.MISALIGNED), 5),
            kind,
            GateOutcome.PASS,
            "NEGATIVE with margin -0.3000 nats at sampled z");
      }
    }
  }

  @Test
  void aRescueMustHaveStartedFromThatVeryCheckpoint() {
    for (Arm arm : List.of(Arm.RESCUE, Arm.RESCUE_FROM_COLLAPSE, Arm.COLLAPSE)) {
      String from = arm.startsFrom().get().label();
      CheckpointRef own = last(arm.label() + "-0");
      CheckpointRef other = Fixtures.checkpoint("full-0", 1, 9);
      GateKind kind = GateKind.of(arm).orElseThrow();
      assertGate(
          arm,
          Fixtures.expected(arm, own, Optional.of(other)),
          kind,
          GateOutcome.FAIL,
          "it started from checkpoint "
              + other.artefact().sha256()
              + ", but the final one of "
              + from
              + " is "
              + last(from + "-0").artefact().sha256());
      assertGate(
          arm,
          Fixtures.expected(arm, own, Optional.empty()),
          kind,
          GateOutcome.FAIL,
          "it started fresh, not from the final checkpoint of " + from);
    }
  }

  @Test
  void whatFailedOrNeverRanFailsItsGate() {
    Map<StageKey, StageEnding> endings = good();
    put(endings, ending("full-0", new Outcome.Failed(FailureKind.NUMERIC, "the loss is NaN")));
    endings.remove(StageKey.parse("rescue-0"));
    ExperimentResults results =
        Results.of(
            new ExperimentId("demo", 1),
            SPEC,
            "hash",
            endings,
            Map.of(StageKey.parse("rescue-0"), "needs ablation-0, which failed"));
    assertEquals(GateOutcome.FAIL, results.overall());
    assertEquals(
        "full-0 did not complete: the loss is NaN",
        gate(results, GateKind.FULL_CERTIFIES).reason());
    assertEquals(
        "rescue-0 did not complete: needs ablation-0, which failed",
        gate(results, GateKind.RESCUE_CERTIFIES).reason());
    assertEquals(GateOutcome.FAIL, gate(results, GateKind.RESCUE_CERTIFIES).outcome());
  }

  @Test
  void aGateIsJudgedAloneAsItIsAmongAll() {
    Map<StageKey, StageEnding> endings = good();
    List<Gate> one =
        Results.inOrder(SPEC).stream()
            .flatMap(stage -> Results.gate(SPEC, stage, endings, Map.of()).stream())
            .toList();
    assertEquals(GateKind.values().length, one.size());
    assertEquals(Set.copyOf(results(endings).gates()), Set.copyOf(one));
  }

  @Test
  void aCancelledStageDecidesNothing() {
    Map<StageKey, StageEnding> endings = good();
    StageKey full = StageKey.parse("full-0");
    endings.put(full, new StageEnding(full, new Outcome.Cancelled(), 1, Effort.NONE, List.of()));
    ExperimentResults results = results(endings);
    Gate gate = gate(results, GateKind.FULL_CERTIFIES);
    assertEquals(GateOutcome.UNDECIDED, gate.outcome());
    assertEquals("full-0 did not complete: it was cancelled", gate.reason());
    assertEquals(GateOutcome.UNDECIDED, results.overall());
  }

  @Test
  void worstOutcomeWins() {
    assertEquals(GateOutcome.PASS, GateOutcome.worst(List.of(GateOutcome.PASS)));
    assertEquals(
        GateOutcome.INCONCLUSIVE,
        GateOutcome.worst(List.of(GateOutcome.PASS, GateOutcome.INCONCLUSIVE)));
    assertEquals(
        GateOutcome.FAIL, GateOutcome.worst(List.of(GateOutcome.INCONCLUSIVE, GateOutcome.FAIL)));
  }

  @Test
  void summarisesAcrossSeeds() {
    ExperimentSpec spec = Fixtures.spec("demo", List.of(0L, 1L, 2L), List.of(Arm.FULL));
    Map<StageKey, StageEnding> endings = new HashMap<>();
    put(endings, "full-0", trained(Arm.FULL, Verdict.CERTIFIED, Optional.empty(), 3));
    put(
        endings,
        "full-1",
        trained(Arm.FULL, Verdict.NEGATIVE, Optional.of(NegativeKind.MISALIGNED), 3));
    ArmSummary summary =
        Results.of(new ExperimentId("demo", 1), spec, "hash", endings, Map.of()).summaries().get(0);
    assertEquals(3, summary.cells());
    assertEquals(2, summary.completed());
    assertEquals(1, summary.certified());
    // Margins 1.1 and −0.3: mean 0.4, sd 1.4/√2.
    assertEquals(0.4, summary.meanMarginNats(), 1e-12);
    assertEquals(1.4 / Math.sqrt(2), summary.sdMarginNats(), 1e-12);
    assertEquals(-0.3, summary.minMarginNats());
  }
}
