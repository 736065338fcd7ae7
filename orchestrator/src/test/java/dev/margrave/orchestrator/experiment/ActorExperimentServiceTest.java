package dev.margrave.orchestrator.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.service.ActorExperimentService;
import dev.margrave.orchestrator.service.Control;
import dev.margrave.orchestrator.service.ControlReply;
import dev.margrave.orchestrator.service.ExperimentSummary;
import dev.margrave.orchestrator.service.WorkerStatus;
import dev.margrave.orchestrator.stage.StageProtocol;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.orchestrator.view.ViewSettings;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.worker.Capabilities;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.StageMessage;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The service over a real registry and real supervisors; their stages complete at once. */
@Timeout(60)
class ActorExperimentServiceTest {
  private static final ActorTestKit KIT = ExperimentRig.kit();
  private static final ExperimentId DEMO = new ExperimentId("demo", 1);
  private static final ExperimentId OTHER = new ExperimentId("other", 1);
  private static final ExperimentSpec SPEC = Fixtures.spec("demo", List.of(0L), List.of(Arm.FULL));

  private final Map<ExperimentId, ActorRef<ExperimentSupervisor.Command>> supervisors =
      new ConcurrentHashMap<>();
  private final ActorRef<ExperimentRegistry.Command> registry =
      KIT.spawn(
          ExperimentRegistry.create(
              new ExperimentRegistry.Limits(9, 9), Clock.systemUTC(), Optional.empty()));
  private final ActorExperimentService service =
      new ActorExperimentService(
          registry, this::tell, scheduler(), KIT.system(), Duration.ofSeconds(10));

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private void tell(ExperimentId experiment, ExperimentSupervisor.Command command) {
    supervisors.computeIfAbsent(experiment, this::start).tell(command);
  }

  private ActorRef<ExperimentSupervisor.Command> start(ExperimentId experiment) {
    var settings =
        new ExperimentSettings(
            9, 256, Duration.ofSeconds(60), new ViewSettings(Duration.ofMillis(1)));
    return KIT.spawn(
        ExperimentSupervisor.create(
            experiment,
            new ExperimentSupervisor.Surroundings(
                ActorExperimentServiceTest::complete,
                registry,
                () -> {},
                Clock.systemUTC(),
                Optional.empty(),
                settings)));
  }

  private static void complete(StageId stage, StageMessage message) {
    if (message instanceof StageProtocol.Run run) {
      run.replyTo()
          .tell(new StageProtocol.StageEnded(stage, ExperimentRig.completed(stage.key(), 1)));
    }
  }

  private static ActorRef<SchedulerProtocol.Command> scheduler() {
    var worker =
        new SchedulerProtocol.Worker(
            "w1", "akka://m@h:1", "free", "", new Capabilities(2, 1, 1000, "nd4j"), List.of());
    return KIT.spawn(
        Behaviors.<SchedulerProtocol.Command>receiveMessage(
            command -> {
              ((SchedulerProtocol.ListWorkers) command)
                  .replyTo()
                  .tell(new SchedulerProtocol.Workers(List.of(worker)));
              return Behaviors.same();
            }));
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private ExperimentView untilFinished() throws Exception {
    ExperimentView view = get(service.view(DEMO)).orElseThrow();
    while (view.status() == ExperimentView.Status.RUNNING) {
      view = get(service.view(DEMO)).orElseThrow();
    }
    return view;
  }

  @Test
  void anExperimentFromItsSubmissionToItsRemoval() throws Exception {
    assertEquals(List.of(), get(service.list()));
    assertEquals(Optional.empty(), get(service.view(DEMO)));
    assertEquals(new ControlReply.Unknown("demo"), get(service.control(DEMO, new Control.Pause())));
    assertEquals(Map.of(), supervisors, "nobody is started for an experiment that is not there");

    assertEquals(new SubmitReply.Accepted(DEMO, false), get(service.submit(SPEC, false)));
    assertEquals(new SubmitReply.Accepted(DEMO, true), get(service.submit(SPEC, false)));
    assertEquals(2, untilFinished().stages().size());

    ControlReply extended = get(service.control(DEMO, new Control.Extend(List.of(4L))));
    assertInstanceOf(ControlReply.Done.class, extended);
    ExperimentSpec longer = SPEC.withSeeds(List.of(0L, 4L));
    assertEquals(new SubmitReply.Accepted(DEMO, true), get(service.submit(longer, false)));
    assertInstanceOf(SubmitReply.SpecChanged.class, get(service.submit(SPEC, false)));
    assertEquals(4, untilFinished().stages().size());

    ExperimentSummary line = get(service.list()).get(0);
    assertEquals(
        new ExperimentSummary(
            DEMO,
            ExperimentView.Status.FINISHED,
            "shapes",
            4,
            4,
            0,
            line.overall(),
            line.submitted()),
        line);

    assertInstanceOf(ControlReply.Done.class, get(service.control(DEMO, new Control.Remove())));
    assertInstanceOf(
        ControlReply.Done.class, get(service.control(DEMO, new Control.Remove())), "said again");
    assertEquals(new ControlReply.Unknown("demo"), get(service.control(DEMO, new Control.Pause())));
    assertEquals(List.of(), get(service.list()));
    assertEquals(Optional.empty(), get(service.view(DEMO)));
    assertEquals(
        new SubmitReply.Accepted(new ExperimentId("demo", 2), false),
        get(service.submit(SPEC, false)));
    assertEquals(
        new ControlReply.Unknown("other"), get(service.control(OTHER, new Control.Remove())));
  }

  @Test
  void listsTheWorkers() throws Exception {
    assertEquals(
        List.of(
            new WorkerStatus("w1", "akka://m@h:1", "free", "", "nd4j", 2, 1, "", 1000, List.of())),
        get(service.workers()));
  }
}
