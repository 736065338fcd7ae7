package dev.margrave.app.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.app.ExitCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A setting that only the actor system reads ends the start with a sentence too. */
@Timeout(60)
class BadSettingsTest {
  @TempDir Path folder;

  @Test
  void anOrchestratorSaysWhatIsWrong() throws Exception {
    try (MargraveProcess process =
        MargraveProcess.start(
            folder,
            "orchestrator",
            "--data-dir",
            folder.resolve("data"),
            "--set",
            "margrave.metrics.maximum-series=-1")) {
      assertEquals(ExitCode.BAD_INPUT, process.exitCode(), process::toString);
      assertTrue(
          process
              .err()
              .contains(
                  "margrave.metrics.maximum-series is -1; a whole number from 0 on is wanted"),
          process::toString);
    }
  }
}
