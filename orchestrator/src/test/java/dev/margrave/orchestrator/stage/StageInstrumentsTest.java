package dev.margrave.orchestrator.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.persistence.testkit.javadsl.EventSourcedBehaviorTestKit;
import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.JournalKit;
import dev.margrave.protocol.FailureKind;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.metrics.AttemptKind;
import dev.margrave.protocol.metrics.StageOutcome;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.StageMessage;
import dev.margrave.protocol.worker.WorkerProtocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a supervisor tells those who measure: what happens, once, and nothing of what a journal
 * replays.
 */
@Timeout(60)
class StageInstrumentsTest {
  private static final ActorTestKit KIT = JournalKit.create();
  private static final String FULL = "full-0";
  private static final StageId STAGE = Fixtures.stage(FULL);
  private static final Effort EFFORT = new Effort(2, 1, 100);
  private static final Duration SHORT = Duration.ofMillis(1);

  private final TestProbe<SchedulerProtocol.Command> scheduler = KIT.createTestProbe();
  private final TestProbe<WorkerProtocol.Command> worker = KIT.createTestProbe();
  private final TestProbe<StageProtocol.Notice> experiment = KIT.createTestProbe();
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private int number;
  private EventSourcedBehaviorTestKit<StageMessage, StageEvent, StageState> stage;

  private final class Recording implements StageInstruments {
    @Override
    public void stands(StageId id, Standing standing) {
      told.add("stands " + standing.view().status() + " " + standing.dataset());
    }

    @Override
    public void left(StageId id) {
      told.add("left");
    }

    @Override
    public void attemptEnded(StageId id, AttemptKind kind) {
      told.add("attempt " + kind);
    }

    @Override
    public void attemptHeard(StageId id) {
      told.add("heard");
    }

    @Override
    public void heldBack(StageId id) {
      told.add("held back");
    }

    @Override
    public void checkpointCommitted(StageId id) {
      told.add("checkpoint");
    }

    @Override
    public void stageEnded(StageId id, StageOutcome outcome) {
      told.add("stage " + outcome);
    }

    @Override
    public Runnable persisting(StageId id) {
      told.add("persisting");
      return () -> told.add("persisted");
    }
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void start() {
    stage =
        new Supervised(STAGE, scheduler.ref())
            .retry(SHORT, false)
            .instruments(new Recording())
            .start(KIT);
    told.clear();
  }

  private List<String> told() {
    List<String> all = new ArrayList<>();
    told.drainTo(all);
    return all;
  }

  private void plan() {
    stage.runCommand(new StageProtocol.Run(Fixtures.stageSpec(FULL), 2, 0, experiment.ref()));
    scheduler.expectMessageClass(SchedulerProtocol.RequestSlot.class);
  }

  private void assign() {
    stage.runCommand(
        new StageSupervisor.SlotAnswered(
            new SchedulerProtocol.SlotGranted(STAGE, "w1", worker.ref())));
  }

  private void report(WorkerProtocol.Report report) {
    stage.runCommand(new WorkerProtocol.Delivery(report, ++number, worker.ref()));
  }

  @Test
  void aWholeLife() {
    plan();
    assertEquals("persisting", told.poll());
    assertEquals("persisted", told.poll());
    assertEquals("stands WAITING shapes", told.poll());
    told.clear();
    assign();
    assertEquals(List.of("persisting", "persisted", "stands RUNNING shapes"), told());
    var attempt = Fixtures.attempt(FULL, 1);
    report(new WorkerProtocol.Started(attempt, 0));
    assertEquals("heard", told.poll());
    told.clear();
    report(new WorkerProtocol.CheckpointSaved(attempt, Fixtures.checkpoint(FULL, 1, 8), EFFORT));
    assertEquals(List.of("persisting", "persisted", "checkpoint", "stands RUNNING shapes"), told());
    report(
        new WorkerProtocol.Ended(
            attempt, new Outcome.Failed(FailureKind.CRASH, "it broke"), EFFORT));
    assertEquals(
        List.of("persisting", "persisted", "attempt CRASH", "stands WAITING shapes"),
        told().subList(0, 4));
    scheduler.expectMessageClass(SchedulerProtocol.ReleaseSlot.class);
    scheduler.expectMessageClass(SchedulerProtocol.RequestSlot.class);
    assign();
    told.clear();
    report(new WorkerProtocol.AtWork(Fixtures.attempt(FULL, 2)));
    assertEquals(List.of("heard"), told());
    report(new WorkerProtocol.AtWork(Fixtures.attempt(FULL, 2)));
    assertEquals(List.of(), told());
    report(
        new WorkerProtocol.Ended(
            Fixtures.attempt(FULL, 2), new Outcome.Failed(FailureKind.USER, "it is bad"), EFFORT));
    assertEquals(
        List.of("persisting", "persisted", "attempt USER", "stage FAILED", "stands FAILED shapes"),
        told());
  }

  @Test
  void aReplayCountsNothing() throws InterruptedException {
    plan();
    assign();
    report(
        new WorkerProtocol.CheckpointSaved(
            Fixtures.attempt(FULL, 1), Fixtures.checkpoint(FULL, 1, 8), EFFORT));
    told.clear();
    stage.restart();
    List<String> seen = new ArrayList<>();
    while (!seen.contains("stands RUNNING shapes")) {
      String next = told.poll(10, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("not said again: " + seen);
      }
      seen.add(next);
    }
    assertEquals(List.of("left", "stands RUNNING shapes"), seen);
  }

  /** Crashed, then paused for hours: that is no recovery. */
  @Test
  void aSuspendedStageIsHeldBack() {
    plan();
    assign();
    report(
        new WorkerProtocol.Ended(
            Fixtures.attempt(FULL, 1), new Outcome.Failed(FailureKind.CRASH, "it broke"), EFFORT));
    told.clear();
    stage.runCommand(new StageProtocol.Suspend(experiment.ref()));
    assertEquals(List.of("stands WAITING shapes", "held back"), told());
  }

  @Test
  void anAttemptThatEndsForASuspensionIsHeldBack() {
    plan();
    assign();
    stage.runCommand(new StageProtocol.Suspend(experiment.ref()));
    told.clear();
    report(
        new WorkerProtocol.Ended(
            Fixtures.attempt(FULL, 1), new Outcome.Failed(FailureKind.CRASH, "it broke"), EFFORT));
    assertTrue(told().contains("held back"));
  }

  @Test
  void aCancelEndsBoth() {
    plan();
    assign();
    told.clear();
    stage.runCommand(new StageProtocol.Cancel(experiment.ref()));
    assertEquals(
        List.of(
            "persisting",
            "persisted",
            "attempt CANCELLED",
            "stage CANCELLED",
            "stands FAILED shapes"),
        told());
  }
}
