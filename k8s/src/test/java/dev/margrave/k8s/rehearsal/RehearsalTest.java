package dev.margrave.k8s.rehearsal;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.margrave.k8s.container.Trees;
import dev.margrave.k8s.manifest.Kustomize;
import dev.margrave.k8s.manifest.Rendering;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** See {@link Rehearsal}. */
class RehearsalTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path CHECKOUT = Kustomize.CHECKOUT;
  private static final String DUMP = "Full thread dump";
  private static final String NEXT = "0.1.1-REHEARSAL";

  /** What depends on how often and how fast something was tried. */
  private static final List<String> EFFORT = List.of("attempts", "seconds", "imagesPerSecond");

  private static final String SPEC =
      """
      experiment {
        name = rehearsal
        dataset { name = shapes, train = 4000, evaluate = 1000 }
        seeds = [0, 1]
        teacher { components = [16], pca = [32] }
        vae { latent = 32, channels = [16, 32, 64] }
        training { epochs = 10, batch = 64, learning-rate = 2e-3, checkpoint-every = 3 s }
        arms = [full, ablation, rescue]
      }
      """;

  @TempDir private static Path folder;

  private static JsonNode summary;
  private static JsonNode rehearsed;

  @BeforeAll
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  static void rehearse() throws Exception {
    Trees.assumePossible("ip", "nft", "unshare", "openssl");
    String version = Trees.version();
    Path trees = Files.createDirectories(folder.resolve("trees"));
    for (String role : List.of("orchestrator", "worker")) {
      Path tree = Trees.assembled(role);
      Files.createSymbolicLink(trees.resolve("margrave-" + role + "-" + version), tree);
      Trees.copyAs(tree, trees.resolve("margrave-" + role + "-" + NEXT), NEXT);
    }
    String prod = Rendering.overlay("prod").yaml();
    Path manifests = Files.writeString(folder.resolve("prod.yaml"), prod);
    String tags = "(image: margrave-[a-z]+):" + version.replace(".", "\\.");
    Path next = Files.writeString(folder.resolve("next.yaml"), prod.replaceAll(tags, "$1:" + NEXT));
    Path spec = Files.writeString(folder.resolve("rehearsal.conf"), SPEC);

    List<String> command =
        new ArrayList<>(List.of("unshare", "--net", "--mount", "--pid", "--fork"));
    command.addAll(List.of("--mount-proc", "--kill-child"));
    command.addAll(List.of(java(), "-cp", System.getProperty("surefire.test.class.path")));
    command.add(Rehearsal.class.getName());
    for (Path argument : List.of(manifests, next, spec, folder, trees, CHECKOUT)) {
      command.add(argument.toString());
    }
    Path log = folder.resolve("rehearsal.log");
    int status = Trees.run(command, log);
    assertEquals(0, status, () -> story(log));
    summary = JSON.readTree(folder.resolve("summary.json").toFile());
    rehearsed = JSON.readTree(folder.resolve("report/results.json").toFile());
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** What happened, and the last words of each container. */
  private static String story(Path log) {
    try (var files = Files.walk(Files.createDirectories(folder.resolve("pods")), 2)) {
      StringBuilder story = new StringBuilder(Files.readString(log));
      for (Path file : files.filter(each -> each.endsWith("container.log")).sorted().toList()) {
        List<String> lines = Files.readAllLines(file);
        // Of one that was killed, where its threads stood.
        int shown = lines.stream().anyMatch(line -> line.startsWith(DUMP)) ? 1000 : 25;
        story.append("\n== ").append(file.getParent().getFileName()).append('\n');
        story.append(
            String.join("\n", lines.subList(Math.max(0, lines.size() - shown), lines.size())));
      }
      return story.toString();
    } catch (IOException e) {
      return log + ": " + e;
    }
  }

  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void theCertificatesAreThoseOfAnUndisturbedRun() throws Exception {
    Path spec = folder.resolve("rehearsal.conf");
    Path out = folder.resolve("undisturbed");
    Path log = folder.resolve("undisturbed.log");
    List<String> command =
        List.of(
            java(),
            "-XX:+UseSerialGC",
            "-cp",
            Containers.classPath(Trees.assembled("worker")),
            "dev.margrave.app.Main",
            "run",
            spec.toString(),
            "--no-page",
            "--data-dir",
            folder.resolve("data").toString(),
            "--out",
            out.toString());
    int status = Trees.run(command, log);
    // A gate that does not pass is a result too, and then the same one.
    assertTrue(status <= 1, () -> story(log));
    JsonNode undisturbed = JSON.readTree(out.resolve("results.json").toFile());
    assertEquals(6, undisturbed.get("arms").size());
    assertEquals(comparable(undisturbed), comparable(rehearsed));
  }

  private static JsonNode comparable(JsonNode results) {
    JsonNode arms = results.get("arms").deepCopy();
    for (JsonNode arm : arms) {
      ((ObjectNode) arm).remove(EFFORT);
      // Of the program that ended it: the new one for most.
      ((ObjectNode) arm.get("provenance")).remove("margraveVersion");
    }
    return arms;
  }

  @Test
  void thePodsFormedOneClusterOnce() {
    assertAll(
        () -> assertEquals(3, summary.get("members").asInt()),
        () -> assertEquals(1, summary.get("clustersFormed").asInt()));
  }

  @Test
  void theNewVersionRanEverywhereBeforeTheEnd() {
    assertEquals("running", summary.get("runningAfterTheRoll").asText());
    assertEquals(5, summary.get("versions").size());
    summary.get("versions").forEach(version -> assertTrue(version.asText().startsWith(NEXT)));
  }

  @Test
  void whoeverWasToldToEndDidSoInTime() {
    // Three and two were rolled over, and as many ended with the rehearsal.
    assertEquals(10, summary.get("ended").size());
    for (JsonNode one : summary.get("ended")) {
      assertFalse(
          one.get("end").get("killed").asBoolean(),
          () -> one + "\n" + story(folder.resolve("rehearsal.log")));
      assertTrue(List.of(0, 143).contains(one.get("end").get("exitCode").asInt()), one::toString);
    }
  }

  @Test
  void noContainerFailed() {
    summary.get("restarts").forEach(count -> assertEquals(0, count.asInt()));
  }

  @Test
  void whatWasLostWasTrainedAgain() {
    // Two pods of workers were rolled over, and one was lost.
    int attempts = 0;
    for (JsonNode list : List.of(rehearsed.get("arms"), rehearsed.get("teachers"))) {
      for (JsonNode row : list) {
        attempts += row.get("attempts").asInt() - 1;
      }
    }
    assertTrue(attempts >= 1, rehearsed::toString);
    assertEquals("finished", summary.get("state").asText());
  }

  @Test
  void memoryStaysBelowTheLimits() {
    // Of all pods that ever were: two were lost, five rolled over.
    assertEquals(12, summary.get("memory").size());
    for (JsonNode one : summary.get("memory")) {
      long peak = one.get("peakBytes").asLong();
      assertTrue(peak > 0 && peak < one.get("limitBytes").asLong(), one::toString);
    }
  }

  @Test
  void theRoleSufficesAndOnlyOrchestratorsUseIt() {
    assertEquals("[\"margrave-orchestrator list pods\"]", summary.get("apiServed").toString());
    assertEquals("[]", summary.get("apiRefused").toString());
  }

  @Test
  void thePoliciesLetThroughWhatTheyShould() {
    // A pod of another namespace, then a worker.
    assertEquals(
        "{\"orchestrator:25520\":false,\"orchestrator:8558\":false,\"orchestrator:8080\":true,"
            + "\"worker:25521\":false,\"worker:9464\":false}",
        summary.get("strangerReaches").toString());
    assertEquals(
        "{\"orchestrator:25520\":true,\"orchestrator:8558\":false,\"worker:25521\":false}",
        summary.get("workerReaches").toString());
  }
}
