package dev.margrave.orchestrator.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.persistence.testkit.javadsl.EventSourcedBehaviorTestKit;
import com.typesafe.config.ConfigFactory;
import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.SealedTypes;
import dev.margrave.orchestrator.result.GateOutcome;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.orchestrator.stage.StageProtocol;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.orchestrator.view.Views;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.FailureKind;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.protocol.worker.StageMessage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An experiment of two stages: a teacher search, then the full arm. */
@Timeout(60)
class ExperimentSupervisorTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(
          EventSourcedBehaviorTestKit.config()
              .withFallback(ConfigFactory.parseResources("margrave-akka.conf"))
              .withFallback(ConfigFactory.load())
              .resolve());
  private static final ExperimentId DEMO = new ExperimentId("demo", 1);
  private static final ExperimentSpec SPEC = Fixtures.spec("demo", List.of(0L), List.of(Arm.FULL));
  private static final String HASH = Fixtures.sha256("spec");
  private static final StageKey TEACHER = StageKey.parse("teacher-0");
  private static final StageKey FULL = StageKey.parse("full-0");
  private static final Effort EFFORT = new Effort(2, 1, 100);
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  /** How far an experiment is brought; every one of its commands is tried at each. */
  private enum Phase {
    UNKNOWN,
    SUBMITTED,
    TEACHER_FOUND,
    FINISHED
  }

  private record Asked(StageKey stage, int rank, boolean withTeacher) {}

  private final TestProbe<ExperimentSupervisor.Started> front = KIT.createTestProbe();
  private final TestProbe<Views.Command> views = KIT.createTestProbe();
  private final Queue<Asked> asked = new ConcurrentLinkedQueue<>();
  private volatile ExperimentSpec lastSpec;
  private volatile int lastForgotten;
  private final AtomicInteger decisive = new AtomicInteger();
  private EventSourcedBehaviorTestKit<
          ExperimentSupervisor.Command, ExperimentEvent, ExperimentState>
      experiment;

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void start() {
    experiment =
        EventSourcedBehaviorTestKit.create(
            KIT.system(),
            ExperimentSupervisor.create(
                DEMO,
                new ExperimentSupervisor.Surroundings(
                    this::ask,
                    views.ref(),
                    decisive::incrementAndGet,
                    Clock.fixed(NOW, ZoneOffset.UTC),
                    Duration.ofSeconds(60))));
    experiment.clear();
  }

  private void ask(StageId stage, StageMessage command) {
    StageProtocol.Run run = (StageProtocol.Run) command;
    assertEquals(run.spec().stage(), stage);
    lastSpec = run.spec().experiment();
    lastForgotten = run.forgetBefore();
    asked.add(new Asked(stage.key(), run.rank(), run.spec().teacher().isPresent()));
  }

  private ExperimentSupervisor.Start submission() {
    return new ExperimentSupervisor.Start(SPEC, HASH, front.ref());
  }

  private static StageEnding completed(StageKey stage) {
    Outcome outcome =
        new Outcome.Completed(
            stage.equals(TEACHER)
                ? Fixtures.teacherFound(0)
                : Fixtures.expected(
                    Arm.FULL, Fixtures.checkpoint("full-0", 1, 12), Optional.empty()));
    return new StageEnding(stage, outcome, 1, EFFORT, List.of());
  }

  private static ExperimentSupervisor.StageNoticed ended(StageEnding ending) {
    return new ExperimentSupervisor.StageNoticed(
        new StageProtocol.StageEnded(new StageId(DEMO, ending.stage()), ending));
  }

  /** What has been persisted by a command. */
  private List<ExperimentEvent> run(ExperimentSupervisor.Command command) {
    return experiment.runCommand(command).events();
  }

  private void bring(Phase phase) {
    start();
    if (phase.compareTo(Phase.SUBMITTED) >= 0) {
      run(submission());
    }
    if (phase.compareTo(Phase.TEACHER_FOUND) >= 0) {
      run(ended(completed(TEACHER)));
    }
    if (phase.compareTo(Phase.FINISHED) >= 0) {
      run(ended(completed(FULL)));
    }
    hear(front, new ExperimentSupervisor.Started(new ExperimentId("fence", 1)));
    hear(views, new Views.Broke("fence"));
    asked.clear();
    decisive.set(0);
  }

  /** All that a probe was told so far: the fence comes after what was said before it. */
  private static <T> List<T> hear(TestProbe<T> probe, T fence) {
    probe.ref().tell(fence);
    List<T> heard = new ArrayList<>();
    for (T next = probe.receiveMessage(); !next.equals(fence); next = probe.receiveMessage()) {
      heard.add(next);
    }
    return heard;
  }

  private static List<ExperimentSupervisor.Command> notices() {
    var elsewhere = new StageId(new ExperimentId("demo", 2), TEACHER);
    return List.of(
        new ExperimentSupervisor.StageNoticed(
            new StageProtocol.Planned(new StageId(DEMO, TEACHER))),
        new ExperimentSupervisor.StageNoticed(
            new StageProtocol.Suspended(new StageId(DEMO, TEACHER))),
        ended(completed(TEACHER)),
        ended(completed(FULL)),
        new ExperimentSupervisor.StageNoticed(
            new StageProtocol.StageEnded(elsewhere, completed(TEACHER))));
  }

  /**
   * Every command and every notice in every state: it is answered, it persists what it should, and
   * said again it is answered again and persists nothing.
   */
  @Test
  void everyCommandIsAnsweredInEveryState() {
    List<ExperimentSupervisor.Command> all = new ArrayList<>(notices());
    Set<Class<?>> notices = new HashSet<>();
    all.forEach(
        command -> notices.add(((ExperimentSupervisor.StageNoticed) command).notice().getClass()));
    assertEquals(SealedTypes.leaves(StageProtocol.Notice.class), notices);
    all.add(submission());
    all.add(new ExperimentSupervisor.AskAgain());
    Set<Class<?>> commands = new HashSet<>();
    all.forEach(command -> commands.add(command.getClass()));
    assertEquals(SealedTypes.leaves(ExperimentSupervisor.Command.class), commands);
    Set<Class<?>> states = new HashSet<>();
    for (Phase phase : Phase.values()) {
      for (ExperimentSupervisor.Command command : all) {
        bring(phase);
        ExperimentState before = experiment.getState();
        states.add(before.getClass());
        String where = phase + " " + command;
        assertEquals(expectedEvents(phase, command), run(command), where);
        assertAnswered(command, where);
        ExperimentState after = experiment.getState();
        assertEquals(List.of(), run(command), where + ", said again");
        assertAnswered(command, where + ", said again");
        assertEquals(after, experiment.getState(), where + ", said again");
      }
    }
    assertEquals(SealedTypes.leaves(ExperimentState.class), states);
  }

  private void assertAnswered(ExperimentSupervisor.Command command, String where) {
    List<ExperimentSupervisor.Started> expected =
        command instanceof ExperimentSupervisor.Start
            ? List.of(new ExperimentSupervisor.Started(DEMO))
            : List.of();
    assertEquals(
        expected,
        hear(front, new ExperimentSupervisor.Started(new ExperimentId("fence", 1))),
        where);
  }

  private static List<ExperimentEvent> expectedEvents(
      Phase phase, ExperimentSupervisor.Command command) {
    if (phase == Phase.UNKNOWN) {
      return command instanceof ExperimentSupervisor.Start
          ? List.of(new ExperimentEvent.Submitted(DEMO, SPEC, HASH, NOW))
          : List.of();
    }
    if (phase == Phase.FINISHED) {
      return List.of();
    }
    if (command.equals(ended(completed(TEACHER))) && phase == Phase.SUBMITTED) {
      return List.of(new ExperimentEvent.StageEnded(completed(TEACHER)));
    }
    if (command.equals(ended(completed(FULL)))) {
      var event = new ExperimentEvent.StageEnded(completed(FULL));
      return phase == Phase.TEACHER_FOUND
          ? List.of(event, new ExperimentEvent.Finished(GateOutcome.PASS, NOW))
          : List.of(event);
    }
    return List.of();
  }

  @Test
  void asksForWhatIsReadyAndOnlyThat() {
    bring(Phase.UNKNOWN);
    run(new ExperimentSupervisor.AskAgain());
    assertEquals(List.of(), List.copyOf(asked), "before the submission");
    run(submission());
    assertEquals(List.of(new Asked(TEACHER, 0, false)), List.copyOf(asked));
    asked.clear();
    run(ended(completed(TEACHER)));
    assertEquals(List.of(new Asked(FULL, 1, true)), List.copyOf(asked));
    run(new ExperimentSupervisor.AskAgain());
    assertEquals(List.of(new Asked(FULL, 1, true), new Asked(FULL, 1, true)), List.copyOf(asked));
    asked.clear();
    run(ended(completed(FULL)));
    run(new ExperimentSupervisor.AskAgain());
    assertEquals(List.of(), List.copyOf(asked), "after the last stage");
  }

  @Test
  void afterARestartItAsksForExactlyWhatIsLeft() {
    for (Phase phase : Phase.values()) {
      bring(phase);
      ExperimentState before = experiment.getState();
      experiment.restart();
      assertEquals(before, experiment.getState());
      List<Asked> left =
          switch (phase) {
            case UNKNOWN, FINISHED -> List.of();
            case SUBMITTED -> List.of(new Asked(TEACHER, 0, false));
            case TEACHER_FOUND -> List.of(new Asked(FULL, 1, true));
          };
      assertEquals(left, List.copyOf(asked), phase.name());
    }
  }

  @Test
  void aFailedTeacherFinishesTheExperimentInTheSameWrite() {
    bring(Phase.SUBMITTED);
    var failed =
        new StageEnding(
            TEACHER,
            new Outcome.Failed(FailureKind.USER, "the data set is not there"),
            1,
            EFFORT,
            List.of());
    List<ExperimentEvent> events = run(ended(failed));
    assertEquals(2, events.size());
    assertEquals(new ExperimentEvent.StageEnded(failed), events.get(0));
    assertEquals(ExperimentEvent.Finished.class, events.get(1).getClass());
    assertEquals(1, decisive.get(), "the journal is told that this should survive");
    List<Views.Command> shown = hear(views, new Views.Broke("fence"));
    var moved = (Views.ExperimentMoved) shown.get(shown.size() - 1);
    assertEquals(
        List.of(StageStatus.FAILED, StageStatus.BLOCKED),
        moved.stages().stream().map(StageView::status).toList());
    assertEquals("needs teacher-0, which failed", moved.stages().get(1).reason());
    assertEquals(true, moved.results().isPresent());
  }

  @Test
  void startedAgainItTriesAgainWhatFailedAndOnlyThat() {
    bring(Phase.TEACHER_FOUND);
    var noSpace = new Outcome.Failed(FailureKind.RESOURCE, "the disk is full");
    var failed = new StageEnding(FULL, noSpace, 2, EFFORT, List.of());
    run(ended(failed));
    asked.clear();
    assertEquals(List.of(new ExperimentEvent.Reopened(NOW)), run(submission()));
    assertEquals(List.of(new Asked(FULL, 1, true)), List.copyOf(asked));
    assertEquals(3, lastForgotten, "the stage is told which failure is forgotten");
    assertEquals(List.of(), run(submission()), "said again");
    assertEquals(List.of(), run(ended(failed)), "the forgotten failure is no news");
    experiment.restart();
    assertEquals(3, lastForgotten, "it is known after a restart");
    var last = new StageEnding(FULL, completed(FULL).outcome(), 3, EFFORT, List.of());
    assertEquals(
        List.of(
            new ExperimentEvent.StageEnded(last),
            new ExperimentEvent.Finished(GateOutcome.PASS, NOW)),
        run(ended(last)));
    asked.clear();
    assertEquals(List.of(), run(submission()), "nothing failed");
    assertEquals(List.of(), List.copyOf(asked));
  }

  @Test
  void takesWhatIsNotHashedFromTheLatestStart() {
    ExperimentSpec moved = Fixtures.withPath(SPEC, "new");
    var again = new ExperimentSupervisor.Start(moved, HASH, front.ref());
    bring(Phase.TEACHER_FOUND);
    assertEquals(List.of(new ExperimentEvent.Respecified(moved)), run(again));
    assertEquals(moved, lastSpec);
    assertEquals(List.of(), run(again), "said again");
    bring(Phase.FINISHED);
    assertEquals(List.of(), run(again), "nothing is left to run");
  }
}
