package dev.margrave.app.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ServiceProcessTest {
  @TempDir Path folder;

  /** Whoever starts it first: its release, or the restart that its end brought about. */
  @Test
  void oneThatIsReleasedAtOnceLivesOnce() throws Exception {
    List<String> arguments =
        List.of(
            "worker",
            "--data-dir",
            folder.resolve("worker").toString(),
            "--set",
            "margrave.worker.orchestrators=[\"127.0.0.1:1\"]");
    try (ServiceProcess service = ServiceProcess.start("worker", 256, folder, arguments)) {
      service.killAndHold();
      service.release();
      assertEquals(2, service.starts());
      long pid = service.pid();
      // Longer than a restart waits.
      TimeUnit.SECONDS.sleep(1);
      assertEquals(2, service.starts());
      assertEquals(pid, service.pid());
    }
  }
}
