package dev.margrave.k8s.container;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.margrave.k8s.manifest.Kustomize;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Trees of images, as {@code images/assemble} makes them of what was just built. */
public final class Trees {
  private static final Path CHECKOUT = Kustomize.CHECKOUT;
  private static final Path FOLDER = CHECKOUT.resolve("k8s/target/trees");
  private static final String VERSION_FILE = "dev/margrave/app/version.properties";

  private Trees() {}

  /** What starting a container takes, and the pods of a rehearsal. */
  private static final String PROBE =
      """
      set -e
      cd "$1"
      mkdir low up work root
      mount -t overlay overlay -o lowerdir=low,upperdir=up,workdir=work root
      ! command -v nft >/dev/null || { ip link add one type veth peer name other; nft list ruleset; }
      """;

  /** Skips a test where containers cannot be started. */
  public static void assumePossible(String... tools) {
    assumeTrue(
        "root".equals(System.getProperty("user.name")), "only root may start containers here");
    for (String tool : tools) {
      assumeTrue(
          Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
              .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool))),
          () -> tool + " is not there");
    }
    assumeTrue(probe(), "no namespaces, or no mounts in them, can be made here");
  }

  private static boolean probe() {
    try {
      Path folder = Files.createTempDirectory("margrave-probe");
      List<String> command =
          List.of("unshare", "--mount", "--net", "--pid", "--fork", "bash", "-c", PROBE, "probe");
      try {
        return status(
                Stream.concat(command.stream(), Stream.of(folder.toString()))
                    .toArray(String[]::new))
            == 0;
      } finally {
        status("rm", "-rf", folder.toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int status(String... command) {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      return -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  /** Of the project. */
  public static String version() {
    try {
      return Files.readString(CHECKOUT.resolve("pom.xml"))
          .lines()
          .filter(line -> line.contains("<version>"))
          .findFirst()
          .orElseThrow()
          .replaceAll(".*<version>(.*)</version>.*", "$1");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The tree of a role, made once for all tests of this process. */
  public static synchronized Path assembled(String role) throws IOException {
    Path tree = FOLDER.resolve(role + "-" + ProcessHandle.current().pid());
    if (!Files.exists(tree)) {
      if (Files.exists(FOLDER)) {
        delete(role);
      }
      Files.createDirectories(FOLDER);
      Path log = FOLDER.resolve(role + ".log");
      Path making = FOLDER.resolve(role + "-unfinished");
      int status =
          run(
              List.of(CHECKOUT.resolve("images/assemble").toString(), role, making.toString()),
              log);
      if (status != 0) {
        throw new IllegalStateException(Files.readString(log));
      }
      Files.move(making, tree);
    }
    return tree;
  }

  /** What earlier processes left. */
  private static void delete(String role) throws IOException {
    try (Stream<Path> old = Files.list(FOLDER)) {
      for (Path tree :
          old.filter(each -> each.getFileName().toString().startsWith(role + "-")).toList()) {
        status("rm", "-rf", tree.toString());
      }
    }
  }

  /** Copies a tree, whose program calls itself another version there. */
  public static void copyAs(Path tree, Path copy, String version) throws IOException {
    Files.createDirectories(copy);
    for (String layer : List.of("base", "libraries")) {
      Files.createSymbolicLink(copy.resolve(layer), tree.resolve(layer));
    }
    status("cp", "-a", tree.resolve("program").toString(), copy.toString());
    try (Stream<Path> jars = Files.list(copy.resolve("program/opt/margrave/program"))) {
      Path app =
          jars.filter(jar -> jar.getFileName().toString().startsWith("margrave-app-"))
              .findFirst()
              .orElseThrow();
      try (FileSystem jar = FileSystems.newFileSystem(app, Map.of())) {
        Files.writeString(jar.getPath(VERSION_FILE), "version=" + version);
      }
    }
  }

  /** Runs a command to its end; what it says goes to a log. */
  public static int run(List<String> command, Path log) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("OMP_NUM_THREADS", "1");
    builder.environment().put("OPENBLAS_CORETYPE", "Haswell");
    Process process = builder.start();
    process.getOutputStream().close();
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      // Not by a signal that unshare holds back; a script's programs would go on without it.
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
