package dev.margrave.orchestrator.read;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.experiment.ExperimentEvent;
import dev.margrave.orchestrator.journal.JournalEvent;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.orchestrator.stage.StageEvent;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.FailureKind;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.protocol.worker.Effort;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventSentencesTest {
  private static final Outcome COMPLETED =
      new Outcome.Completed(
          Fixtures.expected(Arm.FULL, Fixtures.checkpoint("full-0", 3, 8), Optional.empty()));

  private static void says(String sentence, JournalEvent event) {
    assertEquals(sentence, EventSentences.of("full-0", event));
  }

  private static StageEvent ended(Outcome outcome, boolean last) {
    return new StageEvent.AttemptEnded(3, outcome, Effort.NONE, false, true, last);
  }

  private static ExperimentEvent stageEnded(Outcome outcome, int attempts) {
    return new ExperimentEvent.StageEnded(
        new StageEnding(StageKey.parse("rescue-0-t11"), outcome, attempts, Effort.NONE, List.of()));
  }

  @Test
  void whatHappensToAStage() {
    says("full-0 is planned", new StageEvent.Planned(Fixtures.stageSpec("full-0"), 1));
    says("full-0 is tried again", new StageEvent.Reopened(Fixtures.stageSpec("full-0")));
    says(
        "the checkpoint of full-0 at step 8 cannot be gone on from and counts no more",
        new StageEvent.CheckpointDropped(Fixtures.checkpoint("full-0", 3, 8)));
    says(
        "the rescue guard of full-0 measured a code gradient of 0.500 and a head gradient of"
            + " 1.00e-09: the head was drawn anew",
        new StageEvent.GuardMeasured(3, new RescueGuard(0.5, 1e-9, true)));
    says(
        "the rescue guard of full-0 measured a code gradient of 0.800; its witness has no weights",
        new StageEvent.GuardMeasured(3, RescueGuard.ofFixedWitness(0.8)));
  }

  @Test
  void whatIsRescued() {
    says(
        "full-0 lost its margin by step 10: rescue 1 follows from there, by way of the checkpoint"
            + " at step 8",
        new StageEvent.RescueStarted(1, 3, Optional.of(Fixtures.checkpoint("full-0", 3, 8)), 10));
    says(
        "full-0 lost its margin by step 10: rescue 2 follows from there, by way of the start",
        new StageEvent.RescueStarted(2, 3, Optional.empty(), 10));
  }

  @Test
  void howAttemptsEnd() {
    says("attempt 3 of full-0 completed", ended(COMPLETED, true));
    says("attempt 3 of full-0 was cancelled", ended(new Outcome.Cancelled(), true));
    says(
        "attempt 3 of full-0 was handed back and goes on elsewhere or later",
        ended(new Outcome.HandedBack(), false));
    says(
        "attempt 3 of full-0 failed (NUMERIC): it diverged; no other follows",
        ended(new Outcome.Failed(FailureKind.NUMERIC, "it diverged"), true));
  }

  @Test
  void howStagesEnd() {
    says("rescue-0-t11 completed after 1 attempt", stageEnded(COMPLETED, 1));
    says(
        "rescue-0-t11 ended without a result after 2 attempts: it broke",
        stageEnded(new Outcome.Failed(FailureKind.CRASH, "it broke"), 2));
    says(
        "full-0 was submitted again: what did not complete is tried again",
        new ExperimentEvent.Reopened(Instant.EPOCH));
  }

  /** Types that nobody wrote a sentence for. */
  @Test
  void anyOtherIsCalledByItsType() {
    says("full-0: respecified", new StageEvent.Respecified(Fixtures.stageSpec("full-0")));
  }
}
