package dev.margrave.orchestrator.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.persistence.testkit.javadsl.EventSourcedBehaviorTestKit;
import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.JournalKit;
import dev.margrave.orchestrator.stage.StageSupervisor.LeaseTick;
import dev.margrave.protocol.FailureKind;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.StageMessage;
import dev.margrave.protocol.worker.WorkerProtocol;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A worker in another process: how long it may be silent, and what comes of a new supervisor. */
@Timeout(60)
class StageLeaseTest {
  private static final ActorTestKit KIT = JournalKit.create();
  private static final String FULL = "full-0";
  private static final StageId STAGE = Fixtures.stage(FULL);
  private static final Duration LONG = Duration.ofMinutes(10);

  /** Ticks of a lease that are still no end. */
  private static final int TICKS = 10;

  private final TestProbe<SchedulerProtocol.Command> scheduler = KIT.createTestProbe();
  private final TestProbe<WorkerProtocol.Command> worker = KIT.createTestProbe();
  private final TestProbe<StageProtocol.Notice> experiment = KIT.createTestProbe();
  private EventSourcedBehaviorTestKit<StageMessage, StageEvent, StageState> stage;

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  /** With one attempt that runs. */
  private void start(Duration lease) {
    stage =
        new Supervised(STAGE, scheduler.ref())
            .retry(Duration.ofMillis(1), true)
            .lease(new LeaseSettings(true, lease, LONG, LONG))
            .start(KIT);
    stage.runCommand(new StageProtocol.Run(Fixtures.stageSpec(FULL), 2, 0, experiment.ref()));
    stage.runCommand(
        new StageSupervisor.SlotAnswered(
            new SchedulerProtocol.SlotGranted(STAGE, "w1", worker.ref())));
    worker.expectMessageClass(WorkerProtocol.Begin.class);
  }

  private List<StageEvent> hear(int attempt) {
    return stage
        .runCommand(
            new WorkerProtocol.Delivery(
                new WorkerProtocol.AtWork(Fixtures.attempt(FULL, attempt)),
                WorkerProtocol.Delivery.UNNUMBERED,
                worker.ref()))
        .events();
  }

  private void tick(int times) {
    for (int i = 0; i < times; i++) {
      assertEquals(List.of(), stage.runCommand(new LeaseTick(1)).events());
    }
  }

  private void assertLost(StageEvent event) {
    var ended = assertInstanceOf(StageEvent.AttemptEnded.class, event);
    var failed = assertInstanceOf(Outcome.Failed.class, ended.outcome());
    assertEquals(FailureKind.LOST, failed.kind());
    assertTrue(failed.message().startsWith("worker w1 was silent for "), failed.message());
  }

  @Test
  void silenceOfALeaseEndsTheAttemptAndItsWorkerIsTold() {
    start(LONG);
    tick(TICKS);
    assertLost(stage.runCommand(new LeaseTick(1)).event());
    worker.expectMessage(Fixtures.superseded(Fixtures.attempt(FULL, 1)));
  }

  @Test
  void timeThatThisProcessStoodStillIsNoSilence() {
    start(LONG);
    // As after a journal that hung for three leases: ticks and words waited together.
    for (int i = 0; i < 3 * TICKS; i++) {
      tick(1);
      assertEquals(List.of(), hear(1));
    }
    tick(TICKS);
    assertInstanceOf(StageState.Running.class, stage.getState());
  }

  @Test
  void theLeaseIsMeasured() {
    start(Duration.ofMillis(300));
    worker.expectMessage(Duration.ofSeconds(20), Fixtures.superseded(Fixtures.attempt(FULL, 1)));
  }

  @Test
  void aNewSupervisorLeavesTheAttemptToItsWorkerForAWhile() {
    start(LONG);
    stage.restart();
    assertInstanceOf(StageState.Running.class, stage.getState());
    assertEquals(List.of(), hear(1));
    var saved =
        new WorkerProtocol.CheckpointSaved(
            Fixtures.attempt(FULL, 1), Fixtures.checkpoint(FULL, 1, 5), Effort.NONE);
    assertInstanceOf(
        StageEvent.CheckpointCommitted.class,
        stage.runCommand(new WorkerProtocol.Delivery(saved, 1, worker.ref())).event());
    worker.expectMessage(new WorkerProtocol.Recorded(Fixtures.attempt(FULL, 1), 1, List.of()));
    worker.expectNoMessage(Duration.ofMillis(50));
  }

  @Test
  void aNewSupervisorGivesUpAWorkerThatDoesNotComeBack() {
    start(LONG);
    stage.restart();
    tick(TICKS);
    var ended =
        assertInstanceOf(StageEvent.AttemptEnded.class, stage.runCommand(new LeaseTick(1)).event());
    assertFalse(ended.counted(), "perhaps it never heard of it");
    assertFalse(ended.last());
    assertEquals(
        new Outcome.Failed(
            FailureKind.LOST, "worker w1 was not heard for 600.0 s after its orchestrator's end"),
        ended.outcome());
  }
}
