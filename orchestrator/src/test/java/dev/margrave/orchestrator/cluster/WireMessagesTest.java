package dev.margrave.orchestrator.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializer;
import akka.serialization.Serializers;
import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.SealedTypes;
import dev.margrave.orchestrator.journal.DataDirectory;
import dev.margrave.orchestrator.journal.Journal;
import dev.margrave.orchestrator.journal.TestJournals;
import dev.margrave.orchestrator.result.MarginPoint;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.orchestrator.stage.StageProtocol;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.FailureKind;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.WireMessage;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.protocol.worker.Capabilities;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.protocol.worker.GatewayProtocol;
import dev.margrave.protocol.worker.Needs;
import dev.margrave.protocol.worker.RescueOrder;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.StageSpec;
import dev.margrave.protocol.worker.WorkerProtocol;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What travels between nodes, with the configuration of a real orchestrator: the project's own
 * types, as CBOR, and nothing else. What is said to and by experiments has a test of its own beside
 * them; here are workers, the scheduler, the gateway and stages.
 */
class WireMessagesTest {
  private static final int JAVA_SERIALIZER = 1;
  private static final StageId FULL = Fixtures.stage("full-0");
  private static final AttemptId ATTEMPT = new AttemptId(FULL, 3);

  @TempDir static Path folder;
  private static Journal journal;
  private static ActorTestKit kit;
  private static Serialization serialization;

  @BeforeAll
  static void start() {
    journal = Journal.open(DataDirectory.open(folder), TestJournals.file(1));
    kit = ClusterRig.alone(journal);
    serialization = SerializationExtension.get(kit.system());
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
    journal.close();
  }

  private static <T> ActorRef<T> someone() {
    return kit.<T>createTestProbe().ref();
  }

  private static List<WorkerProtocol.Report> reports() {
    CheckpointRef checkpoint = Fixtures.checkpoint("full-0", 3, 8);
    Effort effort = new Effort(2.5, 1.5, 1280);
    var result = Fixtures.expected(Arm.FULL, checkpoint, Optional.of(checkpoint));
    return List.of(
        new WorkerProtocol.Started(ATTEMPT, 1L << 40),
        new WorkerProtocol.AtWork(ATTEMPT),
        new WorkerProtocol.Progressed(ATTEMPT, "training", 1, 2, 0.5, 99.5),
        new WorkerProtocol.Evaluated(ATTEMPT, Fixtures.evaluation(8, Double.NEGATIVE_INFINITY)),
        new WorkerProtocol.GuardMeasured(ATTEMPT, new RescueGuard(0.5, 2, true)),
        new WorkerProtocol.GuardMeasured(ATTEMPT, RescueGuard.ofFixedWitness(0.5)),
        new WorkerProtocol.CheckpointSaved(ATTEMPT, checkpoint, effort),
        new WorkerProtocol.CheckpointDamaged(ATTEMPT, checkpoint),
        new WorkerProtocol.Ended(ATTEMPT, new Outcome.Completed(result), effort),
        new WorkerProtocol.Ended(
            ATTEMPT, new Outcome.Completed(Fixtures.teacherFound(0)), Effort.NONE),
        new WorkerProtocol.Ended(
            ATTEMPT, new Outcome.Failed(FailureKind.RESOURCE, "too large"), effort),
        new WorkerProtocol.Ended(ATTEMPT, new Outcome.Cancelled(), effort),
        new WorkerProtocol.Ended(ATTEMPT, new Outcome.HandedBack(), effort));
  }

  private static List<WireMessage> messages() {
    CheckpointRef checkpoint = Fixtures.checkpoint("full-0", 3, 8);
    Capabilities capabilities = new Capabilities(2, 1, 1L << 40, "nd4j", "8.6", true, false);
    var register =
        new SchedulerProtocol.RegisterWorker("w1", capabilities, List.of(ATTEMPT), someone());
    var unregister = new SchedulerProtocol.UnregisterWorker("w1");
    List<WireMessage> all = new ArrayList<>(reports());
    for (WorkerProtocol.Report report : reports()) {
      var delivery = new WorkerProtocol.Delivery(report, 7, someone());
      all.add(delivery);
      all.add(new GatewayProtocol.Report(delivery));
    }
    all.add(new WorkerProtocol.Begin(ATTEMPT, Fixtures.stageSpec("full-0"), Optional.empty()));
    all.add(
        new WorkerProtocol.Begin(
            ATTEMPT, Fixtures.stageSpec("teacher-0"), Optional.of(checkpoint)));
    all.add(
        new WorkerProtocol.Begin(
            ATTEMPT,
            Fixtures.stageSpec("full-0"),
            Optional.of(checkpoint),
            List.of(new RescueOrder(1, 8))));
    StageSpec plain = Fixtures.stageSpec("full-0");
    all.add(
        new WorkerProtocol.Begin(
            ATTEMPT,
            new StageSpec(
                plain.stage(),
                Fixtures.pictures(plain.experiment()),
                plain.specHash(),
                plain.teacher(),
                plain.dataHash(),
                plain.startFrom()),
            Optional.empty()));
    all.add(new WorkerProtocol.HandBack(ATTEMPT));
    all.add(new WorkerProtocol.Recorded(ATTEMPT, 7, List.of(checkpoint.artefact())));
    all.add(new WorkerProtocol.Superseded(ATTEMPT));
    all.add(new WorkerProtocol.Superseded(ATTEMPT, Optional.of(List.of("demo/full-0/a.npy"))));
    all.add(register);
    all.add(unregister);
    all.add(new GatewayProtocol.Register(register, someone()));
    all.add(new GatewayProtocol.Unregister(unregister, someone()));
    all.add(new GatewayProtocol.Welcome(List.of("10.0.0.1:25520")));
    all.add(
        new SchedulerProtocol.RequestSlot(
            FULL,
            new Needs(1, 1L << 33, "libtorch", true, "8.0"),
            -2,
            5,
            List.of("w2"),
            someone()));
    for (SchedulerProtocol.Cause cause : SchedulerProtocol.Cause.values()) {
      all.add(new SchedulerProtocol.ReleaseSlot(FULL, cause));
    }
    all.add(new SchedulerProtocol.ListWorkers(someone()));
    all.add(new SchedulerProtocol.SlotGranted(FULL, "w1", someone()));
    all.add(new SchedulerProtocol.SlotQueued(FULL, "waits for a slot", someone()));
    all.add(
        new SchedulerProtocol.Workers(
            List.of(
                new SchedulerProtocol.Worker(
                    "w1", "akka://m@h:1", "excluded", "why", capabilities, List.of(FULL)))));
    all.addAll(stageMessages());
    return all;
  }

  private static List<WireMessage> stageMessages() {
    StageKey key = StageKey.parse("full-0");
    var ending =
        new StageEnding(
            key,
            new Outcome.Completed(
                Fixtures.expected(Arm.FULL, Fixtures.checkpoint("full-0", 3, 8), Optional.empty())),
            3,
            new Effort(2.5, 1.5, 1280),
            List.of(MarginPoint.of(Fixtures.evaluation(8, 0.5))));
    return List.of(
        new StageProtocol.Run(Fixtures.stageSpec("full-0"), 4, 2, someone()),
        new StageProtocol.Suspend(someone()),
        new StageProtocol.Cancel(someone()),
        new StageProtocol.Drain(someone()),
        new StageProtocol.Planned(FULL),
        new StageProtocol.Suspended(FULL),
        new StageProtocol.StageEnded(FULL, ending),
        new StageProtocol.Drained(FULL),
        new StageProtocol.StageChanged(FULL, StageView.pending(key, StageStatus.WAITING, "why")));
  }

  @Test
  void everyMessageArrivesAsItWasSent() throws Exception {
    for (WireMessage message : messages()) {
      Serializer serializer = serialization.findSerializerFor(message);
      byte[] bytes = serialization.serialize(message).get();
      Object received =
          serialization
              .deserialize(
                  bytes, serializer.identifier(), Serializers.manifestFor(serializer, message))
              .get();
      assertEquals(message, received);
    }
  }

  @Test
  void noMessageOfTheseConversationsIsLeftOut() {
    Set<Class<?>> sent = new HashSet<>();
    messages().forEach(message -> sent.add(message.getClass()));
    for (Class<?> family :
        List.of(
            WorkerProtocol.Command.class,
            WorkerProtocol.Report.class,
            SchedulerProtocol.Command.class,
            SchedulerProtocol.SlotReply.class,
            GatewayProtocol.Command.class,
            StageProtocol.Command.class,
            StageProtocol.Notice.class)) {
      for (Class<?> type : SealedTypes.leaves(family)) {
        // What is not public is said by an actor to itself.
        assertTrue(sent.contains(type) || !Modifier.isPublic(type.getModifiers()), type.getName());
      }
    }
  }

  @Test
  void everyTypeOfTheProjectThatMayTravelDoesSoAsCbor() throws Exception {
    List<Class<?>> types = new ArrayList<>();
    for (Class<?> module : List.of(WireMessage.class, StageProtocol.class)) {
      types.addAll(wireMessages(module));
    }
    assertTrue(types.size() > 40, types::toString);
    assertTrue(types.contains(WorkerProtocol.Ended.class));
    for (Class<?> type : types) {
      assertEquals(
          "akka.serialization.jackson.JacksonCborSerializer",
          serialization.serializerFor(type).getClass().getName(),
          type.getName());
    }
  }

  /** All records that are messages, of the module that a class belongs to. */
  private static List<Class<?>> wireMessages(Class<?> module)
      throws IOException, URISyntaxException, ClassNotFoundException {
    Path code = Path.of(module.getProtectionDomain().getCodeSource().getLocation().toURI());
    if (Files.isDirectory(code)) {
      return wireMessages(module, code);
    }
    try (FileSystem jar = FileSystems.newFileSystem(code)) {
      return wireMessages(module, jar.getPath("/"));
    }
  }

  private static List<Class<?>> wireMessages(Class<?> module, Path root)
      throws IOException, ClassNotFoundException {
    List<String> names;
    try (Stream<Path> files = Files.walk(root.resolve("dev/margrave"))) {
      names =
          files
              .map(file -> root.relativize(file).toString())
              .filter(file -> file.endsWith(".class"))
              .map(file -> file.replace(".class", "").replace('/', '.'))
              .toList();
    }
    List<Class<?>> found = new ArrayList<>();
    for (String name : names) {
      Class<?> type = Class.forName(name, false, module.getClassLoader());
      if (type.isRecord() && WireMessage.class.isAssignableFrom(type)) {
        found.add(type);
      }
    }
    return found;
  }

  /** Serialisable by Java, and nothing that nodes say to each other. */
  private record Foreign(String text) implements Serializable {
    private static final long serialVersionUID = 1;
  }

  @Test
  void whatIsNotOfTheProjectIsRefused() throws Exception {
    Serializer cbor = serialization.findSerializerFor(new WorkerProtocol.AtWork(ATTEMPT));
    byte[] bytes = cbor.toBinary(new WorkerProtocol.AtWork(ATTEMPT));
    for (Class<?> type :
        List.of(HashMap.class, java.io.File.class, ProcessBuilder.class, Foreign.class)) {
      Throwable refused =
          assertThrows(
              Throwable.class,
              () -> serialization.deserialize(bytes, cbor.identifier(), type.getName()).get());
      assertTrue(refused.getMessage().contains("[" + type.getName() + "]"), refused::getMessage);
      assertTrue(refused.getMessage().contains("allow"), refused::getMessage);
    }
  }

  @Test
  void javaSerialisationIsOffBothWays() throws Exception {
    assertFalse(kit.system().settings().config().getBoolean("akka.actor.allow-java-serialization"));
    assertThrows(
        Throwable.class,
        () -> serialization.serialize(new Foreign("text")).get(),
        "it was written");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new Foreign("text"));
    }
    Throwable refused =
        assertThrows(
            Throwable.class,
            () -> serialization.deserialize(bytes.toByteArray(), JAVA_SERIALIZER, "").get());
    assertTrue(refused.getMessage().contains("Java serialization"), refused::getMessage);
  }
}
