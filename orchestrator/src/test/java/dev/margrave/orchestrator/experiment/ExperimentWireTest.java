package dev.margrave.orchestrator.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializer;
import akka.serialization.Serializers;
import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.SealedTypes;
import dev.margrave.orchestrator.result.GateOutcome;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.orchestrator.service.Control;
import dev.margrave.orchestrator.service.ControlReply;
import dev.margrave.orchestrator.service.ExperimentSummary;
import dev.margrave.orchestrator.service.WorkerStatus;
import dev.margrave.orchestrator.stage.StageProtocol;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.orchestrator.view.StageProgress;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.WireMessage;
import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.protocol.spec.ExperimentSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Everything that is said to and by experiments arrives on another node as it was sent. */
class ExperimentWireTest {
  private static final ActorTestKit KIT = ExperimentRig.kit();
  private static final Serialization SERIALIZATION = SerializationExtension.get(KIT.system());
  private static final ExperimentId DEMO = ExperimentRig.DEMO;
  private static final Instant AT = ExperimentRig.NOW;
  private static final ExperimentSpec SPEC =
      Fixtures.rescued(Fixtures.spec("demo", List.of(0L), Fixtures.ALL_ARMS));

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private static <T> ActorRef<T> someone() {
    return KIT.<T>createTestProbe().ref();
  }

  private static StageView stageView() {
    StageKey full = StageKey.parse("full-0-t11");
    return new StageView(
        full,
        StageStatus.RUNNING,
        "",
        2,
        Optional.of("w1"),
        Optional.of(new StageProgress("training", 1, 2, 0.5, 99.5)),
        Optional.of(Fixtures.evaluation(8, Double.NEGATIVE_INFINITY)),
        Optional.of(new RescueGuard(0.5, 0.25, true)),
        ExperimentRig.completed(full, 2).result());
  }

  private static ExperimentView view(ExperimentView.Status status) {
    ExperimentSpec spec = Fixtures.spec("demo", List.of(0L), Fixtures.ALL_ARMS);
    ExperimentState state =
        new ExperimentState.Unknown().apply(new ExperimentEvent.Submitted(DEMO, spec, "hash", AT));
    for (StageKey stage : Course.of((ExperimentState.Active) state).plan().stages()) {
      StageEnding ending =
          stage.text().startsWith("drift")
              ? ExperimentRig.failed(stage, 3)
              : ExperimentRig.completed(stage, 1);
      state = state.apply(new ExperimentEvent.StageEnded(ending));
    }
    var active = (ExperimentState.Active) state;
    var results = Course.of(active).results(active);
    return new ExperimentView(
        DEMO,
        status,
        Optional.of("a problem"),
        List.of(stageView(), CourseViews.of(StageKey.parse("drift-0"), Course.of(active), "")),
        results.gates(),
        Optional.of(results));
  }

  private static List<WireMessage> messages() {
    List<WireMessage> all = new ArrayList<>();
    List<Control> controls =
        List.of(
            new Control.Pause(),
            new Control.Resume(),
            new Control.Cancel(),
            new Control.Retry(Optional.empty()),
            new Control.Retry(Optional.of(StageKey.parse("full-0"))),
            new Control.Extend(List.of(1L, 1L << 53)),
            new Control.Remove());
    all.addAll(controls);
    controls.forEach(control -> all.add(new ExperimentSupervisor.Steer(control, someone())));
    all.add(new ExperimentSupervisor.Start(SPEC, "hash", someone()));
    all.add(new ExperimentSupervisor.Started(DEMO));
    all.add(new ExperimentSupervisor.Watch(someone()));
    all.add(new ExperimentSupervisor.Look(someone()));
    all.add(new ExperimentSupervisor.Summarise(AT, someone()));
    all.add(
        new ExperimentSupervisor.StageShown(
            new StageProtocol.StageChanged(ExperimentRig.stage(stageView().stage()), stageView())));
    all.add(new ExperimentRegistry.Open(SPEC, "text", "hash", true, someone()));
    all.add(new ExperimentRegistry.Extend(DEMO, "text", "hash", someone()));
    all.add(new ExperimentRegistry.Remove(DEMO, someone()));
    all.add(new ExperimentRegistry.Noted(DEMO, "removed"));
    all.add(new ExperimentRegistry.Find(DEMO, someone()));
    all.add(new ExperimentRegistry.Found(DEMO, true, false));
    all.add(new ExperimentRegistry.ListEntries(5, 10, someone()));
    all.add(new ExperimentRegistry.Entries(List.of(new ExperimentRegistry.Entry(DEMO, AT))));
    all.add(new SubmitReply.Accepted(DEMO, true));
    all.add(new SubmitReply.SpecChanged(DEMO, "message", "text"));
    all.add(new SubmitReply.Refused("message"));
    all.add(new SubmitReply.Broken("message"));
    all.add(new ControlReply.Done("message"));
    all.add(new ControlReply.Refused("message"));
    all.add(new ControlReply.Unknown("demo"));
    all.add(
        new ExperimentSummary(
            DEMO,
            ExperimentView.Status.CANCELLED,
            "shapes",
            7,
            3,
            2,
            Optional.of(GateOutcome.UNDECIDED),
            AT));
    all.add(
        new WorkerStatus(
            "w1",
            "akka://m@h:1",
            "busy",
            "",
            "nd4j",
            2,
            1,
            "9.0",
            1L << 40,
            List.of(ExperimentRig.stage(StageKey.parse("full-0")))));
    for (ExperimentView.Status status : ExperimentView.Status.values()) {
      all.add(view(status));
    }
    return all;
  }

  @Test
  void everyMessageArrivesAsItWasSent() throws Exception {
    Set<Class<?>> sent = new HashSet<>();
    for (WireMessage message : messages()) {
      sent.add(message.getClass());
      Serializer serializer = SERIALIZATION.findSerializerFor(message);
      assertTrue(serializer.getClass().getSimpleName().startsWith("JacksonCbor"));
      byte[] bytes = SERIALIZATION.serialize(message).get();
      Object received =
          SERIALIZATION
              .deserialize(
                  bytes, serializer.identifier(), Serializers.manifestFor(serializer, message))
              .get();
      assertEquals(message, received);
    }
    Map<Class<?>, Set<Class<?>>> notForOthers =
        Map.of(
            ExperimentSupervisor.Command.class,
            Set.of(
                ExperimentSupervisor.StageNoticed.class,
                ExperimentSupervisor.RegistryNoticed.class,
                ExperimentSupervisor.AskAgain.class),
            ExperimentRegistry.Command.class,
            Set.of(),
            Control.class,
            Set.of(),
            ControlReply.class,
            Set.of(),
            SubmitReply.class,
            Set.of());
    notForOthers.forEach(
        (family, own) ->
            assertEquals(
                Set.of(),
                SealedTypes.leaves(family).stream()
                    .filter(type -> !sent.contains(type) && !own.contains(type))
                    .collect(Collectors.toSet())));
  }
}
