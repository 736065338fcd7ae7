package dev.margrave.orchestrator.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.persistence.testkit.javadsl.EventSourcedBehaviorTestKit;
import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.JournalKit;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.FailureKind;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.Evaluation;
import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.protocol.worker.RescueOrder;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.StageMessage;
import dev.margrave.protocol.worker.StageSpec;
import dev.margrave.protocol.worker.WorkerProtocol;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A lost margin is rescued without being asked: after four evaluations in a row on the negative
 * side, at most twice. The training has 32 steps.
 */
@Timeout(60)
class AutomaticRescueTest {
  private static final ActorTestKit KIT = JournalKit.create();
  private static final String FULL = "full-0";
  private static final int LAST_STEP = 32;

  private final TestProbe<SchedulerProtocol.Command> scheduler = KIT.createTestProbe();
  private final TestProbe<WorkerProtocol.Command> worker = KIT.createTestProbe();
  private final TestProbe<StageProtocol.Notice> experiment = KIT.createTestProbe();
  private final Deque<StageView> views = new ConcurrentLinkedDeque<>();
  private EventSourcedBehaviorTestKit<StageMessage, StageEvent, StageState> stage;
  private StageSpec spec;
  private int attempt;
  private int told;

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private static StageSpec rescued(String key) {
    StageSpec plain = Fixtures.stageSpec(key);
    ExperimentSpec experiment = Fixtures.rescued(plain.experiment());
    return new StageSpec(
        plain.stage(),
        experiment,
        plain.specHash(),
        plain.teacher(),
        plain.dataHash(),
        plain.startFrom());
  }

  private void start(StageSpec of) {
    spec = of;
    stage =
        new Supervised(spec.stage(), scheduler.ref())
            .views(changed -> views.addLast(changed.view()))
            .start(KIT);
    run();
  }

  private void run() {
    stage.runCommand(new StageProtocol.Run(spec, 2, 0, experiment.ref()));
    experiment.expectMessageClass(StageProtocol.Planned.class);
    scheduler.expectMessageClass(SchedulerProtocol.RequestSlot.class);
  }

  private WorkerProtocol.Begin assign() {
    attempt++;
    told = 0;
    stage.runCommand(
        new StageSupervisor.SlotAnswered(
            new SchedulerProtocol.SlotGranted(spec.stage(), "w1", worker.ref())));
    var begin = worker.expectMessageClass(WorkerProtocol.Begin.class);
    assertEquals(id(attempt), begin.attempt());
    return begin;
  }

  private AttemptId id(int number) {
    return new AttemptId(spec.stage(), number);
  }

  private List<StageEvent> report(WorkerProtocol.Report report) {
    return stage.runCommand(new WorkerProtocol.Delivery(report, ++told, worker.ref())).events();
  }

  private List<StageEvent> evaluate(Evaluation evaluation) {
    return report(new WorkerProtocol.Evaluated(id(attempt), evaluation));
  }

  /** One after the other, none of which is more than recorded. */
  private void evaluateFrom(long step, double... margins) {
    for (double margin : margins) {
      Evaluation evaluation = Fixtures.evaluation(step++, margin);
      assertEquals(List.of(new StageEvent.Evaluated(attempt, evaluation)), evaluate(evaluation));
      worker.expectMessageClass(WorkerProtocol.Recorded.class);
    }
  }

  private CheckpointRef save(long step) {
    CheckpointRef checkpoint =
        new CheckpointRef(Fixtures.artefact(attempt + "-" + step), id(attempt), step);
    report(new WorkerProtocol.CheckpointSaved(id(attempt), checkpoint, Effort.NONE));
    worker.expectMessageClass(WorkerProtocol.Recorded.class);
    return checkpoint;
  }

  /** The evaluation decides: the attempt is over, and a slot for the next one is asked for. */
  private void expectRescue(int number, long step, double margin, Optional<CheckpointRef> from) {
    Evaluation evaluation = Fixtures.evaluation(step, margin);
    assertEquals(
        List.of(
            new StageEvent.Evaluated(attempt, evaluation),
            new StageEvent.RescueStarted(number, attempt, from, step)),
        evaluate(evaluation));
    Optional<List<String>> named =
        Optional.of(from.stream().map(kept -> kept.artefact().path()).toList());
    worker.expectMessage(new WorkerProtocol.Superseded(id(attempt), named));
    scheduler.expectMessage(new SchedulerProtocol.ReleaseSlot(spec.stage()));
    scheduler.expectMessageClass(SchedulerProtocol.RequestSlot.class);
  }

  private StageHistory history() {
    return StageViews.history(stage.getState()).orElseThrow();
  }

  private StageView lastView() {
    return views.getLast();
  }

  @Test
  void aLostMarginIsRescuedFromTheLastCheckpoint() {
    start(rescued(FULL));
    assertEquals(List.of(), assign().rescues());
    evaluateFrom(0, 0, 0.5);
    CheckpointRef checkpoint = save(3);
    evaluateFrom(4, -0.1, -0.1, -0.2);
    expectRescue(1, 7, -0.1, Optional.of(checkpoint));
    assertEquals("waits for a slot; rescue 1 of 2 from step 7", lastView().reason());
    assertEquals(1, lastView().rescues());
    assertEquals(0, history().tries().counted(), "it counts for nothing");
    WorkerProtocol.Begin begin = assign();
    assertEquals(Optional.of(checkpoint), begin.resumeFrom());
    assertEquals(List.of(new RescueOrder(1, 7)), begin.rescues());
    var guard = new RescueGuard(0.001, 0.002, true);
    assertEquals(
        List.of(new StageEvent.GuardMeasured(attempt, guard)),
        report(new WorkerProtocol.GuardMeasured(id(attempt), guard)));
    assertEquals("rescue 1 of 2 from step 7", lastView().reason());
    assertEquals(Optional.of(guard), lastView().guard());
  }

  /** The next attempt comes by the step that decided, wherever it goes on from. */
  @Test
  void withoutACheckpointTheRescuedAttemptBeginsAtTheStart() {
    start(rescued(FULL));
    assign();
    evaluateFrom(1, 0.5, -0.1, -0.1, -0.1);
    expectRescue(1, 5, -0.1, Optional.empty());
    WorkerProtocol.Begin begin = assign();
    assertEquals(Optional.empty(), begin.resumeFrom());
    assertEquals(List.of(new RescueOrder(1, 5)), begin.rescues());
    assertEquals(
        List.of(), evaluate(Fixtures.evaluation(5, -0.1)), "the way there is not counted again");
  }

  @Test
  void atMostTheConfiguredNumber() {
    start(rescued(FULL));
    assign();
    evaluateFrom(1, 0.5, -0.1, -0.1, -0.1);
    expectRescue(1, 5, -0.1, Optional.empty());
    assign();
    evaluateFrom(6, -0.1, -0.1, -0.1);
    expectRescue(2, 9, -0.1, Optional.empty());
    assertEquals(List.of(new RescueOrder(1, 5), new RescueOrder(2, 9)), assign().rescues());
    evaluateFrom(10, -0.1, -0.1, -0.1);
    assertEquals("rescue 2 of 2 from step 9", lastView().reason());
    evaluateFrom(13, -0.1, -0.1);
    assertEquals("rescue 2 of 2 from step 9; the margin is lost again", lastView().reason());
    evaluateFrom(15, 0.1);
    assertEquals("rescue 2 of 2 from step 9", lastView().reason());
    assertInstanceOf(StageState.Running.class, stage.getState());
  }

  @Test
  void aMarginThatRecoversInTimeIsNotLost() {
    start(rescued(FULL));
    assign();
    evaluateFrom(1, 0.5, -0.1, -0.1, -0.1, 0.2, -0.1, -0.1, -0.1, 0.2);
    assertEquals(0, history().watch().negative());
  }

  @Test
  void whatWasNeverEarnedCannotBeLost() {
    start(rescued(FULL));
    assign();
    evaluateFrom(1, -0.1, -0.1, -0.1, -0.1, -0.1, -0.1, 0, 0);
  }

  @Test
  void theLastEvaluationComesTooLate() {
    start(rescued(FULL));
    assign();
    evaluateFrom(LAST_STEP - 4, 0.5, -0.1, -0.1, -0.1, -0.1);
  }

  @Test
  void otherArmsAndOtherExperimentsAreLeftAlone() {
    for (Arm arm : Arm.values()) {
      start(arm == Arm.FULL ? Fixtures.stageSpec(FULL) : rescued(arm.label() + "-0"));
      attempt = 0;
      assign();
      evaluateFrom(1, 0.5, -0.1, -0.1, -0.1, -0.1, -0.1, -0.1);
    }
  }

  @Test
  void theOldAttemptIsHeardNoMore() {
    start(rescued(FULL));
    assign();
    evaluateFrom(1, 0.5, -0.1, -0.1, -0.1);
    expectRescue(1, 5, -0.1, Optional.empty());
    assertEquals(List.of(), evaluate(Fixtures.evaluation(5, -0.1)), "said again");
    worker.expectMessage(Fixtures.superseded(id(1)));
    assign();
    var late =
        new WorkerProtocol.CheckpointSaved(
            id(1), new CheckpointRef(Fixtures.artefact("late"), id(1), 6), Effort.NONE);
    assertEquals(List.of(), report(late), "a checkpoint beyond the loss is not committed");
    worker.expectMessage(Fixtures.superseded(id(1)));
    assertEquals(List.of(new RescueOrder(1, 5)), history().watch().rescues());
  }

  @Test
  void aRecoveredSupervisorKnowsItsRescues() {
    start(rescued(FULL));
    assign();
    evaluateFrom(1, 0.5, -0.1, -0.1);
    stage.restart();
    evaluateFrom(4, -0.1);
    expectRescue(1, 5, -0.1, Optional.empty());
    stage.restart();
    stage.runCommand(new StageProtocol.Run(spec, 2, 0, experiment.ref()));
    experiment.expectMessageClass(StageProtocol.Planned.class);
    scheduler.expectMessageClass(SchedulerProtocol.RequestSlot.class);
    assertEquals(List.of(new RescueOrder(1, 5)), assign().rescues());
    evaluateFrom(6, -0.1, -0.1, -0.1);
    stage.restart();
    expectRescue(2, 9, -0.1, Optional.empty());
  }

  /** Whatever ends the attempts in between, every later one knows of the rescue. */
  @Test
  void aRescueOutlivesAttempts() {
    start(rescued(FULL));
    assign();
    evaluateFrom(1, 0.5, -0.1, -0.1, -0.1);
    expectRescue(1, 5, -0.1, Optional.empty());
    assign();
    report(new WorkerProtocol.Ended(id(attempt), new Outcome.HandedBack(), Effort.NONE));
    scheduler.expectMessageClass(SchedulerProtocol.ReleaseSlot.class);
    scheduler.expectMessageClass(SchedulerProtocol.RequestSlot.class);
    worker.expectMessageClass(WorkerProtocol.Recorded.class);
    assertEquals(List.of(new RescueOrder(1, 5)), assign().rescues());
    report(
        new WorkerProtocol.Ended(
            id(attempt), new Outcome.Failed(FailureKind.RESOURCE, "full"), Effort.NONE));
    worker.expectMessageClass(WorkerProtocol.Recorded.class);
    scheduler.expectMessageClass(SchedulerProtocol.ReleaseSlot.class);
    experiment.expectMessageClass(StageProtocol.StageEnded.class);
    stage.runCommand(new StageProtocol.Run(spec, 2, attempt + 1, experiment.ref()));
    scheduler.expectMessageClass(SchedulerProtocol.RequestSlot.class);
    assertEquals(List.of(new RescueOrder(1, 5)), assign().rescues());
  }

  @Test
  void aStageToBeSuspendedIsRescuedWhenItGoesOn() {
    start(rescued(FULL));
    assign();
    evaluateFrom(1, 0.5, -0.1, -0.1, -0.1);
    stage.runCommand(new StageProtocol.Suspend(experiment.ref()));
    worker.expectMessageClass(WorkerProtocol.HandBack.class);
    assertEquals(2, evaluate(Fixtures.evaluation(5, -0.1)).size());
    experiment.expectMessage(new StageProtocol.Suspended(spec.stage()));
    worker.expectMessageClass(WorkerProtocol.Superseded.class);
    scheduler.expectMessageClass(SchedulerProtocol.ReleaseSlot.class);
    assertEquals("paused; rescue 1 of 2 from step 5", lastView().reason());
    run();
    assertEquals(List.of(new RescueOrder(1, 5)), assign().rescues());
  }
}
