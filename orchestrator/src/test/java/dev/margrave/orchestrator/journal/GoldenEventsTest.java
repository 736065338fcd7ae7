package dev.margrave.orchestrator.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializer;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.experiment.ExperimentEvent;
import dev.margrave.orchestrator.experiment.RegistryEvent;
import dev.margrave.orchestrator.result.GateOutcome;
import dev.margrave.orchestrator.result.MarginPoint;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.orchestrator.stage.StageEvent;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.FailureKind;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.worker.Effort;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Events that were ever written stay readable: one file per type and version, kept for ever. For a
 * new type, run this test with {@code -Dmargrave.golden.write=src/test/resources/golden}.
 */
class GoldenEventsTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseResources("margrave-akka.conf")
              .withFallback(ConfigFactory.load())
              .resolve());
  private static final Serialization SERIALIZATION = SerializationExtension.get(KIT.system());
  private static final Instant AT = Instant.parse("2026-11-22T12:00:00Z");
  private static final ExperimentId DEMO = new ExperimentId("demo", 2);
  private static final List<Class<? extends JournalEvent>> FAMILIES =
      List.of(StageEvent.class, ExperimentEvent.class, RegistryEvent.class);

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private static Map<String, JournalEvent> samples() {
    Effort effort = new Effort(2.5, 1.5, 1280);
    var evaluation = Fixtures.evaluation(8, Double.NEGATIVE_INFINITY);
    var checkpoint = Fixtures.checkpoint("full-0", 3, 8);
    var result = Fixtures.expected(Arm.RESCUE, checkpoint, Optional.of(checkpoint));
    var ending =
        new StageEnding(
            StageKey.parse("rescue-0-t11"),
            new Outcome.Completed(result),
            3,
            effort,
            List.of(MarginPoint.of(evaluation)));
    Map<String, JournalEvent> samples = new LinkedHashMap<>();
    samples.put("stage-planned-1", new StageEvent.Planned(Fixtures.stageSpec("full-0"), 2));
    samples.put("stage-cancelled-1", new StageEvent.Cancelled());
    samples.put("stage-assigned-1", new StageEvent.Assigned(3, "w1"));
    samples.put("stage-evaluated-1", new StageEvent.Evaluated(3, evaluation));
    samples.put(
        "stage-guard-measured-1", new StageEvent.GuardMeasured(3, new RescueGuard(0.5, 2, true)));
    samples.put(
        "stage-checkpoint-committed-1", new StageEvent.CheckpointCommitted(checkpoint, effort));
    samples.put(
        "stage-attempt-ended-1",
        new StageEvent.AttemptEnded(
            3, new Outcome.Failed(FailureKind.CRASH, "it broke"), effort, false, true, false));
    samples.put("stage-reopened-1", new StageEvent.Reopened(Fixtures.stageSpec("full-0")));
    samples.put("stage-checkpoint-dropped-1", new StageEvent.CheckpointDropped(checkpoint));
    samples.put(
        "stage-rescue-started-1", new StageEvent.RescueStarted(1, 3, Optional.of(checkpoint), 10));
    samples.put("stage-respecified-1", new StageEvent.Respecified(Fixtures.stageSpec("full-0")));
    samples.put(
        "experiment-respecified-1",
        new ExperimentEvent.Respecified(Fixtures.spec("demo", List.of(0L), Fixtures.ALL_ARMS)));
    samples.put("experiment-reopened-1", new ExperimentEvent.Reopened(AT));
    samples.put(
        "experiment-submitted-1",
        new ExperimentEvent.Submitted(
            DEMO, Fixtures.spec("demo", List.of(0L), Fixtures.ALL_ARMS), "hash", AT));
    samples.put("experiment-stage-ended-1", new ExperimentEvent.StageEnded(ending));
    samples.put("experiment-finished-1", new ExperimentEvent.Finished(GateOutcome.PASS, AT));
    samples.put(
        "experiment-stages-reopened-1",
        new ExperimentEvent.StagesReopened(List.of(StageKey.parse("full-0")), AT));
    samples.put(
        "experiment-extended-1",
        new ExperimentEvent.Extended(
            Fixtures.rescued(Fixtures.spec("demo", List.of(0L, 1L), Fixtures.ALL_ARMS)),
            "longer",
            AT));
    samples.put("experiment-paused-1", new ExperimentEvent.Paused(AT));
    samples.put("experiment-resumed-1", new ExperimentEvent.Resumed(AT));
    samples.put(
        "experiment-cancelled-1",
        new ExperimentEvent.Cancelled(
            List.of(StageKey.parse("full-0")), List.of(StageKey.parse("drift-0")), AT));
    samples.put("experiment-removed-1", new ExperimentEvent.Removed(AT));
    samples.put("experiment-opened-1", new RegistryEvent.Opened(DEMO, "hash", "text", AT));
    samples.put("entry-extended-1", new RegistryEvent.EntryExtended(DEMO, "longer", "text"));
    samples.put("entry-removed-1", new RegistryEvent.EntryRemoved(DEMO));
    return samples;
  }

  @Test
  void everyTypeHasItsFile() {
    Set<String> names = new HashSet<>();
    for (Class<?> family : FAMILIES) {
      JsonSubTypes types = family.getAnnotation(JsonSubTypes.class);
      for (JsonSubTypes.Type type : types.value()) {
        names.add(type.name());
      }
      assertEquals(family.getPermittedSubclasses().length, types.value().length);
    }
    assertEquals(names, samples().keySet());
  }

  @Test
  void everyFileIsReadAndWrittenAsItWas() throws Exception {
    ObjectMapper plain = new ObjectMapper();
    for (Map.Entry<String, JournalEvent> sample : samples().entrySet()) {
      Serializer serializer = SERIALIZATION.findSerializerFor(sample.getValue());
      byte[] written = serializer.toBinary(sample.getValue());
      writeIfWanted(sample.getKey(), written);
      byte[] golden = golden(sample.getKey());
      Class<?> family = sample.getValue().getClass().getInterfaces()[0];
      assertEquals(
          sample.getValue(),
          SERIALIZATION.deserialize(golden, serializer.identifier(), "").get(),
          sample.getKey());
      assertTrue(FAMILIES.contains(family));
      assertEquals(plain.readTree(golden), plain.readTree(written), sample.getKey());
    }
  }

  /** A field that came later is absent from the file, and is read and written where it is known. */
  @Test
  void whereAttemptsWentOnIsOptional() throws Exception {
    var without = (ExperimentEvent.StageEnded) samples().get("experiment-stage-ended-1");
    assertEquals(List.of(), without.ending().resumedAtSteps());
    var with =
        new ExperimentEvent.StageEnded(
            new StageEnding(
                without.ending().stage(),
                without.ending().outcome(),
                3,
                without.ending().effort(),
                without.ending().margins(),
                List.of(0L, 8L)));
    Serializer serializer = SERIALIZATION.findSerializerFor(with);
    byte[] written = serializer.toBinary(with);
    assertEquals(with, SERIALIZATION.deserialize(written, serializer.identifier(), "").get());
    assertTrue(new String(written, StandardCharsets.UTF_8).contains("\"resumedAtSteps\":[0,8]"));
  }

  /** So are the size and the channels of pictures. */
  @Test
  void theSizeOfPicturesIsOptional() throws Exception {
    var without = new String(golden("experiment-submitted-1"), StandardCharsets.UTF_8);
    assertFalse(without.contains("\"size\""), without);
    ExperimentSpec spec = Fixtures.pictures(Fixtures.spec("demo", List.of(0L), Fixtures.ALL_ARMS));
    var with = new ExperimentEvent.Submitted(DEMO, spec, "hash", AT);
    Serializer serializer = SERIALIZATION.findSerializerFor(with);
    byte[] written = serializer.toBinary(with);
    assertEquals(with, SERIALIZATION.deserialize(written, serializer.identifier(), "").get());
    assertTrue(new String(written, StandardCharsets.UTF_8).contains("\"size\":48,\"channels\":1"));
  }

  /**
   * Journals of experiments without baselines have the bytes of those from before there were any.
   */
  @Test
  void baselinesAreOptional() throws Exception {
    var without = (ExperimentEvent.Respecified) samples().get("experiment-respecified-1");
    var with = new ExperimentEvent.Respecified(Fixtures.withBaseline(without.spec()));
    Serializer serializer = SERIALIZATION.findSerializerFor(with);
    byte[] written = serializer.toBinary(with);
    assertEquals(with, SERIALIZATION.deserialize(written, serializer.identifier(), "").get());
    assertTrue(new String(written, StandardCharsets.UTF_8).contains("\"largestMultiplier\":100.0"));
    String old = new String(serializer.toBinary(without), StandardCharsets.UTF_8);
    assertTrue(!old.contains("baselines"), old);
  }

  private static byte[] golden(String name) throws IOException {
    String folder = System.getProperty("margrave.golden.write");
    if (folder != null) {
      return Files.readAllBytes(Path.of(folder, name + ".json"));
    }
    try (InputStream in = GoldenEventsTest.class.getResourceAsStream("/golden/" + name + ".json")) {
      assertTrue(in != null, "golden/" + name + ".json is missing");
      return in.readAllBytes();
    }
  }

  private static void writeIfWanted(String name, byte[] json) throws IOException {
    String folder = System.getProperty("margrave.golden.write");
    if (folder != null) {
      Path file = Path.of(folder, name + ".json");
      if (Files.notExists(file)) {
        Files.writeString(file, new String(json, StandardCharsets.UTF_8) + "\n");
      }
    }
  }
}
