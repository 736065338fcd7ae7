package dev.margrave.workers.actor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.FailureKind;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.artefact.ArtefactMismatchException;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.artefact.DirectoryArtefactStore;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.StageSpec;
import dev.margrave.protocol.worker.WorkerProtocol;
import dev.margrave.protocol.worker.WorkerProtocol.Report;
import dev.margrave.workers.stage.RefusedStageException;
import dev.margrave.workers.stage.StageEnding;
import dev.margrave.workers.stage.StageJob;
import dev.margrave.workers.stage.StageListener;
import dev.margrave.workers.stage.StageOrder;
import dev.margrave.workers.stage.StopRequest;
import dev.margrave.workers.vae.TestSpecs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerNodeTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final StageId STAGE =
      new StageId(new ExperimentId("tiny", 1), new StageKey.ArmRun(Arm.FULL, 3, 3));

  @TempDir Path folder;

  private final TestProbe<SchedulerProtocol.Command> scheduler =
      KIT.createTestProbe(SchedulerProtocol.Command.class);
  private final TestProbe<Report> supervisor = KIT.createTestProbe(Report.class);
  private final UntilStopped job = new UntilStopped();
  private ActorRef<WorkerNode.Command> node;
  private ActorRef<WorkerProtocol.Command> inbox;

  /** Reports that it began, then waits for its end or a stop. */
  private static final class UntilStopped implements StageJob {
    private final CountDownLatch finish = new CountDownLatch(1);
    private volatile RuntimeException failure;

    @Override
    public StageEnding run(StageOrder order, StageListener listener, Supplier<StopRequest> stop) {
      listener.started(5);
      while (stop.get() == StopRequest.NONE && finish.getCount() > 0) {
        Thread.onSpinWait();
      }
      if (failure != null) {
        throw failure;
      }
      Effort effort = new Effort(1, 0.5, 64);
      return switch (stop.get()) {
        case HAND_BACK -> new StageEnding(new Outcome.HandedBack(), effort);
        case CANCEL -> new StageEnding(new Outcome.Cancelled(), effort);
        case NONE -> new StageEnding(new Outcome.Failed(FailureKind.CRASH, "finished"), effort);
      };
    }
  }

  @BeforeEach
  void startNode() {
    node =
        KIT.spawn(
            WorkerNode.create(
                "one",
                2,
                new StageJobs(job, job),
                new DirectoryArtefactStore(folder, "test"),
                scheduler.getRef()));
    SchedulerProtocol.RegisterWorker registered =
        scheduler.expectMessageClass(SchedulerProtocol.RegisterWorker.class);
    assertEquals(2, registered.slots());
    inbox = registered.node();
  }

  @AfterAll
  static void stopKit() {
    KIT.shutdownTestKit();
  }

  private static AttemptId attempt(int number) {
    return new AttemptId(STAGE, number);
  }

  private void begin(int number) {
    begin(number, Optional.empty());
  }

  private void begin(int number, Optional<CheckpointRef> resumeFrom) {
    inbox.tell(
        new WorkerProtocol.Begin(
            attempt(number),
            new StageSpec(
                STAGE,
                TestSpecs.tiny(),
                "hash",
                Optional.empty(),
                Optional.empty(),
                Optional.empty()),
            resumeFrom,
            supervisor.getRef()));
  }

  private void expectStarted(int number) {
    assertEquals(new WorkerProtocol.Started(attempt(number), 5), supervisor.receiveMessage());
  }

  private WorkerProtocol.Ended expectEnded(int number) {
    WorkerProtocol.Ended ended = supervisor.expectMessageClass(WorkerProtocol.Ended.class);
    assertEquals(attempt(number), ended.attempt());
    return ended;
  }

  @Test
  void aBeginTwiceIsOneAttempt() {
    begin(1);
    begin(1);
    expectStarted(1);
    supervisor.expectNoMessage(Duration.ofMillis(200));
    job.finish.countDown();
    expectEnded(1);
  }

  @Test
  void theEndIsRepeatedUntilAcknowledged() {
    begin(1);
    expectStarted(1);
    job.finish.countDown();
    expectEnded(1);
    supervisor.expectMessageClass(WorkerProtocol.Ended.class, Duration.ofSeconds(5));
    inbox.tell(new WorkerProtocol.EndAcknowledged(attempt(1)));
    supervisor.expectNoMessage(Duration.ofMillis(2500));
  }

  @Test
  void aStopEndsCancelled() {
    begin(1);
    expectStarted(1);
    inbox.tell(new WorkerProtocol.Stop(attempt(1)));
    inbox.tell(new WorkerProtocol.Stop(attempt(1)));
    assertEquals(new Outcome.Cancelled(), expectEnded(1).outcome());
  }

  @Test
  void aSupersededAttemptIsSilent() {
    begin(1);
    expectStarted(1);
    inbox.tell(new WorkerProtocol.Superseded(attempt(1)));
    supervisor.expectNoMessage(Duration.ofMillis(500));
  }

  @Test
  void aNewerAttemptSilencesTheOlder() {
    begin(1);
    expectStarted(1);
    begin(2);
    expectStarted(2);
    job.finish.countDown();
    expectEnded(2);
    begin(1);
    supervisor.expectNoMessage(Duration.ofMillis(300));
  }

  @Test
  void aThrowingJobIsAFailureOfItsKind() {
    job.failure =
        new RefusedStageException("images of 30 x 30 pixels cannot be halved 3 times", null);
    job.finish.countDown();
    begin(1);
    expectStarted(1);
    assertEquals(
        new Outcome.Failed(FailureKind.USER, "images of 30 x 30 pixels cannot be halved 3 times"),
        expectEnded(1).outcome());
  }

  @Test
  void aDamagedCheckpointIsReportedBeforeTheEnd() {
    DirectoryArtefactStore store = new DirectoryArtefactStore(folder, "test");
    var written = store.put("tiny/full-3/9-1.ckpt", out -> out.write(1));
    var gone = new CheckpointRef(new ArtefactRef("tiny/gone.ckpt", 1, "ab"), attempt(1), 9);
    job.failure = new ArtefactMismatchException("the file is missing");
    job.finish.countDown();
    begin(2, Optional.of(gone));
    expectStarted(2);
    supervisor.expectMessage(new WorkerProtocol.CheckpointDamaged(attempt(2), gone));
    assertEquals(
        new Outcome.Failed(
            FailureKind.CRASH,
            "the file is missing; the stage goes on from the checkpoint before it"),
        expectEnded(2).outcome());
    begin(3, Optional.of(new CheckpointRef(written, attempt(1), 9)));
    expectStarted(3);
    assertEquals(
        new Outcome.Failed(
            FailureKind.USER, "the file is missing; put the file back, or start anew with --fresh"),
        expectEnded(3).outcome(),
        "another file than its checkpoint is damaged");
  }

  @Test
  void obsoleteCheckpointsAreDeletedOnceCommitted() throws Exception {
    DirectoryArtefactStore store = new DirectoryArtefactStore(folder, "test");
    ArtefactRef old = store.put("tiny/full-3/old.ckpt", out -> out.write(1));
    ArtefactRef kept = store.put("tiny/full-3/new.ckpt", out -> out.write(2));
    begin(1);
    expectStarted(1);
    inbox.tell(
        new WorkerProtocol.CheckpointCommitted(
            attempt(1), new CheckpointRef(kept, attempt(1), 9), List.of(old)));
    supervisor.awaitAssert(
        () -> {
          assertTrue(Files.notExists(folder.resolve("tiny/full-3/old.ckpt")));
          return null;
        });
    assertTrue(Files.exists(folder.resolve("tiny/full-3/new.ckpt")));
    job.finish.countDown();
    expectEnded(1);
  }

  @Test
  void aDrainHandsBackAndRefusesNewWork() {
    TestProbe<WorkerNode.Drained> drained = KIT.createTestProbe(WorkerNode.Drained.class);
    begin(1);
    expectStarted(1);
    node.tell(new WorkerNode.Drain(drained.getRef()));
    assertEquals(
        "one", scheduler.expectMessageClass(SchedulerProtocol.UnregisterWorker.class).worker());
    assertEquals(new Outcome.HandedBack(), expectEnded(1).outcome());
    drained.expectNoMessage(Duration.ofMillis(200));
    inbox.tell(new WorkerProtocol.EndAcknowledged(attempt(1)));
    drained.receiveMessage();
    begin(2);
    assertInstanceOf(Outcome.HandedBack.class, expectEnded(2).outcome());
  }
}
