package dev.margrave.orchestrator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import dev.margrave.orchestrator.experiment.ExperimentRegistry;
import dev.margrave.orchestrator.journal.JournalRetry;
import dev.margrave.orchestrator.journal.JournalSettings;
import dev.margrave.orchestrator.journal.Secret;
import dev.margrave.orchestrator.schedule.SchedulerSettings;
import dev.margrave.orchestrator.stage.LeaseSettings;
import dev.margrave.orchestrator.stage.RetrySettings;
import dev.margrave.orchestrator.stage.StageSettings;
import dev.margrave.orchestrator.view.ViewSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrchestratorSettingsTest {
  private static OrchestratorSettings read(String text) {
    return OrchestratorSettings.of(
        ConfigFactory.parseString("margrave.orchestrator {" + text + "}")
            .withFallback(ConfigFactory.load()));
  }

  @Test
  void defaults() {
    assertEquals(
        new OrchestratorSettings(
            new ExperimentRegistry.Limits(10_000, 10_000),
            new StageSettings(
                new RetrySettings(Duration.ofSeconds(1), Duration.ofSeconds(60), 0.2, false),
                new LeaseSettings(
                    false, Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(1)),
                Duration.ofSeconds(10),
                10_000),
            256,
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            new SchedulerSettings(
                100_000,
                Duration.ofMillis(20),
                Duration.ofSeconds(2),
                Duration.ofSeconds(6),
                Duration.ofMinutes(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                3,
                Duration.ofMinutes(10)),
            new ViewSettings(Duration.ofMillis(100)),
            new JournalSettings(
                Optional.empty(),
                3,
                Duration.ofSeconds(1),
                new JournalRetry(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2))),
        read(""));
  }

  @Test
  void everyKeyIsRead() {
    assertEquals(
        new OrchestratorSettings(
            new ExperimentRegistry.Limits(1, 2),
            new StageSettings(
                new RetrySettings(Duration.ofSeconds(4), Duration.ofSeconds(5), 0.6, false),
                new LeaseSettings(
                    false, Duration.ofSeconds(14), Duration.ofSeconds(16), Duration.ofSeconds(15)),
                Duration.ofSeconds(7),
                3),
            18,
            Duration.ofSeconds(7),
            Duration.ofSeconds(8),
            new SchedulerSettings(
                9,
                Duration.ofSeconds(10),
                Duration.ofSeconds(21),
                Duration.ofSeconds(22),
                Duration.ofSeconds(27),
                Duration.ofSeconds(23),
                Duration.ofSeconds(24),
                25,
                Duration.ofSeconds(26)),
            new ViewSettings(Duration.ofSeconds(11)),
            new JournalSettings(
                Optional.of(
                    new JournalSettings.Server(
                        "jdbc:postgresql://db/margrave",
                        "m",
                        new Secret("s3cret"),
                        Duration.ofSeconds(14),
                        Duration.ofSeconds(15))),
                12,
                Duration.ofSeconds(13),
                new JournalRetry(Duration.ofSeconds(16), Duration.ofSeconds(17), 0.8))),
        read(
            """
            maximum-experiments = 1, maximum-stages = 2, maximum-evaluations = 3, stages-in-flight = 18
            lease = 14 s
            reattach = 16 s
            repeat-every = 15 s
            retry { initial-delay = 4 s, maximum-delay = 5 s, jitter = 0.6 }
            ask-again = 7 s, journal-timeout = 8 s
            scheduler { maximum-queue = 9, settle = 10 s, listen = 21 s, unreachable-after = 22 s, forget-after = 27 s
              reservation-grace = 23 s, patience = 24 s, exclude-after = 25, exclude-for = 26 s }
            views.interval = 11 s
            journal { connections = 12, sync-interval = 13 s, url = "jdbc:postgresql://db/margrave"
              user = m, password = s3cret, connect-timeout = 14 s, answer-timeout = 15 s
              retry { initial-delay = 16 s, maximum-delay = 17 s, jitter = 0.8 } }
            """));
  }

  @Test
  void typosAndBadValuesAreRefusedTogether() {
    assertEquals(
        "margrave.orchestrator.retry.jiter is not known;"
            + " margrave.orchestrator.maximum-stages = 0: at least 1 is wanted;"
            + " margrave.orchestrator.retry.jitter = 2.0: 0 to 1 is wanted;"
            + " margrave.orchestrator.views.interval: a time with its unit is wanted, as in 10 s",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    read(
                        "retry.jiter = 1, retry.jitter = 2, maximum-stages = 0, views.interval ="
                            + " soon"))
            .getMessage());
  }

  @Test
  void thePasswordMayStandInAFileAndIsNeverShown(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("password"), "s3cret\n");
    var server =
        read("journal { url = \"jdbc:postgresql://db/m\", password-file = \"" + file + "\" }")
            .journal()
            .server()
            .orElseThrow();
    assertEquals(new Secret("s3cret"), server.password());
    assertFalse(server.toString().contains("s3cret"), server.toString());
  }

  @Test
  void aServerThatCannotBeIsRefused() {
    assertEquals(
        "margrave.orchestrator.journal.url = 'mysql://db': jdbc:postgresql://host/database, or"
            + " nothing, is wanted; margrave.orchestrator.journal.password and"
            + " journal.password-file: one of them is wanted;"
            + " margrave.orchestrator.journal.password-file = 'none': it cannot be read",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    read(
                        "journal { url = \"mysql://db?password=x\", password = a, password-file ="
                            + " none }"))
            .getMessage());
  }
}
