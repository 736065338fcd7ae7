package dev.margrave.orchestrator.experiment;

import static dev.margrave.orchestrator.experiment.ExperimentRig.DEMO;
import static dev.margrave.orchestrator.experiment.ExperimentRig.NOW;
import static dev.margrave.orchestrator.experiment.ExperimentRig.cancelled;
import static dev.margrave.orchestrator.experiment.ExperimentRig.completed;
import static dev.margrave.orchestrator.experiment.ExperimentRig.failed;
import static dev.margrave.orchestrator.experiment.ExperimentRig.key;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.SealedTypes;
import dev.margrave.orchestrator.result.GateOutcome;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.orchestrator.service.Control;
import dev.margrave.orchestrator.service.ControlReply;
import dev.margrave.orchestrator.service.ExperimentSummary;
import dev.margrave.orchestrator.stage.StageProtocol;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.loading.CanonicalSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An experiment of two stages: a teacher search, then the full arm. */
@Timeout(120)
class ExperimentSupervisorTest {
  private static final ActorTestKit KIT = ExperimentRig.kit();
  private static final ExperimentSpec SPEC = Fixtures.spec("demo", List.of(0L), List.of(Arm.FULL));
  private static final StageKey TEACHER = key("teacher-0");
  private static final StageKey FULL = key("full-0");

  /** How far an experiment is brought; every one of its commands is tried at each. */
  private enum Phase {
    UNKNOWN,
    SUBMITTED,
    TEACHER_FOUND,
    PAUSED,
    CANCELLING,
    CANCELLED,
    FAILED,
    FINISHED,
    REMOVED
  }

  private ExperimentRig rig;

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void start() {
    rig = new ExperimentRig(KIT, SPEC, 256, true);
  }

  private void bring(Phase phase) {
    start();
    if (phase != Phase.UNKNOWN) {
      rig.run(rig.submission());
      rig.front.receiveMessage();
    }
    if (phase.compareTo(Phase.TEACHER_FOUND) >= 0) {
      rig.end(completed("teacher-0"));
    }
    switch (phase) {
      case PAUSED -> rig.answer(new Control.Pause());
      case CANCELLING -> rig.answer(new Control.Cancel());
      case CANCELLED -> {
        rig.answer(new Control.Cancel());
        rig.end(cancelled(FULL, 2));
      }
      case FAILED -> rig.end(failed(FULL, 2));
      case FINISHED -> rig.end(completed("full-0"));
      case REMOVED -> {
        rig.end(completed("full-0"));
        rig.answer(new Control.Remove());
      }
      default -> {}
    }
    rig.told.clear();
    rig.decisive.set(0);
  }

  private static List<Control> controls() {
    return List.of(
        new Control.Pause(),
        new Control.Resume(),
        new Control.Cancel(),
        new Control.Retry(Optional.empty()),
        new Control.Retry(Optional.of(FULL)),
        new Control.Extend(List.of(1L)),
        new Control.Remove());
  }

  /**
   * Every control in every state: {@code phase, control: events; reply}. A repeat is acknowledged
   * too, and persists nothing.
   */
  @Test
  void everyControlIsAnsweredInEveryState() {
    Set<Class<?>> types = new HashSet<>();
    Set<Class<?>> states = new HashSet<>();
    Set<Class<?>> replies = new HashSet<>();
    List<String> actual = new ArrayList<>();
    for (Phase phase : Phase.values()) {
      for (Control control : controls()) {
        bring(phase);
        states.add(rig.experiment.getState().getClass());
        types.add(control.getClass());
        List<ExperimentEvent> events = rig.steer(control);
        ControlReply reply = rig.user.receiveMessage();
        replies.add(reply.getClass());
        actual.add(phase + " " + words(control) + ": " + words(events) + words(reply));
        ExperimentState after = rig.experiment.getState();
        assertEquals(List.of(), rig.steer(control), phase + " " + control + ", said again");
        ControlReply again = rig.user.receiveMessage();
        assertEquals(reply.getClass(), again.getClass(), phase + " " + control + ", said again");
        assertEquals(after, rig.experiment.getState(), phase + " " + control + ", said again");
      }
    }
    assertEquals(SealedTypes.leaves(Control.class), types);
    assertEquals(SealedTypes.leaves(ExperimentState.class), states);
    assertEquals(SealedTypes.leaves(ControlReply.class), replies);
    assertEquals(ANSWERS.strip(), String.join("\n", actual));
  }

  private static final String ANSWERS =
      """
      UNKNOWN Pause: UNKNOWN demo
      UNKNOWN Resume: UNKNOWN demo
      UNKNOWN Cancel: UNKNOWN demo
      UNKNOWN Retry: UNKNOWN demo
      UNKNOWN Retry full-0: UNKNOWN demo
      UNKNOWN Extend: UNKNOWN demo
      UNKNOWN Remove: UNKNOWN demo
      SUBMITTED Pause: Paused; experiment demo is paused: its stages save their work and free their slots; resume it to go on
      SUBMITTED Resume: experiment demo goes on
      SUBMITTED Cancel: Cancelled; experiment demo is cancelled: what completed stays; retry it to go on
      SUBMITTED Retry: experiment demo: nothing of it failed or was cancelled, so nothing is tried again
      SUBMITTED Retry full-0: experiment demo: full-0 is not over, so it needs no other try
      SUBMITTED Extend: Extended; experiment demo has seed 1 too, 2 more stages; what it had is not touched
      SUBMITTED Remove: REFUSED experiment demo is not over; cancel it first
      TEACHER_FOUND Pause: Paused; experiment demo is paused: its stages save their work and free their slots; resume it to go on
      TEACHER_FOUND Resume: experiment demo goes on
      TEACHER_FOUND Cancel: Cancelled; experiment demo is cancelled: what completed stays; retry it to go on
      TEACHER_FOUND Retry: experiment demo: nothing of it failed or was cancelled, so nothing is tried again
      TEACHER_FOUND Retry full-0: experiment demo: full-0 is not over, so it needs no other try
      TEACHER_FOUND Extend: Extended; experiment demo has seed 1 too, 2 more stages; what it had is not touched
      TEACHER_FOUND Remove: REFUSED experiment demo is not over; cancel it first
      PAUSED Pause: experiment demo is paused: its stages save their work and free their slots; resume it to go on
      PAUSED Resume: Resumed; experiment demo goes on
      PAUSED Cancel: Cancelled; experiment demo is cancelled: what completed stays; retry it to go on
      PAUSED Retry: experiment demo: nothing of it failed or was cancelled, so nothing is tried again
      PAUSED Retry full-0: experiment demo: full-0 is not over, so it needs no other try
      PAUSED Extend: Extended; experiment demo has seed 1 too, 2 more stages; what it had is not touched
      PAUSED Remove: REFUSED experiment demo is not over; cancel it first
      CANCELLING Pause: REFUSED experiment demo was cancelled, so there is nothing to pause; retry it to go on
      CANCELLING Resume: REFUSED experiment demo was cancelled; retry it to go on
      CANCELLING Cancel: experiment demo is cancelled: what completed stays; retry it to go on
      CANCELLING Retry: StagesReopened; experiment demo: full-0 is tried again
      CANCELLING Retry full-0: StagesReopened; experiment demo: full-0 is tried again
      CANCELLING Extend: REFUSED experiment demo was cancelled; retry it first, then extend it
      CANCELLING Remove: REFUSED experiment demo is still being cancelled; remove it in a moment
      CANCELLED Pause: REFUSED experiment demo was cancelled, so there is nothing to pause; retry it to go on
      CANCELLED Resume: REFUSED experiment demo was cancelled; retry it to go on
      CANCELLED Cancel: experiment demo is cancelled: what completed stays; retry it to go on
      CANCELLED Retry: StagesReopened; experiment demo: full-0 is tried again
      CANCELLED Retry full-0: StagesReopened; experiment demo: full-0 is tried again
      CANCELLED Extend: REFUSED experiment demo was cancelled; retry it first, then extend it
      CANCELLED Remove: Removed; experiment demo is off the list; its checkpoints and tables stay
      FAILED Pause: REFUSED experiment demo is finished, so there is nothing to pause
      FAILED Resume: experiment demo is finished, nothing is left to run
      FAILED Cancel: REFUSED experiment demo is finished, so there is nothing to cancel; remove it to take it off the list
      FAILED Retry: StagesReopened; experiment demo: full-0 is tried again
      FAILED Retry full-0: StagesReopened; experiment demo: full-0 is tried again
      FAILED Extend: Extended; experiment demo has seed 1 too, 2 more stages; what it had is not touched
      FAILED Remove: Removed; experiment demo is off the list; its checkpoints and tables stay
      FINISHED Pause: REFUSED experiment demo is finished, so there is nothing to pause
      FINISHED Resume: experiment demo is finished, nothing is left to run
      FINISHED Cancel: REFUSED experiment demo is finished, so there is nothing to cancel; remove it to take it off the list
      FINISHED Retry: experiment demo: nothing of it failed or was cancelled, so nothing is tried again
      FINISHED Retry full-0: experiment demo: full-0 is complete, so it needs no other try
      FINISHED Extend: Extended; experiment demo has seed 1 too, 2 more stages; what it had is not touched
      FINISHED Remove: Removed; experiment demo is off the list; its checkpoints and tables stay
      REMOVED Pause: UNKNOWN demo
      REMOVED Resume: UNKNOWN demo
      REMOVED Cancel: UNKNOWN demo
      REMOVED Retry: UNKNOWN demo
      REMOVED Retry full-0: UNKNOWN demo
      REMOVED Extend: UNKNOWN demo
      REMOVED Remove: experiment demo is off the list; its checkpoints and tables stay
      """;

  private static String words(Control control) {
    String name = control.getClass().getSimpleName();
    return control instanceof Control.Retry retry && retry.stage().isPresent()
        ? name + " " + retry.stage().get()
        : name;
  }

  private static String words(List<ExperimentEvent> events) {
    return events.isEmpty()
        ? ""
        : String.join(", ", events.stream().map(event -> event.getClass().getSimpleName()).toList())
            + "; ";
  }

  private static String words(ControlReply reply) {
    if (reply instanceof ControlReply.Done done) {
      return done.message();
    }
    return reply instanceof ControlReply.Refused refused
        ? "REFUSED " + refused.message()
        : "UNKNOWN " + ((ControlReply.Unknown) reply).experiment();
  }

  /** All other commands in every state. */
  @Test
  void everyOtherCommandIsAnsweredInEveryState() {
    TestProbe<ExperimentSummary> summaries = KIT.createTestProbe();
    var elsewhere = new StageId(new ExperimentId("demo", 2), TEACHER);
    Map<ExperimentSupervisor.Command, Integer> commands = new LinkedHashMap<>();
    List<StageProtocol.Notice> notices =
        List.of(
            new StageProtocol.Planned(ExperimentRig.stage(TEACHER)),
            new StageProtocol.Suspended(ExperimentRig.stage(FULL)),
            new StageProtocol.StageEnded(elsewhere, completed("teacher-0")));
    Set<Class<?>> noticeTypes = new HashSet<>();
    for (StageProtocol.Notice notice : notices) {
      noticeTypes.add(notice.getClass());
      commands.put(new ExperimentSupervisor.StageNoticed(notice), 0);
    }
    assertEquals(SealedTypes.leaves(StageProtocol.Notice.class), noticeTypes);
    Set<Class<?>> types = new HashSet<>(Set.of(ExperimentSupervisor.Steer.class));
    for (Phase phase : Phase.values()) {
      bring(phase);
      commands.put(new ExperimentSupervisor.AskAgain(), 0);
      commands.put(
          new ExperimentSupervisor.RegistryNoticed(new ExperimentRegistry.Noted(DEMO, "old")), 0);
      commands.put(
          new ExperimentSupervisor.StageShown(
              new StageProtocol.StageChanged(
                  ExperimentRig.stage(FULL), StageView.pending(FULL, StageStatus.WAITING, ""))),
          0);
      for (ExperimentSupervisor.Command command : commands.keySet()) {
        types.add(command.getClass());
        ExperimentState before = rig.experiment.getState();
        assertEquals(List.of(), rig.run(command), phase + " " + command);
        assertEquals(before, rig.experiment.getState(), phase + " " + command);
      }
      List<ExperimentSupervisor.Command> questions =
          List.of(
              new ExperimentSupervisor.Look(rig.viewer.ref()),
              new ExperimentSupervisor.Watch(rig.viewer.ref()),
              new ExperimentSupervisor.Summarise(NOW, summaries.ref()),
              rig.submission());
      for (ExperimentSupervisor.Command question : questions) {
        types.add(question.getClass());
        rig.run(question);
        assertEquals(List.of(), rig.run(question), phase + " " + question + ", said again");
      }
      rig.viewer.receiveSeveralMessages(4);
      assertEquals(NOW, summaries.receiveSeveralMessages(2).get(0).submitted());
      assertEquals(new ExperimentSupervisor.Started(DEMO), rig.front.receiveMessage());
      assertEquals(new ExperimentSupervisor.Started(DEMO), rig.front.receiveMessage());
    }
    assertEquals(SealedTypes.leaves(ExperimentSupervisor.Command.class), types);
  }

  @Test
  void asksForWhatIsReadyAndOnlyThat() {
    rig.run(new ExperimentSupervisor.AskAgain());
    assertEquals(List.of(), rig.told(), "before the submission");
    rig.run(rig.submission());
    assertEquals(List.of("Run teacher-0"), rig.told());
    rig.end(completed("teacher-0"));
    StageProtocol.Run run = rig.lastRun().orElseThrow();
    assertEquals(1, run.rank());
    assertEquals(Optional.of(Fixtures.teacher(0)), run.spec().teacher());
    assertEquals(List.of("Run full-0"), rig.told());
    rig.run(new ExperimentSupervisor.AskAgain());
    assertEquals(List.of("Run full-0"), rig.told());
    rig.end(completed("full-0"));
    rig.run(new ExperimentSupervisor.AskAgain());
    assertEquals(List.of(), rig.told(), "after the last stage");
  }

  @Test
  void afterARestartItSaysAgainWhatIsWanted() {
    for (Phase phase : Phase.values()) {
      bring(phase);
      ExperimentState before = rig.experiment.getState();
      rig.experiment.restart();
      assertEquals(before, rig.experiment.getState());
      rig.run(new ExperimentSupervisor.Look(rig.viewer.ref()));
      List<String> left =
          switch (phase) {
            case UNKNOWN, CANCELLED, FAILED, FINISHED, REMOVED -> List.of();
            case SUBMITTED -> List.of("Run teacher-0");
            case TEACHER_FOUND -> List.of("Run full-0");
            case PAUSED -> List.of("Suspend full-0");
            case CANCELLING -> List.of("Cancel full-0");
          };
      assertEquals(left, rig.told(), phase.name());
    }
  }

  @Test
  void aFailedTeacherFinishesTheExperimentInTheSameWrite() {
    bring(Phase.SUBMITTED);
    StageEnding failed = failed(TEACHER, 1);
    assertEquals(
        List.of(
            new ExperimentEvent.StageEnded(failed),
            new ExperimentEvent.Finished(GateOutcome.FAIL, NOW)),
        rig.end(failed));
    assertEquals(1, rig.decisive.get(), "the journal is told that this should survive");
    ExperimentView view = rig.look();
    assertEquals(ExperimentView.Status.FINISHED, view.status());
    assertEquals(
        List.of(StageStatus.FAILED, StageStatus.BLOCKED),
        view.stages().stream().map(StageView::status).toList());
    assertEquals("needs teacher-0, which failed", view.stages().get(1).reason());
    assertTrue(view.results().isPresent());
    assertEquals(
        "REFUSED experiment demo: full-0 needs teacher-0, which failed; retry that one, or all of"
            + " them",
        words(rig.answer(new Control.Retry(Optional.of(FULL)))));
  }

  @Test
  void startedAgainItTriesAgainWhatFailedAndOnlyThat() {
    bring(Phase.FAILED);
    assertEquals(
        List.of(new ExperimentEvent.StagesReopened(List.of(FULL), NOW)), rig.run(rig.submission()));
    assertEquals(3, rig.lastRun().orElseThrow().forgetBefore(), "which failure is forgotten");
    assertEquals(List.of("Run full-0"), rig.told());
    assertEquals(List.of(), rig.run(rig.submission()), "said again");
    assertEquals(List.of(), rig.end(failed(FULL, 2)), "the forgotten failure is no news");
    rig.told.clear();
    rig.experiment.restart();
    rig.look();
    assertEquals(3, rig.lastRun().orElseThrow().forgetBefore(), "it is known after a restart");
    StageEnding last = completed(FULL, 3);
    assertEquals(
        List.of(
            new ExperimentEvent.StageEnded(last),
            new ExperimentEvent.Finished(GateOutcome.PASS, NOW)),
        rig.end(last));
    rig.told.clear();
    assertEquals(List.of(), rig.run(rig.submission()), "nothing failed");
    assertEquals(List.of(), rig.told());
  }

  @Test
  void takesWhatIsNotHashedFromTheLatestStart() {
    ExperimentSpec moved = Fixtures.withPath(SPEC, "new");
    bring(Phase.TEACHER_FOUND);
    var again = new ExperimentSupervisor.Start(moved, rig.hash(), rig.front.ref());
    assertEquals(List.of(new ExperimentEvent.Respecified(moved)), rig.run(again));
    assertEquals(moved, rig.lastRun().orElseThrow().spec().experiment());
    assertEquals(List.of(), rig.run(again), "said again");
    bring(Phase.FINISHED);
    again = new ExperimentSupervisor.Start(moved, rig.hash(), rig.front.ref());
    assertEquals(List.of(), rig.run(again), "nothing is left to run");
  }

  @Test
  void aStageThatRunsWhileItIsPausedIsSuspendedAgain() {
    bring(Phase.TEACHER_FOUND);
    rig.answer(new Control.Pause());
    assertEquals(List.of("Suspend full-0"), rig.told());
    assertEquals("paused", rig.look().stages().get(1).reason());
    rig.run(new ExperimentSupervisor.AskAgain());
    assertEquals(List.of("Suspend full-0"), rig.told(), "it has not answered");
    rig.notice(new StageProtocol.Suspended(ExperimentRig.stage(FULL)));
    rig.run(new ExperimentSupervisor.AskAgain());
    assertEquals(List.of(), rig.told(), "it has answered");
    rig.shows(FULL, StageStatus.WAITING);
    assertEquals(List.of(), rig.told());
    rig.shows(FULL, StageStatus.RUNNING);
    assertEquals(List.of("Suspend full-0"), rig.told(), "it runs nevertheless");
    rig.answer(new Control.Resume());
    assertEquals(List.of("Run full-0"), rig.told());
    assertEquals("", rig.look().stages().get(1).reason());
  }

  @Test
  void aStageThatEndsWhileItIsPausedIsOverAndItsSuccessorsWait() {
    bring(Phase.SUBMITTED);
    rig.answer(new Control.Pause());
    rig.told.clear();
    rig.end(completed("teacher-0"));
    rig.run(new ExperimentSupervisor.AskAgain());
    assertEquals(List.of(), rig.told());
    assertEquals(ExperimentView.Status.PAUSED, rig.look().status());
    rig.answer(new Control.Resume());
    assertEquals(List.of("Run full-0"), rig.told());
  }

  @Test
  void aCancelIsShownAtOnceAndOverWhenTheStagesSaySo() {
    bring(Phase.CANCELLING);
    ExperimentView cancelling = rig.look();
    assertEquals(ExperimentView.Status.CANCELLED, cancelling.status());
    assertEquals("it was cancelled", cancelling.stages().get(1).reason());
    assertEquals(Optional.empty(), cancelling.results());
    rig.run(new ExperimentSupervisor.AskAgain());
    assertEquals(List.of("Cancel full-0"), rig.told(), "it has not answered");
    StageEnding ending = cancelled(FULL, 2);
    assertEquals(
        List.of(
            new ExperimentEvent.StageEnded(ending),
            new ExperimentEvent.Finished(GateOutcome.UNDECIDED, NOW)),
        rig.end(ending));
    ExperimentView over = rig.look();
    assertEquals(ExperimentView.Status.CANCELLED, over.status());
    assertEquals(2, over.results().orElseThrow().arms().get(0).attempts());
    assertEquals(List.of(), rig.end(ending), "said again");
  }

  @Test
  void aStageThatCompletesBeforeItHearsOfTheCancelHasCompleted() {
    bring(Phase.CANCELLING);
    assertEquals(
        List.of(
            new ExperimentEvent.StageEnded(completed("full-0")),
            new ExperimentEvent.Finished(GateOutcome.PASS, NOW)),
        rig.end(completed("full-0")));
    assertTrue(rig.look().results().orElseThrow().complete());
  }

  @Test
  void whatIsRetriedBeforeItHeardOfTheCancelRunsAfterIt() {
    bring(Phase.CANCELLING);
    rig.answer(new Control.Retry(Optional.of(FULL)));
    assertEquals(List.of(), rig.told(), "the cancel is on its way");
    rig.run(new ExperimentSupervisor.AskAgain());
    assertEquals(List.of("Cancel full-0"), rig.told(), "it was not answered");
    rig.end(cancelled(FULL, 0));
    assertEquals(1, rig.lastRun().orElseThrow().forgetBefore());
    assertEquals(List.of("Run full-0"), rig.told());
    assertEquals(List.of(), rig.end(cancelled(FULL, 0)), "the forgotten end is no news");
  }

  @Test
  void anExtensionLeavesTheCellsThatAreThereAlone() {
    bring(Phase.TEACHER_FOUND);
    ExperimentSpec longer = SPEC.withSeeds(List.of(0L, 7L));
    String hash = CanonicalSpec.hash(longer);
    assertEquals(
        List.of(new ExperimentEvent.Extended(longer, hash, NOW)),
        rig.steer(new Control.Extend(List.of(7L, 0L))));
    assertEquals(
        "experiment demo has seed 7 too, 2 more stages; what it had is not touched",
        words(rig.user.receiveMessage()));
    var told = (ExperimentRegistry.Extend) rig.news.remove();
    assertEquals(CanonicalSpec.text(longer), told.canonicalSpec());
    assertEquals(hash, told.specHash());
    for (ExperimentRig.Told each : rig.told) {
      var spec = ((StageProtocol.Run) each.message()).spec();
      boolean old = each.stage().equals(FULL);
      assertEquals(old ? SPEC : longer, spec.experiment(), each.toString());
      assertEquals(old ? rig.hash() : hash, spec.specHash(), each.toString());
    }
    assertEquals(Set.of("Run full-0", "Run teacher-7"), Set.copyOf(rig.told()));
    rig.experiment.restart();
    rig.look();
    assertEquals(Set.of("Run full-0", "Run teacher-7"), Set.copyOf(rig.told()));
    assertEquals(hash, ((ExperimentRegistry.Extend) rig.news.remove()).specHash(), "told again");
  }

  @Test
  void answersAnExtensionOnceTheRegistryKnowsIt() {
    bring(Phase.FINISHED);
    rig.registryAnswers = false;
    rig.steer(new Control.Extend(List.of(1L)));
    rig.user.expectNoMessage(Duration.ofMillis(50));
    rig.registryAnswers = true;
    rig.run(new ExperimentSupervisor.AskAgain());
    assertEquals(
        "experiment demo has seed 1 too, 2 more stages; what it had is not touched",
        words(rig.user.receiveMessage()));
    assertEquals(2, rig.news.size());
  }

  @Test
  void refusesExtensionsThatCannotBe() {
    bring(Phase.SUBMITTED);
    Map<List<Long>, String> refusals = new LinkedHashMap<>();
    refusals.put(
        List.of(-1L),
        "REFUSED experiment demo cannot have the seed -1; a whole number of at least 0 and at most"
            + " 9007199254740992 is wanted");
    refusals.put(
        List.of(), "REFUSED experiment demo can be extended by seeds only; name at least one");
    refusals.put(
        LongStream.range(0, 31).boxed().toList(),
        "REFUSED experiment demo would have 62 stages, the limit is 60; add fewer seeds, or raise"
            + " margrave.orchestrator.maximum-stages");
    refusals.put(
        LongStream.range(0, 1001).boxed().toList(),
        "REFUSED experiment demo would have 1001 seeds, an experiment file holds at most 1000;"
            + " submit the others under another name");
    refusals.put(List.of(0L, 0L), "experiment demo has seed 0 already; there is nothing to add");
    refusals.forEach(
        (seeds, reply) -> assertEquals(reply, words(rig.answer(new Control.Extend(seeds)))));
  }

  @Test
  void runsNoMoreStagesAtOnceThanItMay() {
    ExperimentSpec two =
        Fixtures.withMaxParallel(
            Fixtures.spec("demo", List.of(0L, 1L, 2L, 3L), List.of(Arm.FULL)), 2);
    rig = new ExperimentRig(KIT, two, 256, true);
    rig.run(rig.submission());
    assertEquals(List.of("Run teacher-0", "Run teacher-1"), rig.told());
    assertEquals(
        "2 of its experiment's stages run, resources.max-parallel allows no more",
        rig.look().stages().get(2).reason());
    rig.end(completed("teacher-0"));
    assertEquals(List.of("Run teacher-2"), rig.told(), "the more urgent of full-0 and teacher-2");
    assertEquals("", rig.look().stages().get(2).reason());
    rig.shows(key("teacher-3"), StageStatus.RUNNING);
    rig.end(completed("teacher-1"));
    assertEquals(List.of(), rig.told(), "one that runs from before counts too");
  }

  @Test
  void asksForABoundedNumberOfStages() {
    ExperimentSpec many = Fixtures.spec("demo", List.of(0L, 1L, 2L, 3L), List.of(Arm.FULL));
    rig = new ExperimentRig(KIT, many, 3, true);
    rig.run(rig.submission());
    assertEquals(List.of("Run teacher-0", "Run teacher-1", "Run teacher-2"), rig.told());
    assertEquals(
        "waits for 3 stages of its experiment that are more urgent",
        rig.look().stages().get(3).reason());
    rig.answer(new Control.Cancel());
    assertEquals(List.of("Cancel teacher-0", "Cancel teacher-1", "Cancel teacher-2"), rig.told());
    rig.end(cancelled(key("teacher-1"), 0));
    assertEquals(List.of("Cancel teacher-3"), rig.told());
  }

  @Test
  void showsTheLastSnapshotToThoseWhoWatch() {
    bring(Phase.TEACHER_FOUND);
    rig.run(new ExperimentSupervisor.Watch(rig.viewer.ref()));
    assertEquals(ExperimentView.Status.RUNNING, rig.viewer.receiveMessage().status());
    rig.end(completed("full-0"));
    ExperimentView last = rig.viewer.receiveMessage();
    while (last.results().isEmpty()) {
      last = rig.viewer.receiveMessage();
    }
    assertEquals(ExperimentView.Status.FINISHED, last.status());
    assertEquals(1, last.gates().size());
  }
}
