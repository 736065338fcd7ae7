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
import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.protocol.worker.Capabilities;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.StageMessage;
import dev.margrave.protocol.worker.StageSpec;
import dev.margrave.protocol.worker.WorkerProtocol;
import dev.margrave.protocol.worker.WorkerProtocol.Delivery;
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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerNodeTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final StageId STAGE =
      new StageId(new ExperimentId("tiny", 1), new StageKey.ArmRun(Arm.FULL, 3, 3));

  private static final Capabilities CAPABILITIES = new Capabilities(2, 0, 1L << 30, "none");
  private static final Duration SPEAK_EVERY = Duration.ofMillis(100);

  @TempDir Path folder;

  private final TestProbe<SchedulerProtocol.Command> scheduler =
      KIT.createTestProbe(SchedulerProtocol.Command.class);
  private final TestProbe<StageMessage> supervisor = KIT.createTestProbe(StageMessage.class);
  private final UntilStopped job = new UntilStopped();
  private DirectoryArtefactStore store;
  private ActorRef<WorkerNode.Command> node;
  private final Set<String> recorded = new HashSet<>();
  private ActorRef<WorkerProtocol.Command> inbox;

  /** Reports that it began, then waits for its end or a stop. */
  private static final class UntilStopped implements StageJob {
    private final CountDownLatch finish = new CountDownLatch(1);
    private volatile CountDownLatch leave = new CountDownLatch(0);
    private volatile RuntimeException failure;
    private volatile List<Consumer<StageListener>> saying = List.of();

    @Override
    public StageEnding run(StageOrder order, StageListener listener, Supplier<StopRequest> stop) {
      listener.started(5);
      saying.forEach(word -> word.accept(listener));
      while (stop.get() == StopRequest.NONE && finish.getCount() > 0) {
        Thread.onSpinWait();
      }
      while (leave.getCount() > 0) {
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
    store = new DirectoryArtefactStore(folder, "test");
    node =
        KIT.spawn(
            WorkerNode.create(
                new NodeSettings("one", CAPABILITIES, Duration.ofMinutes(1), SPEAK_EVERY),
                new StageJobs(job, job).launcher(KIT.system(), store),
                store,
                scheduler.getRef(),
                (stage, message) -> supervisor.getRef().tell(message)));
    SchedulerProtocol.RegisterWorker registered =
        scheduler.expectMessageClass(SchedulerProtocol.RegisterWorker.class);
    assertEquals(CAPABILITIES, registered.capabilities());
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
    inbox.tell(order(attempt(number), resumeFrom));
  }

  private static WorkerProtocol.Begin order(AttemptId attempt) {
    return order(attempt, Optional.empty());
  }

  private static WorkerProtocol.Begin order(AttemptId attempt, Optional<CheckpointRef> resumeFrom) {
    return new WorkerProtocol.Begin(
        attempt,
        new StageSpec(
            attempt.stage(),
            TestSpecs.tiny(),
            "hash",
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        resumeFrom);
  }

  private static StageId arm(long seed) {
    return new StageId(new ExperimentId("tiny", 1), new StageKey.ArmRun(Arm.FULL, seed, seed));
  }

  private static CheckpointRef checkpoint(long step) {
    return new CheckpointRef(new ArtefactRef("tiny/full-3/" + step, 1, "ab"), attempt(1), step);
  }

  /** The next report that is more than a sign of life; each repeat of it is left out. */
  private Delivery next() {
    while (true) {
      Delivery delivery = (Delivery) supervisor.receiveMessage();
      boolean repeat = recorded.contains(name(delivery));
      if (!(delivery.report() instanceof WorkerProtocol.AtWork) && !repeat) {
        return delivery;
      }
    }
  }

  private static String name(Delivery delivery) {
    return delivery.report().attempt() + " " + delivery.number();
  }

  private void expectStarted(int number) {
    assertEquals(new WorkerProtocol.Started(attempt(number), 5), next().report());
  }

  private void record(int number, Delivery delivery, List<ArtefactRef> obsolete) {
    recorded.add(name(delivery));
    inbox.tell(new WorkerProtocol.Recorded(attempt(number), delivery.number(), obsolete));
  }

  /** Says that it is recorded. */
  private WorkerProtocol.Ended expectEnded(int number) {
    Delivery delivery = next();
    WorkerProtocol.Ended ended = assertInstanceOf(WorkerProtocol.Ended.class, delivery.report());
    assertEquals(attempt(number), ended.attempt());
    record(number, delivery, List.of());
    return ended;
  }

  /** Nothing is said any more, not even that it is alive. */
  private void expectSilence() {
    supervisor.expectNoMessage(SPEAK_EVERY.multipliedBy(4));
  }

  @Test
  void aBeginTwiceIsOneAttempt() {
    begin(1);
    begin(1);
    expectStarted(1);
    job.finish.countDown();
    expectEnded(1);
    expectSilence();
    begin(1);
    expectSilence();
  }

  @Test
  void whatMustBeRecordedIsSaidUntilItIsAndInOrder() {
    job.saying =
        List.of(
            listener -> listener.guardMeasured(new RescueGuard(1, 2, false)),
            listener -> listener.checkpointed(checkpoint(7), new Effort(1, 1, 10)));
    begin(1);
    expectStarted(1);
    Delivery guard = next();
    assertEquals(1, guard.number());
    assertInstanceOf(WorkerProtocol.GuardMeasured.class, guard.report());
    for (int repeat = 0; repeat < 3; repeat++) {
      assertEquals(guard, supervisor.receiveMessage(), "nothing else before it is recorded");
    }
    record(1, guard, List.of());
    Delivery saved = next();
    assertEquals(2, saved.number());
    assertEquals(
        new WorkerProtocol.CheckpointSaved(attempt(1), checkpoint(7), new Effort(1, 1, 10)),
        saved.report());
    record(1, guard, List.of());
    assertEquals(saved, supervisor.receiveMessage(), "an old word is recorded twice");
    record(1, saved, List.of());
    assertInstanceOf(
        WorkerProtocol.AtWork.class, ((Delivery) supervisor.receiveMessage()).report());
    job.finish.countDown();
    expectEnded(1);
    expectSilence();
  }

  @Test
  void whileNobodyListensOnlyTheLatestCheckpointIsKept() {
    ArtefactRef untold = store.put("tiny/full-3/untold.ckpt", out -> out.write(1));
    job.saying =
        List.of(
            listener -> listener.guardMeasured(new RescueGuard(1, 2, false)),
            listener ->
                listener.checkpointed(
                    new CheckpointRef(untold, attempt(1), 7), new Effort(1, 1, 10)),
            listener -> listener.checkpointed(checkpoint(9), new Effort(2, 2, 20)));
    begin(1);
    expectStarted(1);
    Delivery guard = next();
    supervisor.awaitAssert(
        () -> {
          assertTrue(Files.notExists(folder.resolve("tiny/full-3/untold.ckpt")));
          return null;
        });
    record(1, guard, List.of());
    assertEquals(
        new WorkerProtocol.CheckpointSaved(attempt(1), checkpoint(9), new Effort(3, 3, 30)),
        next().report());
    job.finish.countDown();
  }

  @Test
  void aHandBackEndsHandedBack() {
    begin(1);
    expectStarted(1);
    inbox.tell(new WorkerProtocol.HandBack(attempt(1)));
    inbox.tell(new WorkerProtocol.HandBack(attempt(1)));
    assertEquals(new Outcome.HandedBack(), expectEnded(1).outcome());
  }

  @Test
  void anOrderForASlotThatIsNotFreeYetWaitsALittle() {
    ActorRef<WorkerProtocol.Command> often = nodeThatRegisters(Duration.ofMillis(300));
    for (long seed = 0; seed < 2; seed++) {
      often.tell(order(new AttemptId(arm(seed), 1)));
      expectStartedAny();
    }
    often.tell(order(new AttemptId(arm(2), 1)));
    often.tell(new WorkerProtocol.Superseded(new AttemptId(arm(0), 1)));
    assertEquals(new WorkerProtocol.Started(new AttemptId(arm(2), 1), 5), next().report());
    often.tell(order(new AttemptId(arm(3), 1)));
    assertEquals(
        new WorkerProtocol.Ended(new AttemptId(arm(3), 1), new Outcome.HandedBack(), Effort.NONE),
        next().report(),
        "a scheduler that was wrong has the stage back");
    job.finish.countDown();
  }

  @Test
  void aSupersededAttemptHasItsSlotUntilItHasLeft() {
    job.leave = new CountDownLatch(1);
    for (long seed = 0; seed < 2; seed++) {
      AttemptId superseded = new AttemptId(arm(seed), 1);
      inbox.tell(order(superseded));
      expectStartedAny();
      inbox.tell(new WorkerProtocol.Superseded(superseded));
    }
    inbox.tell(order(new AttemptId(arm(2), 1)));
    inbox.tell(order(new AttemptId(arm(3), 1)));
    inbox.tell(new WorkerProtocol.Superseded(new AttemptId(arm(3), 1)));
    expectSilence();
    job.leave.countDown();
    assertEquals(new WorkerProtocol.Started(new AttemptId(arm(2), 1), 5), next().report());
    job.finish.countDown();
  }

  private ActorRef<WorkerProtocol.Command> nodeThatRegisters(Duration every) {
    KIT.spawn(
        WorkerNode.create(
            new NodeSettings("two", CAPABILITIES, every, SPEAK_EVERY),
            new StageJobs(job, job).launcher(KIT.system(), store),
            store,
            scheduler.getRef(),
            (stage, message) -> supervisor.getRef().tell(message)));
    var first = scheduler.expectMessageClass(SchedulerProtocol.RegisterWorker.class);
    assertEquals(List.of(), first.running());
    return first.node();
  }

  private void expectStartedAny() {
    assertInstanceOf(WorkerProtocol.Started.class, next().report());
  }

  @Test
  void aRegistrationSaysWhatRunsHere() {
    ActorRef<WorkerProtocol.Command> often = nodeThatRegisters(Duration.ofMillis(20));
    often.tell(order(attempt(4)));
    scheduler.awaitAssert(
        () -> {
          var again = scheduler.expectMessageClass(SchedulerProtocol.RegisterWorker.class);
          assertEquals(List.of(attempt(4)), again.running());
          return null;
        });
    job.finish.countDown();
  }

  @Test
  void aSupersededAttemptIsSilent() {
    begin(1);
    expectStarted(1);
    inbox.tell(new WorkerProtocol.Superseded(attempt(1)));
    supervisor.awaitAssert(
        () -> {
          expectSilence();
          return null;
        });
  }

  @Test
  void aSupersededAttemptDeletesWhatNoJournalNamesWhenItsJobHasEnded() {
    job.leave = new CountDownLatch(1);
    String folder = STAGE.text();
    String named = store.put(folder + "/checkpoint-5-1.ckpt", out -> out.write(1)).path();
    begin(1);
    expectStarted(1);
    inbox.tell(new WorkerProtocol.Superseded(attempt(1), Optional.of(List.of(named))));
    supervisor.awaitAssert(
        () -> {
          expectSilence();
          return null;
        });
    store.put(folder + "/witness-sampled.npy", out -> out.write(2));
    assertEquals(2, store.list(folder).size(), "its job still writes");
    job.leave.countDown();
    supervisor.awaitAssert(
        () -> {
          assertEquals(List.of(named), store.list(folder));
          return null;
        });
  }

  @Test
  void whereTheJournalCannotTellASupersededAttemptDeletesNothing() {
    String written = store.put(STAGE.text() + "/witness-sampled.npy", out -> out.write(2)).path();
    begin(1);
    expectStarted(1);
    inbox.tell(new WorkerProtocol.Superseded(attempt(1)));
    supervisor.awaitAssert(
        () -> {
          expectSilence();
          return null;
        });
    assertEquals(List.of(written), store.list(STAGE.text()));
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
    expectSilence();
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
    var written = store.put("tiny/full-3/9-1.ckpt", out -> out.write(1));
    var gone = new CheckpointRef(new ArtefactRef("tiny/gone.ckpt", 1, "ab"), attempt(1), 9);
    job.failure = new ArtefactMismatchException("the file is missing");
    job.finish.countDown();
    begin(2, Optional.of(gone));
    expectStarted(2);
    Delivery damaged = next();
    assertEquals(new WorkerProtocol.CheckpointDamaged(attempt(2), gone), damaged.report());
    record(2, damaged, List.of());
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
    ArtefactRef old = store.put("tiny/full-3/old.ckpt", out -> out.write(1));
    ArtefactRef kept = store.put("tiny/full-3/new.ckpt", out -> out.write(2));
    job.saying =
        List.of(
            listener -> listener.checkpointed(new CheckpointRef(kept, attempt(1), 9), Effort.NONE));
    begin(1);
    expectStarted(1);
    record(1, next(), List.of(old));
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
    Delivery end = next();
    assertEquals(new Outcome.HandedBack(), ((WorkerProtocol.Ended) end.report()).outcome());
    drained.expectNoMessage(Duration.ofMillis(200));
    record(1, end, List.of());
    drained.receiveMessage();
    begin(2);
    assertEquals(new Outcome.HandedBack(), expectEnded(2).outcome());
  }
}
