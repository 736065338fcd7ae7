package dev.margrave.k8s.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.margrave.k8s.manifest.Kustomize;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The images, as they are built without a Docker daemon. */
class ImageTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long LARGEST_ORCHESTRATOR = 250_000_000;
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Path DOCKERFILE = Kustomize.CHECKOUT.resolve("images/Dockerfile");
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  @TempDir private Path folder;

  @BeforeAll
  static void assumePossible() {
    Trees.assumePossible("unshare", "setpriv", "chroot");
  }

  @Test
  void anOrchestratorsTreeHasNoEngineNoShellAndNobodyElsesRights() throws Exception {
    Path tree = Trees.assembled("orchestrator");
    List<Path> files;
    try (Stream<Path> all = Files.walk(tree)) {
      files = all.toList();
    }
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
      String name = file.getFileName().toString();
      assertFalse(name.matches("(nd4j|deeplearning4j|javacpp|openblas).*"), name);
      assertFalse(Set.of("sh", "bash", "dash", "busybox").contains(name), name);
      int mode = (int) Files.getAttribute(file, "unix:mode");
      assertEquals(0, mode & 06000, () -> file + " gives rights");
      boolean data = file.equals(tree.resolve("data"));
      assertEquals(data ? 10_001 : 0, Files.getAttribute(file, "unix:uid"), file::toString);
    }
    assertTrue(bytes > 0 && bytes < LARGEST_ORCHESTRATOR, bytes + " bytes");
  }

  @Test
  void anOrchestratorInItsTreeBecomesReadyAndEndsWhenAsked() throws Exception {
    becomesReady(Trees.assembled("orchestrator"), "orchestrator");
  }

  @Test
  void aCommandThatTrainsSaysThatTheOrchestratorsImageCannot() throws Exception {
    Path log = folder.resolve("log");
    Container container =
        start(Trees.assembled("orchestrator"), "orchestrator", List.of("quickstart"), log);
    awaitEnd(container);
    String said = Files.readString(log);
    assertEquals(2, container.exitCode(), said);
    assertTrue(said.contains("no training engine is installed here"), said);
    assertFalse(said.contains("Exception"), said);
  }

  @Test
  void aWorkerInItsTreeLoadsItsEngine() throws Exception {
    Path log = folder.resolve("log");
    Container container =
        start(
            Trees.assembled("worker"),
            "worker",
            List.of("worker", "--data-dir", "/var/lib/margrave"),
            log);
    try {
      await(() -> !container.isAlive() || Files.readString(log).contains("HAVE_ONEDNN"), log);
      assertTrue(container.isAlive(), () -> text(log));
    } finally {
      container.terminate();
      awaitEnd(container);
    }
    assertTrue(Set.of(0, 143).contains(container.exitCode()), () -> text(log));
  }

  @Test
  void buildahMakesAnImageWhoseLastLayerAloneIsTheProgram() throws Exception {
    Trees.assumePossible("buildah");
    Path archive = folder.resolve("image.tar");
    Path log = folder.resolve("log");
    List<String> build =
        List.of(
            Kustomize.CHECKOUT.resolve("images/build").toString(),
            "orchestrator",
            "--output",
            archive.toString());
    assertEquals(0, Trees.run(build, log), () -> text(log));
    Path unpacked = Files.createDirectories(folder.resolve("unpacked"));
    unpack(archive, unpacked);
    JsonNode manifest = JSON.readTree(unpacked.resolve("manifest.json").toFile()).get(0);
    JsonNode image = JSON.readTree(unpacked.resolve(manifest.get("Config").asText()).toFile());
    ImageFile file = ImageFile.of(DOCKERFILE, "orchestrator");
    assertEquals(file.user() + ":" + file.user(), image.at("/config/User").asText());
    assertEquals(file.entryPoint(), JSON.convertValue(image.at("/config/Entrypoint"), List.class));
    assertTrue(image.at("/config/Healthcheck").isMissingNode());
    assertEquals("[]", image.at("/config/Cmd").toString());

    List<Set<String>> layers = new ArrayList<>();
    Path root = Files.createDirectories(folder.resolve("tree/base"));
    Files.createDirectories(folder.resolve("tree/libraries"));
    Files.createDirectories(folder.resolve("tree/program"));
    for (JsonNode layer : manifest.get("Layers")) {
      Path one = Files.createDirectories(folder.resolve("layer-" + layers.size()));
      unpack(unpacked.resolve(layer.asText()), one);
      unpack(unpacked.resolve(layer.asText()), root);
      try (Stream<Path> files = Files.walk(one)) {
        layers.add(
            files
                .filter(Files::isRegularFile)
                .map(each -> one.relativize(each).toString())
                .collect(Collectors.toSet()));
      }
    }
    assertEquals(4, layers.size());
    for (int i = 0; i < layers.size(); i++) {
      boolean last = i == layers.size() - 1;
      boolean program =
          layers.get(i).stream().anyMatch(each -> each.startsWith("opt/margrave/program/"));
      assertEquals(last, program, "layer " + i);
    }
    becomesReady(folder.resolve("tree"), "orchestrator");
  }

  private static void unpack(Path archive, Path to) throws IOException {
    List<String> command = List.of("tar", "-xpf", archive.toString(), "-C", to.toString());
    assertEquals(0, Trees.run(command, to.resolveSibling(to.getFileName() + ".tar.log")));
  }

  private void becomesReady(Path tree, String role) throws Exception {
    Path log = folder.resolve("orchestrator.log");
    List<Integer> ports = Ports.free(3);
    List<String> command =
        new ArrayList<>(List.of("orchestrator", "--data-dir", "/var/lib/margrave"));
    for (String setting :
        List.of(
            "margrave.cluster.port=" + ports.get(0),
            "margrave.cluster.management.enabled=true",
            "margrave.cluster.management.port=" + ports.get(1),
            "margrave.http.port=" + ports.get(2))) {
      command.addAll(List.of("--set", setting));
    }
    Container container = start(tree, role, command, log);
    try {
      URI ready = URI.create("http://127.0.0.1:%d/ready".formatted(ports.get(1)));
      await(() -> !container.isAlive() || status(ready) == 200, log);
      assertTrue(container.isAlive(), () -> text(log));
    } finally {
      container.terminate();
      awaitEnd(container);
    }
    assertTrue(Set.of(0, 143).contains(container.exitCode()), () -> text(log));
  }

  /** As a pod would be: nothing can be written but the data directory and /tmp. */
  private Container start(Path tree, String image, List<String> arguments, Path log)
      throws IOException {
    ImageFile file = ImageFile.of(DOCKERFILE, image);
    List<Container.Bind> binds = new ArrayList<>();
    for (String path : List.of("/var/lib/margrave", "/tmp")) {
      Path made = Files.createDirectories(folder.resolve("volumes" + path));
      Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxrwxrwx"));
      binds.add(new Container.Bind(made, path, false));
    }
    binds.add(new Container.Bind(Path.of("/etc/hosts"), "/etc/hosts", true));
    List<String> command = new ArrayList<>(file.entryPoint());
    command.addAll(arguments);
    return Container.start(
        new Container.Plan(
            tree,
            folder.resolve("mounts"),
            "",
            file.user(),
            binds,
            file.environment(),
            command,
            log));
  }

  private interface Check {
    boolean holds() throws IOException;
  }

  private static void await(Check check, Path log) throws Exception {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (!check.holds()) {
      assertTrue(System.nanoTime() < end, () -> text(log));
      Thread.sleep(100);
    }
  }

  private static void awaitEnd(Container container) throws InterruptedException {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (container.isAlive() && System.nanoTime() < end) {
      Thread.sleep(50);
    }
    boolean late = container.isAlive();
    container.kill();
    assertFalse(late, "it did not end by itself");
  }

  private static int status(URI uri) {
    try {
      return HTTP.send(
              HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException e) {
      return -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  private static String text(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
