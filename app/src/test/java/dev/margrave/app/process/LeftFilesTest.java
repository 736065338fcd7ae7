package dev.margrave.app.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link ChaosTest} looks for is found. */
class LeftFilesTest {
  private static final String STAGE = "chaos/full-0";

  @TempDir Path artefacts;

  private static StageJournal.Entry entry(int number, String json) throws IOException {
    return new StageJournal.Entry(number, 0, new ObjectMapper().readTree(json));
  }

  private static StageJournal.Entry committed(int number, String name) throws IOException {
    return entry(
        number,
        """
        {"event": "stage-checkpoint-committed",
         "checkpoint": {"artefact": {"path": "%s/%s", "sha256": "0"}}}
        """
            .formatted(STAGE, name));
  }

  private void file(String name) throws IOException {
    Path file = artefacts.resolve(STAGE).resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, name);
  }

  private Map<String, List<StageJournal.Entry>> ended() throws IOException {
    for (String name :
        List.of(
            "checkpoint-5-1.ckpt", "checkpoint-9-2.ckpt", "witness-sampled-2.npy", "samples.png")) {
      file(name);
    }
    return Map.of(
        STAGE,
        List.of(
            committed(1, "checkpoint-2-1.ckpt"),
            committed(2, "checkpoint-5-1.ckpt"),
            committed(3, "checkpoint-9-2.ckpt"),
            entry(
                4,
                """
                {"event": "stage-attempt-ended",
                 "outcome": {"result": {"witnessSampled":
                     {"path": "%s/witness-sampled-2.npy", "sha256": "0"}}}}
                """
                    .formatted(STAGE))));
  }

  @Test
  void whatIsKeptAndNamedIsExpected() throws IOException {
    LeftFiles.check(artefacts, ended());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "witness-sampled.npy",
        "leaderboard-1.json",
        "checkpoint-2-1.ckpt",
        "samples.png.worker-1.part"
      })
  void everythingElseIsLeftOver(String name) throws IOException {
    Map<String, List<StageJournal.Entry>> stages = ended();
    file(name);
    AssertionError found =
        assertThrows(AssertionError.class, () -> LeftFiles.check(artefacts, stages));
    assertEquals("expected: <[]> but was: <[" + STAGE + "/" + name + "]>", found.getMessage());
  }
}
