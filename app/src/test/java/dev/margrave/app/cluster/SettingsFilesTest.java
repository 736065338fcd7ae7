package dev.margrave.app.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.margrave.app.Cli;
import dev.margrave.app.ExitCode;
import dev.margrave.app.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFilesTest {
  private static final String SECRET = "n0body-may-see-this";

  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Config load(Path... files) {
    return SettingsFiles.load(List.of(files), List.of());
  }

  /** What is said, with {@code @} for the folder. */
  private String refused(List<Path> files, String... overrides) {
    UserException refused =
        assertThrows(
            UserException.class, () -> SettingsFiles.load(files, List.of(overrides)).isEmpty());
    assertEquals(ExitCode.BAD_INPUT, refused.exitCode());
    return refused.getMessage().replace(folder + "/", "@");
  }

  @Test
  void laterFilesGoOverEarlierOnesAndOverridesOverAll() throws IOException {
    Path one =
        file(
            "one.conf",
            """
            margrave.cluster { host = a, port = 1 }
            margrave.http.port = 1
            margrave.worker.name = "w-"${margrave.cluster.host}
            """);
    Path two = file("two.conf", "margrave { cluster { host = b, port = 2 } }");
    Config config =
        SettingsFiles.load(
            List.of(one, two), List.of("margrave.cluster.port=3", "margrave.cluster.port=4"));
    assertEquals("b", config.getString("margrave.cluster.host"));
    assertEquals(4, config.getInt("margrave.cluster.port"));
    assertEquals(1, config.getInt("margrave.http.port"));
    assertEquals("w-b", config.getString("margrave.worker.name"));
    assertEquals("b", config.getString("margrave.cluster.bind-host"));
    assertEquals(Duration.ofSeconds(5), config.getDuration("margrave.orchestrator.lease"));
  }

  @Test
  void withoutAnyThereAreTheDefaults() {
    assertEquals(ConfigFactory.load(ConfigFactory.empty()), load());
  }

  @Test
  void substitutionsSeeTheOtherFilesAndTheEnvironment() throws IOException {
    Path values = file("values.conf", "margrave.artefacts.location = ${PATH}");
    Path uses =
        file(
            "uses.conf",
            """
            margrave.cluster.tls.key = ${margrave.artefacts.location}
            margrave.orchestrator.journal { password = "", password = ${?NOBODY_SETS_THIS} }
            margrave.worker.orchestrators += "10.0.0.1:25520"
            """);
    Config config = load(uses, values);
    assertEquals(System.getenv("PATH"), config.getString("margrave.cluster.tls.key"));
    assertEquals("", config.getString("margrave.orchestrator.journal.password"));
    assertEquals(
        List.of("127.0.0.1:25520", "10.0.0.1:25520"),
        config.getStringList("margrave.worker.orchestrators"));
  }

  @Test
  void everyProblemIsSaidWithItsPlace() throws IOException {
    file("included.conf", "margrave.worker {\n  slotz = 1\n}\n");
    Path one =
        file(
            "one.conf",
            """
            include "included.conf"
            cluster { port = 3 }
            margrave {
              cluster { hots = a, port = "many" }
              clusters = 1
              http { history = 4, tokens = none }
              worker.host { name = a }
              artefacts.s3 { path-style = maybe, attempts = 1.5, cache-bytes = much }
              orchestrator { lease = true, retry.jitter = big }
              metrics.retention = null
              experiment-defaults.seeds = [1]
            }
            frobnicate = 1
            akka.whatever = 1
            """);
    assertEquals(
        """
        the settings have 17 problems:
          --set margrave.worker.gpu: unknown key 'margrave.worker.gpu'; did you mean 'gpus'?
          @included.conf:2: unknown key 'margrave.worker.slotz'; did you mean 'slots'?
          @one.conf:2: unknown key 'cluster'; did you mean 'margrave.cluster'?
          @one.conf:4: margrave.cluster.port is a text; a whole number is wanted
          @one.conf:4: unknown key 'margrave.cluster.hots'; did you mean 'host'?
          @one.conf:5: unknown key 'margrave.clusters'; did you mean 'cluster'?
          @one.conf:6: margrave.http.history is a number; a section { ... } is wanted
          @one.conf:6: margrave.http.tokens is a text; a list [ ... ] is wanted
          @one.conf:7: margrave.worker.host is a section; a text is wanted
          @one.conf:8: margrave.artefacts.s3.attempts is a number; a whole number is wanted
          @one.conf:8: margrave.artefacts.s3.cache-bytes is a text; a size, as 64 KiB, is wanted
          @one.conf:8: margrave.artefacts.s3.path-style is a text; true or false is wanted
          @one.conf:9: margrave.orchestrator.lease is true or false; a time, as 10 s, is wanted
          @one.conf:9: margrave.orchestrator.retry.jitter is a text; a number is wanted
          @one.conf:10: margrave.metrics.retention is null; a time, as 10 s, is wanted
          @one.conf:11: margrave.experiment-defaults is not for services; an experiment's file holds such keys
          @one.conf:13: unknown key 'frobnicate'; known are: akka, margrave""",
        refused(List.of(one), "margrave.worker.gpu=1"));
  }

  @Test
  void whatAReaderUnderstandsIsTaken() throws IOException {
    Path one =
        file(
            "one.conf",
            """
            margrave {
              cluster { port = "25521", exit-jvm = false, management.enabled = yes }
              orchestrator { lease = 5000, retry.jitter = 1, journal.password = 12345 }
              artefacts.s3.cache-bytes = 1000000
              http.maximum-body = "1 MiB"
              worker { name = 7, metrics.port = -1, hand-back-within = 2 minutes }
            }
            """);
    Config config = load(one);
    assertEquals(25_521, config.getInt("margrave.cluster.port"));
    assertFalse(config.getBoolean("margrave.cluster.exit-jvm"));
    assertTrue(config.getBoolean("margrave.cluster.management.enabled"));
  }

  @Test
  void aValueOfTheEnvironmentIsRefusedWhereItIsUsed() throws IOException {
    Path one = file("one.conf", "margrave.cluster.host = a\nmargrave.cluster.port = ${PATH}\n");
    assertEquals(
        "@one.conf:2: margrave.cluster.port is a text; a whole number is wanted",
        refused(List.of(one)));
  }

  @Test
  void aSectionThatIsSubstitutedIsReadToo() throws IOException {
    Path one =
        file(
            "one.conf",
            """
            akka.mine {
              hots = a
            }
            margrave.cluster = ${akka.mine}
            """);
    assertEquals(
        "@one.conf:2: unknown key 'margrave.cluster.hots'; did you mean 'host'?",
        refused(List.of(one)));
  }

  @Test
  void aDefaultThatFollowsAKeyIsNotToBlame() throws IOException {
    Path one = file("one.conf", "margrave.cluster.port = x\n");
    assertEquals(
        "@one.conf:1: margrave.cluster.port is a text; a whole number is wanted",
        refused(List.of(one)));
  }

  @Test
  void everyVariableThatIsMissingIsNamedWithItsPlace() throws IOException {
    Path one =
        file(
            "one.conf",
            """
            margrave {
              cluster.port = ${NOBODY_SETS_THIS}
              cluster.host = ${margrave.worker.hots}
              orchestrator.journal.url = "jdbc:postgresql://"${NOR_THIS}"/margrave"
              worker.slotz = ${NOR_THIS}
            }
            """);
    String missing =
        "${%1$s} has no value: no key and no environment variable is called so; set it, or write"
            + " ${?%1$s} where it may be missing";
    List<String> said = refused(List.of(one)).lines().map(String::strip).toList();
    assertEquals(
        List.of(
            "the settings have 4 problems:",
            "@one.conf:2: " + missing.formatted("NOBODY_SETS_THIS"),
            "@one.conf:3: " + missing.formatted("margrave.worker.hots"),
            "@one.conf:4: " + missing.formatted("NOR_THIS"),
            "@one.conf:5: unknown key 'margrave.worker.slotz'; did you mean 'slots'?"),
        said);
  }

  @Test
  void whatCannotBeReadSaysNothingOfItsValues() throws IOException {
    Path brace =
        file("brace.conf", "margrave.orchestrator.journal.password = a\nb { c = $" + SECRET);
    Path mixed = file("mixed.conf", "margrave.artefacts.s3.secret-key = " + SECRET + " [1]\n");
    Path late =
        file(
            "late.conf",
            "margrave.http.tokens = [1]\nmargrave.cluster.host = "
                + SECRET
                + " ${margrave.http.tokens}\n");
    Path circle = file("circle.conf", "akka.a = ${akka.b}\nakka.b = ${akka.a}\n");
    Path include = file("include.conf", "include required(\"nowhere.conf\")");
    Path wrong = file("wrong.conf", "margrave.cluster.port = " + SECRET);
    String hocon =
        "is no HOCON here, or just above: look for a bracket or a quote that is missing; a text with"
            + " special characters stands in double quotes";
    String mix = "texts, lists and sections cannot stand together in one value";
    String set = "--set margrave.orchestrator.journal.password";
    assertEquals("@brace.conf:2: " + hocon, refused(List.of(brace)));
    assertEquals("@mixed.conf:1: " + mix, refused(List.of(mixed)));
    assertEquals("@late.conf:2: " + mix, refused(List.of(late)));
    assertEquals(
        "@circle.conf:2: a substitution stands for itself, by way of others",
        refused(List.of(circle)));
    assertEquals(
        "nowhere.conf: is included by @include.conf, but cannot be read",
        refused(List.of(include)));
    assertEquals(
        "@wrong.conf:1: margrave.cluster.port is a text; a whole number is wanted",
        refused(List.of(wrong)));
    assertEquals(
        set + ": " + hocon,
        refused(List.of(), "margrave.orchestrator.journal.password=$" + SECRET));
    for (String separator : List.of(" ", ":")) {
      assertEquals(
          set + ": key=value is wanted, as --set margrave.cluster.port=25520",
          refused(List.of(), "margrave.orchestrator.journal.password" + separator + SECRET));
    }
  }

  @Test
  void filesThatAreNotThereAreNamedTogether() {
    Path nowhere = folder.resolve("nowhere.conf");
    assertEquals(
        """
        the settings have 2 problems:
          @nowhere.conf: there is no such file; give the path of a file with settings
          FOLDER: cannot be read; give a file with settings that this user may read"""
            .replace("FOLDER", folder.toString()),
        refused(List.of(nowhere, folder)));
  }

  @Test
  void theCommandsSayItWithoutATrace() throws IOException {
    Path one = file("one.conf", "margrave.cluster.hots = a\n");
    Path two = file("two.conf", "margrave.worker.slots = " + SECRET + "\n");
    for (String command : List.of("orchestrator", "worker")) {
      Cli.Said said =
          Cli.in(folder)
              .run(command, "--config", one, "--config", two, "--set", "margrave.http.port=x");
      assertEquals(ExitCode.BAD_INPUT, said.exitCode());
      assertEquals("", said.out());
      assertEquals(
          """
          margrave: the settings have 3 problems:
            --set margrave.http.port: margrave.http.port is a text; a whole number is wanted
            @one.conf:1: unknown key 'margrave.cluster.hots'; did you mean 'host'?
            @two.conf:1: margrave.worker.slots is a text; a whole number is wanted
          """,
          said.err().replace(folder + "/", "@"));
    }
  }
}
