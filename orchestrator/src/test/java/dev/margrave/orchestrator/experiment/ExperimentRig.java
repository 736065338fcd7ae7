package dev.margrave.orchestrator.experiment;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.testkit.javadsl.EventSourcedBehaviorTestKit;
import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.JournalKit;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.orchestrator.service.Control;
import dev.margrave.orchestrator.service.ControlReply;
import dev.margrave.orchestrator.stage.StageProtocol;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.orchestrator.view.ViewSettings;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.FailureKind;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.StageKey.ArmRun;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.loading.CanonicalSpec;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.protocol.worker.StageMessage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** One experiment's supervisor between stages that only listen and a registry that notes all. */
final class ExperimentRig {
  static final ExperimentId DEMO = new ExperimentId("demo", 1);
  static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  static final Effort EFFORT = new Effort(2, 1, 100);
  static final int MAXIMUM_STAGES = 60;

  /** What a stage's supervisor was told. */
  record Told(StageKey stage, StageMessage message) {
    @Override
    public String toString() {
      return message.getClass().getSimpleName() + " " + stage;
    }
  }

  final ActorTestKit kit;
  final ExperimentSpec spec;
  final Queue<Told> told = new ConcurrentLinkedQueue<>();
  final Queue<ExperimentRegistry.News> news = new ConcurrentLinkedQueue<>();
  final AtomicInteger decisive = new AtomicInteger();
  final TestProbe<ExperimentSupervisor.Started> front;
  final TestProbe<ControlReply> user;
  final TestProbe<ExperimentView> viewer;
  volatile boolean registryAnswers = true;
  volatile BiConsumer<StageId, StageMessage> stages = (stage, message) -> {};
  final EventSourcedBehaviorTestKit<ExperimentSupervisor.Command, ExperimentEvent, ExperimentState>
      experiment;

  static ActorTestKit kit() {
    return JournalKit.create();
  }

  ExperimentRig(ActorTestKit kit, ExperimentSpec spec, int stagesInFlight, boolean serialise) {
    this.kit = kit;
    this.spec = spec;
    this.front = kit.createTestProbe();
    this.user = kit.createTestProbe();
    this.viewer = kit.createTestProbe();
    ActorRef<ExperimentRegistry.Command> registry =
        kit.spawn(
            Behaviors.<ExperimentRegistry.Command>receiveMessage(
                command -> {
                  note((ExperimentRegistry.News) command);
                  return Behaviors.same();
                }));
    var surroundings =
        new ExperimentSupervisor.Surroundings(
            (stage, message) -> {
              told.add(new Told(stage.key(), message));
              stages.accept(stage, message);
            },
            registry,
            decisive::incrementAndGet,
            Clock.fixed(NOW, ZoneOffset.UTC),
            Optional.empty(),
            new ExperimentSettings(
                MAXIMUM_STAGES,
                stagesInFlight,
                Duration.ofHours(1),
                new ViewSettings(Duration.ofMillis(1))));
    experiment =
        EventSourcedBehaviorTestKit.create(
            kit.system(),
            ExperimentSupervisor.create(DEMO, surroundings),
            serialise
                ? EventSourcedBehaviorTestKit.enabledSerializationSettings()
                : EventSourcedBehaviorTestKit.disabledSerializationSettings());
    experiment.clear();
  }

  private void note(ExperimentRegistry.News command) {
    news.add(command);
    if (!registryAnswers) {
      return;
    }
    if (command instanceof ExperimentRegistry.Extend extend) {
      extend.replyTo().tell(new ExperimentRegistry.Noted(DEMO, extend.subject()));
    } else if (command instanceof ExperimentRegistry.Remove remove) {
      remove.replyTo().tell(new ExperimentRegistry.Noted(DEMO, remove.subject()));
    }
  }

  String hash() {
    return CanonicalSpec.hash(spec);
  }

  ExperimentSupervisor.Start submission() {
    return new ExperimentSupervisor.Start(spec, hash(), front.ref());
  }

  /** What has been persisted by a command. */
  List<ExperimentEvent> run(ExperimentSupervisor.Command command) {
    return experiment.runCommand(command).events();
  }

  List<ExperimentEvent> steer(Control control) {
    return run(new ExperimentSupervisor.Steer(control, user.ref()));
  }

  /** The answer to a control. */
  ControlReply answer(Control control) {
    steer(control);
    return user.receiveMessage();
  }

  List<ExperimentEvent> notice(StageProtocol.Notice notice) {
    return run(new ExperimentSupervisor.StageNoticed(notice));
  }

  List<ExperimentEvent> end(StageEnding ending) {
    return notice(new StageProtocol.StageEnded(stage(ending.stage()), ending));
  }

  List<ExperimentEvent> shows(StageKey stage, StageStatus status) {
    return run(
        new ExperimentSupervisor.StageShown(
            new StageProtocol.StageChanged(stage(stage), StageView.pending(stage, status, ""))));
  }

  static StageId stage(StageKey stage) {
    return new StageId(DEMO, stage);
  }

  static StageKey key(String stage) {
    return StageKey.parse(stage);
  }

  static StageEnding completed(String stage) {
    return completed(key(stage), 1);
  }

  static StageEnding completed(StageKey stage, int attempts) {
    var checkpoint = Fixtures.checkpoint(stage.text(), attempts, 12);
    Outcome outcome =
        new Outcome.Completed(
            stage instanceof ArmRun run
                ? Fixtures.expected(
                    run.arm(),
                    checkpoint,
                    run.arm()
                        .startsFrom()
                        .map(from -> Fixtures.checkpoint(from.label() + "-0", 1, 12)))
                : Fixtures.teacherFound(stage.teacherSeed()));
    return new StageEnding(stage, outcome, attempts, EFFORT, List.of());
  }

  static StageEnding failed(StageKey stage, int attempts) {
    var failure = new Outcome.Failed(FailureKind.RESOURCE, "the disk is full");
    return new StageEnding(stage, failure, attempts, EFFORT, List.of());
  }

  static StageEnding cancelled(StageKey stage, int attempts) {
    return new StageEnding(stage, new Outcome.Cancelled(), attempts, EFFORT, List.of());
  }

  /** What stages were told since last asked, as {@code Run teacher-0}. */
  List<String> told() {
    List<String> all = new ArrayList<>();
    for (Told each = told.poll(); each != null; each = told.poll()) {
      all.add(each.toString());
    }
    return all;
  }

  /** What the last Run said. */
  Optional<StageProtocol.Run> lastRun() {
    return told.stream()
        .filter(each -> each.message() instanceof StageProtocol.Run)
        .map(each -> (StageProtocol.Run) each.message())
        .reduce((first, second) -> second);
  }

  ExperimentView look() {
    run(new ExperimentSupervisor.Look(viewer.ref()));
    return viewer.receiveMessage();
  }
}
