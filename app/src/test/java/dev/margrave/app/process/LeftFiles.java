package dev.margrave.app.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.margrave.protocol.artefact.DirectoryArtefactStore;
import dev.margrave.protocol.artefact.SmallFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What may lie in the artefact directory when all is over. */
final class LeftFiles {
  private static final int KEPT_CHECKPOINTS = 2;
  private static final Duration SOON = Duration.ofSeconds(20);

  private LeftFiles() {}

  /**
   * No temporary file, and of each stage nothing but the checkpoints that the journal keeps, what
   * its result names and the small files.
   */
  static void check(Path artefacts, Map<String, List<StageJournal.Entry>> stages)
      throws IOException {
    TreeSet<String> unexpected = new TreeSet<>();
    try (Stream<Path> files = Files.walk(artefacts)) {
      files
          .filter(file -> file.toString().endsWith(".part"))
          .forEach(file -> unexpected.add(artefacts.relativize(file).toString()));
    }
    for (Map.Entry<String, List<StageJournal.Entry>> stage : stages.entrySet()) {
      Set<String> kept = new TreeSet<>(kept(stage.getValue()));
      named(stage.getValue()).forEach(artefact -> kept.add(artefact.get("path").asText()));
      try (Stream<Path> files = Files.list(artefacts.resolve(stage.getKey()))) {
        files
            .map(file -> artefacts.relativize(file).toString())
            .filter(path -> !SmallFile.isSmall(path) && !kept.contains(path))
            .forEach(unexpected::add);
      }
    }
    assertEquals(new TreeSet<String>(), unexpected);
  }

  /** The same, soon: a superseded attempt that stood still deletes what it wrote when it woke. */
  static void checkSoon(Path artefacts, Map<String, List<StageJournal.Entry>> stages)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + SOON.toNanos();
    while (true) {
      try {
        check(artefacts, stages);
        return;
      } catch (AssertionError | UncheckedIOException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(100);
      }
    }
  }

  /** What the results name is there, and as it was when it was named. */
  static void checkResults(Path artefacts, Map<String, List<StageJournal.Entry>> stages)
      throws IOException {
    for (List<StageJournal.Entry> events : stages.values()) {
      for (JsonNode artefact : named(events)) {
        Path file = artefacts.resolve(artefact.get("path").asText());
        assertEquals(
            artefact.get("sha256").asText(), DirectoryArtefactStore.sha256(file), file::toString);
      }
    }
  }

  /** The artefacts of the stage's result. */
  private static List<JsonNode> named(List<StageJournal.Entry> events) {
    JsonNode outcome = events.get(events.size() - 1).event().get("outcome");
    return outcome.findParents("sha256").stream().filter(parent -> parent.has("path")).toList();
  }

  private static List<String> kept(List<StageJournal.Entry> events) {
    List<String> committed = new ArrayList<>();
    for (StageJournal.Entry entry : events) {
      if (entry.is("stage-checkpoint")) {
        String path = entry.event().get("checkpoint").get("artefact").get("path").asText();
        committed.remove(path);
        if (entry.is("stage-checkpoint-committed")) {
          committed.add(path);
        }
      }
    }
    return committed.subList(Math.max(0, committed.size() - KEPT_CHECKPOINTS), committed.size());
  }
}
