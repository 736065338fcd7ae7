package dev.margrave.orchestrator.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.persistence.testkit.javadsl.EventSourcedBehaviorTestKit;
import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.JournalKit;
import dev.margrave.orchestrator.SealedTypes;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.FailureKind;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.protocol.result.StageResult;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.StageMessage;
import dev.margrave.protocol.worker.StageSpec;
import dev.margrave.protocol.worker.WorkerProtocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StageSupervisorTest {
  private static final ActorTestKit KIT = JournalKit.create();
  private static final String FULL = "full-0";
  private static final StageId STAGE = Fixtures.stage(FULL);
  private static final Effort EFFORT = new Effort(2, 1, 100);
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration LEASE = Duration.ofMillis(300);

  private final TestProbe<SchedulerProtocol.Command> scheduler = KIT.createTestProbe();
  private TestProbe<WorkerProtocol.Command> worker = KIT.createTestProbe();
  private final TestProbe<StageProtocol.Notice> experiment = KIT.createTestProbe();
  private final TestProbe<StageProtocol.StageChanged> views = KIT.createTestProbe();
  private final TestProbe<ActorRef<StageMessage>> resting = KIT.createTestProbe();
  private boolean leased;
  private boolean elsewhere;
  private int told;
  private EventSourcedBehaviorTestKit<StageMessage, StageEvent, StageState> stage;

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void start() {
    start(Duration.ofMillis(1));
  }

  private void start(Duration retryDelay) {
    stage =
        new Supervised(STAGE, scheduler.ref())
            .retry(retryDelay, elsewhere)
            .lease(new LeaseSettings(leased, LEASE, LEASE.multipliedBy(2), LONG))
            .views(views.ref()::tell)
            .rest(resting.ref()::tell)
            .start(KIT);
  }

  private void plan() {
    stage.runCommand(new StageProtocol.Run(Fixtures.stageSpec(FULL), 2, 0, experiment.ref()));
    experiment.expectMessage(new StageProtocol.Planned(STAGE));
    expectRequest();
  }

  private void expectRequest() {
    var request = scheduler.expectMessageClass(SchedulerProtocol.RequestSlot.class);
    assertEquals(STAGE, request.stage());
    assertEquals(5, request.priority());
    assertEquals(2, request.rank());
  }

  private StageSupervisor.SlotAnswered slot() {
    return new StageSupervisor.SlotAnswered(
        new SchedulerProtocol.SlotGranted(STAGE, "w1", worker.ref()));
  }

  private WorkerProtocol.Begin assign(int attempt) {
    var result = stage.runCommand(slot());
    assertEquals(new StageEvent.Assigned(attempt, "w1"), result.event());
    var begin = worker.expectMessageClass(WorkerProtocol.Begin.class);
    assertEquals(Fixtures.attempt(FULL, attempt), begin.attempt());
    return begin;
  }

  private List<StageEvent> report(WorkerProtocol.Report report) {
    return stage.runCommand(delivery(report)).events();
  }

  private WorkerProtocol.Delivery delivery(WorkerProtocol.Report report) {
    return new WorkerProtocol.Delivery(report, ++told, worker.ref());
  }

  /** The last report is recorded. */
  private WorkerProtocol.Recorded expectRecorded(int attempt) {
    var recorded = worker.expectMessageClass(WorkerProtocol.Recorded.class);
    assertEquals(Fixtures.attempt(FULL, attempt), recorded.attempt());
    assertEquals(told, recorded.number());
    return recorded;
  }

  private List<StageEvent> fail(int attempt, FailureKind kind) {
    return report(
        new WorkerProtocol.Ended(
            Fixtures.attempt(FULL, attempt), new Outcome.Failed(kind, "it broke"), EFFORT));
  }

  private WorkerProtocol.CheckpointSaved saved(int attempt, long step) {
    return new WorkerProtocol.CheckpointSaved(
        Fixtures.attempt(FULL, attempt), Fixtures.checkpoint(FULL, attempt, step), EFFORT);
  }

  private static Outcome completed() {
    return new Outcome.Completed(
        Fixtures.expected(Arm.FULL, Fixtures.checkpoint(FULL, 1, 12), Optional.empty()));
  }

  private WorkerProtocol.Ended completedBy(int attempt) {
    return new WorkerProtocol.Ended(Fixtures.attempt(FULL, attempt), completed(), EFFORT);
  }

  private StageProtocol.StageEnded ended() {
    return experiment.expectMessageClass(StageProtocol.StageEnded.class);
  }

  @Test
  void persistsTheAttemptBeforeItsWorkerHearsOfIt() {
    plan();
    WorkerProtocol.Begin begin = assign(1);
    assertEquals(Fixtures.stageSpec(FULL), begin.spec());
    assertEquals(Optional.empty(), begin.resumeFrom());
  }

  @Test
  void aRepeatThatComesLateIsNotCommittedAgain() {
    plan();
    assign(1);
    report(saved(1, 1));
    expectRecorded(1);
    report(saved(1, 2));
    expectRecorded(1);
    assertEquals(List.of(), report(saved(1, 1)));
    assertEquals(List.of(), expectRecorded(1).obsolete());
    assertEquals(
        List.of(Fixtures.checkpoint(FULL, 1, 1), Fixtures.checkpoint(FULL, 1, 2)),
        ((StageState.Running) stage.getState()).history().saved().checkpoints());
  }

  @Test
  void commitsCheckpointsAndKeepsTwo() {
    plan();
    assign(1);
    List<CheckpointRef> all =
        List.of(
            Fixtures.checkpoint(FULL, 1, 1),
            Fixtures.checkpoint(FULL, 1, 2),
            Fixtures.checkpoint(FULL, 1, 3),
            Fixtures.checkpoint(FULL, 1, 4));
    for (int i = 0; i < all.size(); i++) {
      assertEquals(
          List.of(new StageEvent.CheckpointCommitted(all.get(i), EFFORT)), report(saved(1, i + 1)));
      assertEquals(
          all.subList(Math.max(0, i - 3), Math.max(0, i - 1)).stream()
              .map(CheckpointRef::artefact)
              .toList(),
          expectRecorded(1).obsolete());
    }
    assertEquals(List.of(), report(saved(1, 4)), "a repeat persists nothing");
    expectRecorded(1);
  }

  @Test
  void anEvaluationIsKeptOncePerStep() {
    plan();
    assign(1);
    var first = Fixtures.evaluation(10, 0.5);
    var attempt = Fixtures.attempt(FULL, 1);
    assertEquals(
        List.of(new StageEvent.Evaluated(1, first)),
        report(new WorkerProtocol.Evaluated(attempt, first)));
    assertEquals(List.of(), report(new WorkerProtocol.Evaluated(attempt, first)));
    assertEquals(
        List.of(), report(new WorkerProtocol.Evaluated(attempt, Fixtures.evaluation(9, 0.4))));
    assertEquals(
        1, report(new WorkerProtocol.Evaluated(attempt, Fixtures.evaluation(11, 0.4))).size());
  }

  @Test
  void aGuardIsKeptOnce() {
    plan();
    assign(1);
    var guard = new RescueGuard(0.1, 0.2, true);
    var report = new WorkerProtocol.GuardMeasured(Fixtures.attempt(FULL, 1), guard);
    assertEquals(List.of(new StageEvent.GuardMeasured(1, guard)), report(report));
    assertEquals(List.of(), report(report));
  }

  @Test
  void endsExactlyOnce() {
    plan();
    assign(1);
    assertEquals(
        List.of(new StageEvent.AttemptEnded(1, completed(), EFFORT, false, false, true)),
        report(completedBy(1)));
    expectRecorded(1);
    scheduler.expectMessage(new SchedulerProtocol.ReleaseSlot(STAGE));
    assertEquals(completed(), ended().ending().outcome());
    assertEquals(List.of(), report(completedBy(1)), "a repeat persists nothing");
    expectRecorded(1);
    experiment.expectNoMessage(Duration.ofMillis(20));
    stage.runCommand(new StageProtocol.Run(Fixtures.stageSpec(FULL), 2, 0, experiment.ref()));
    assertEquals(EFFORT, ended().ending().effort());
  }

  @Test
  void anOlderAttemptIsSuperseded() {
    plan();
    assign(1);
    fail(1, FailureKind.CRASH);
    expectRecorded(1);
    scheduler.expectMessage(new SchedulerProtocol.ReleaseSlot(STAGE));
    expectRequest();
    assign(2);
    assertEquals(List.of(), report(saved(1, 7)));
    worker.expectMessage(Fixtures.superseded(Fixtures.attempt(FULL, 1)));
    assertEquals(List.of(), report(completedBy(1)));
    worker.expectMessage(Fixtures.superseded(Fixtures.attempt(FULL, 1)));
    assertInstanceOf(StageState.Running.class, stage.getState());
  }

  @Test
  void aSupersededAttemptHearsWhatTheJournalNames() {
    var zombie = new WorkerProtocol.AtWork(Fixtures.attempt(FULL, 1));
    report(zombie);
    // A journal that does not know the stage tells nobody to delete.
    worker.expectMessage(new WorkerProtocol.Superseded(zombie.attempt(), Optional.empty()));
    plan();
    assign(1);
    report(saved(1, 7));
    worker.expectMessageClass(WorkerProtocol.Recorded.class);
    fail(1, FailureKind.CRASH);
    worker.expectMessageClass(WorkerProtocol.Recorded.class);
    scheduler.expectMessage(new SchedulerProtocol.ReleaseSlot(STAGE));
    expectRequest();
    assign(2);
    report(zombie);
    String kept = saved(1, 7).checkpoint().artefact().path();
    worker.expectMessage(
        new WorkerProtocol.Superseded(zombie.attempt(), Optional.of(List.of(kept))));
    report(completedBy(2));
    worker.expectMessageClass(WorkerProtocol.Recorded.class);
    report(zombie);
    StageResult result = ((Outcome.Completed) completed()).result();
    List<String> named = new ArrayList<>(List.of(kept));
    result.artefacts().forEach(artefact -> named.add(artefact.path()));
    assertEquals(4, named.size());
    worker.expectMessage(new WorkerProtocol.Superseded(zombie.attempt(), Optional.of(named)));
    report(new WorkerProtocol.AtWork(Fixtures.attempt(FULL, 3)));
    // Nor one that was set back.
    worker.expectMessage(
        new WorkerProtocol.Superseded(Fixtures.attempt(FULL, 3), Optional.empty()));
  }

  @Test
  void usersNumbersAndResourcesAreNotRetried() {
    for (FailureKind kind : List.of(FailureKind.USER, FailureKind.NUMERIC, FailureKind.RESOURCE)) {
      start();
      plan();
      assign(1);
      fail(1, kind);
      assertInstanceOf(StageState.Over.class, stage.getState());
      assertEquals(new Outcome.Failed(kind, "it broke"), ended().ending().outcome());
      worker.expectMessageClass(WorkerProtocol.Recorded.class);
      scheduler.expectMessageClass(SchedulerProtocol.ReleaseSlot.class);
    }
  }

  @Test
  void aFailureIsForgottenOnlyByWhoKnowsOfIt() {
    plan();
    assign(1);
    report(saved(1, 5));
    expectRecorded(1);
    fail(1, FailureKind.RESOURCE);
    ended();
    worker.expectMessageClass(WorkerProtocol.Recorded.class);
    scheduler.expectMessageClass(SchedulerProtocol.ReleaseSlot.class);
    var spec = Fixtures.stageSpec(FULL);
    assertEquals(
        List.of(),
        stage.runCommand(new StageProtocol.Run(spec, 2, 0, experiment.ref())).events(),
        "asked before the failure was known");
    ended();
    var again = new StageProtocol.Run(spec, 2, 2, experiment.ref());
    assertEquals(List.of(new StageEvent.Reopened(spec)), stage.runCommand(again).events());
    experiment.expectMessage(new StageProtocol.Planned(STAGE));
    expectRequest();
    StageHistory history = ((StageState.Waiting) stage.getState()).history();
    assertEquals(0, history.tries().counted());
    assertEquals(200, history.saved().effort().images());
    assertEquals(List.of(), stage.runCommand(again).events(), "said again");
    assertEquals(Optional.of(Fixtures.checkpoint(FULL, 1, 5)), assign(2).resumeFrom());
    fail(2, FailureKind.RESOURCE);
    assertEquals(List.of(), stage.runCommand(again).events(), "a later failure is another");
    assertInstanceOf(StageState.Over.class, stage.getState());
  }

  @Test
  void anAttemptTakesTheSpecOfTheLatestRun() {
    StageSpec spec = Fixtures.stageSpec(FULL);
    StageSpec moved = Fixtures.withPath(spec, "new");
    plan();
    var run = new StageProtocol.Run(moved, 2, 0, experiment.ref());
    assertEquals(List.of(new StageEvent.Respecified(moved)), stage.runCommand(run).events());
    assertEquals(List.of(), stage.runCommand(run).events(), "said again");
    assertEquals(moved, assign(1).spec());
    StageSpec movedAgain = Fixtures.withPath(spec, "newer");
    stage.runCommand(new StageProtocol.Run(movedAgain, 2, 0, experiment.ref()));
    fail(1, FailureKind.CRASH);
    worker.expectMessageClass(WorkerProtocol.Recorded.class);
    scheduler.expectMessageClass(SchedulerProtocol.ReleaseSlot.class);
    expectRequest();
    assertEquals(movedAgain, assign(2).spec());
  }

  @Test
  void aDamagedCheckpointGivesWayToTheOneBefore() {
    plan();
    assign(1);
    for (long step : List.of(3, 6)) {
      report(saved(1, step));
      expectRecorded(1);
    }
    fail(1, FailureKind.CRASH);
    worker.expectMessageClass(WorkerProtocol.Recorded.class);
    scheduler.expectMessageClass(SchedulerProtocol.ReleaseSlot.class);
    expectRequest();
    CheckpointRef last = Fixtures.checkpoint(FULL, 1, 6);
    assertEquals(Optional.of(last), assign(2).resumeFrom());
    var damaged = new WorkerProtocol.CheckpointDamaged(Fixtures.attempt(FULL, 2), last);
    assertEquals(List.of(new StageEvent.CheckpointDropped(last)), report(damaged));
    expectRecorded(2);
    assertEquals(List.of(), report(damaged), "said again");
    expectRecorded(2);
    fail(2, FailureKind.CRASH);
    expectRecorded(2);
    scheduler.expectMessageClass(SchedulerProtocol.ReleaseSlot.class);
    expectRequest();
    assertEquals(Optional.of(Fixtures.checkpoint(FULL, 1, 3)), assign(3).resumeFrom());
    report(saved(3, 9));
    assertEquals(List.of(last.artefact()), expectRecorded(3).obsolete());
  }

  @Test
  void crashesAreRetriedUpToTheLimit() {
    plan();
    for (int attempt = 1; attempt <= 3; attempt++) {
      assign(attempt);
      fail(attempt, FailureKind.CRASH);
      worker.expectMessageClass(WorkerProtocol.Recorded.class);
      scheduler.expectMessageClass(SchedulerProtocol.ReleaseSlot.class);
      if (attempt < 3) {
        expectRequest();
      }
    }
    var ending = ended().ending();
    assertEquals(
        new Outcome.Failed(FailureKind.CRASH, "failed 3 times, the last time: it broke"),
        ending.outcome());
    assertEquals(3, ending.attempts());
    assertEquals(300, ending.effort().images());
    assertEquals(List.of(0L, 0L), ending.resumedAtSteps());
  }

  @Test
  void aCrashWaitsBeforeTheNextTry() {
    start(LONG);
    plan();
    assign(1);
    fail(1, FailureKind.CRASH);
    scheduler.expectMessage(new SchedulerProtocol.ReleaseSlot(STAGE));
    scheduler.expectNoMessage(Duration.ofMillis(30));
    assertEquals(List.of(), stage.runCommand(slot()).events(), "no slot is taken meanwhile");
    scheduler.expectMessage(new SchedulerProtocol.ReleaseSlot(STAGE));
  }

  @Test
  void aHandedBackStageWaitsWithoutCounting() {
    plan();
    for (int attempt = 1; attempt <= 5; attempt++) {
      assign(attempt);
      report(
          new WorkerProtocol.Ended(
              Fixtures.attempt(FULL, attempt), new Outcome.HandedBack(), EFFORT));
      worker.expectMessageClass(WorkerProtocol.Recorded.class);
      scheduler.expectMessageClass(SchedulerProtocol.ReleaseSlot.class);
      expectRequest();
    }
    assertEquals(0, ((StageState.Waiting) stage.getState()).history().tries().counted());
  }

  @Test
  void aLostWorkerIsReplacedAtOnceAndCountsOnce() {
    start(LONG);
    plan();
    assign(1);
    worker.stop();
    scheduler.expectMessage(new SchedulerProtocol.ReleaseSlot(STAGE, SchedulerProtocol.Cause.LOST));
    expectRequest();
    StageHistory history = ((StageState.Waiting) stage.getState()).history();
    assertEquals(1, history.tries().counted());
    assertEquals(List.of("w1"), history.tries().lostWorkers());
    assertEquals(new RetryPolicy.Decision(false, false, LONG), lostAgain(history));
  }

  private static RetryPolicy.Decision lostAgain(StageHistory history) {
    return RetryPolicy.decide(
        history,
        "w1",
        new Outcome.Failed(FailureKind.LOST, "again"),
        new RetrySettings(LONG, LONG, 0, false),
        1);
  }

  @Test
  void aLossDelaysNothingWhenACheckpointWasCommittedSinceTheLast() {
    start(LONG);
    plan();
    assign(1);
    worker.stop();
    scheduler.expectMessageClass(SchedulerProtocol.ReleaseSlot.class);
    expectRequest();
    worker = KIT.createTestProbe();
    assign(2);
    report(saved(2, 5));
    StageHistory history = ((StageState.Running) stage.getState()).history();
    assertEquals(
        new RetryPolicy.Decision(false, false, Duration.ZERO), lostAgain(history), "it gets on");
  }

  @Test
  void afterARestartTheNextAttemptGoesOnFromTheCommittedCheckpoint() {
    plan();
    assign(1);
    report(saved(1, 5));
    expectRecorded(1);
    stage.restart();
    scheduler.expectMessage(new SchedulerProtocol.ReleaseSlot(STAGE));
    expectRequest();
    StageHistory history = ((StageState.Waiting) stage.getState()).history();
    assertEquals(0, history.tries().counted());
    WorkerProtocol.Begin begin = assign(2);
    assertEquals(Optional.of(Fixtures.checkpoint(FULL, 1, 5)), begin.resumeFrom());
  }

  @Test
  void drainsAtOnceWhenIdleAndAfterTheEndWhenRunning() {
    TestProbe<StageProtocol.Drained> drained = KIT.createTestProbe();
    plan();
    stage.runCommand(new StageProtocol.Drain(drained.ref()));
    drained.expectMessage(new StageProtocol.Drained(STAGE));
    scheduler.expectMessage(new SchedulerProtocol.ReleaseSlot(STAGE));
    assertEquals(List.of(), stage.runCommand(slot()).events());
    scheduler.expectMessage(new SchedulerProtocol.ReleaseSlot(STAGE));
    start();
    plan();
    assign(1);
    stage.runCommand(new StageProtocol.Drain(drained.ref()));
    drained.expectNoMessage(Duration.ofMillis(20));
    report(new WorkerProtocol.Ended(Fixtures.attempt(FULL, 1), new Outcome.HandedBack(), EFFORT));
    drained.expectMessage(new StageProtocol.Drained(STAGE));
  }

  @Test
  void aResultOfTheWrongKindIsACrash() {
    plan();
    assign(1);
    report(
        new WorkerProtocol.Ended(
            Fixtures.attempt(FULL, 1),
            new Outcome.Completed(Fixtures.teacherFound(0)),
            Effort.NONE));
    assertEquals(1, ((StageState.Waiting) stage.getState()).history().tries().counted());
  }

  /**
   * Every command and every report in every state: nothing throws, and what should not does not
   * persist.
   */
  @Test
  void everyCommandIsAnsweredInEveryState() {
    TestProbe<StageProtocol.Drained> drained = KIT.createTestProbe();
    var attempt = Fixtures.attempt(FULL, 1);
    List<WorkerProtocol.Report> reports =
        List.of(
            new WorkerProtocol.Started(attempt, 0),
            new WorkerProtocol.AtWork(attempt),
            new WorkerProtocol.Progressed(attempt, "training", 1, 2, 0.5, 10),
            new WorkerProtocol.Evaluated(attempt, Fixtures.evaluation(1, 0.1)),
            new WorkerProtocol.GuardMeasured(attempt, new RescueGuard(1, 1, false)),
            saved(1, 1),
            new WorkerProtocol.CheckpointDamaged(attempt, Fixtures.checkpoint(FULL, 1, 1)),
            completedBy(1));
    List<StageProtocol.Command> others =
        List.of(
            new StageProtocol.Run(Fixtures.stageSpec(FULL), 2, 0, experiment.ref()),
            new StageProtocol.Suspend(experiment.ref()),
            new StageProtocol.Cancel(experiment.ref()),
            new StageProtocol.Drain(drained.ref()),
            slot(),
            new StageSupervisor.SchedulerGone(),
            new StageSupervisor.WorkerGone(1),
            new StageSupervisor.LeaseTick(1),
            new StageSupervisor.Interrupted(1),
            new StageSupervisor.RepeatOrder(),
            new StageSupervisor.Rest(),
            new StageSupervisor.AskForSlot());
    Set<Class<?>> covered = new HashSet<>();
    reports.forEach(report -> covered.add(report.getClass()));
    assertEquals(SealedTypes.leaves(WorkerProtocol.Report.class), covered);
    covered.clear();
    others.forEach(command -> covered.add(command.getClass()));
    assertEquals(SealedTypes.leaves(StageProtocol.Command.class), covered);
    List<StageMessage> all = new java.util.ArrayList<>(others);
    reports.forEach(report -> all.add(delivery(report)));
    Set<Class<?>> states = new HashSet<>();
    for (int moves = 0; moves <= 3; moves++) {
      for (StageMessage command : all) {
        start(LONG);
        bring(moves);
        StageState before = stage.getState();
        states.add(before.getClass());
        var result = stage.runCommand(command);
        assertEquals(
            expectsEvent(before, command),
            !result.events().isEmpty(),
            before.getClass().getSimpleName() + " " + command.getClass().getSimpleName());
      }
    }
    assertEquals(SealedTypes.leaves(StageState.class), states);
    assertTrue(states.size() == 4);
  }

  private void bring(int moves) {
    if (moves >= 1) {
      stage.runCommand(new StageProtocol.Run(Fixtures.stageSpec(FULL), 2, 0, experiment.ref()));
    }
    if (moves >= 2) {
      stage.runCommand(slot());
    }
    if (moves >= 3) {
      report(completedBy(1));
    }
  }

  private static boolean expectsEvent(StageState state, StageMessage command) {
    if (state instanceof StageState.Unplanned) {
      return command instanceof StageProtocol.Run;
    }
    if (state instanceof StageState.Waiting) {
      return command instanceof StageSupervisor.SlotAnswered
          || command instanceof StageProtocol.Cancel;
    }
    if (state instanceof StageState.Running) {
      boolean silent =
          command instanceof WorkerProtocol.Delivery delivery
              && (delivery.report() instanceof WorkerProtocol.Started
                  || delivery.report() instanceof WorkerProtocol.AtWork
                  || delivery.report() instanceof WorkerProtocol.CheckpointDamaged
                  || delivery.report() instanceof WorkerProtocol.Progressed);
      return !silent
          && (command instanceof WorkerProtocol.Delivery
              || command instanceof StageProtocol.Cancel
              || command instanceof StageSupervisor.WorkerGone
              || command instanceof StageSupervisor.Interrupted);
    }
    return false;
  }
}
