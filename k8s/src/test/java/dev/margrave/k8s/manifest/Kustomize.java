package dev.margrave.k8s.manifest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Builds kustomizations, by the first tool that is there and new enough. */
public final class Kustomize {
  /** The top folder of the checkout. */
  public static final Path CHECKOUT = checkout();

  private static final Path PROBE = CHECKOUT.resolve("k8s/src/test/resources/kustomize");

  /** In the order in which they are tried; the last is where {@code ./verify} puts one. */
  private static final List<List<String>> TOOLS =
      List.of(
          List.of("kubectl", "kustomize"),
          List.of("kustomize", "build"),
          List.of(CHECKOUT.resolve("target/tools/kustomize").toString(), "build"));

  private final List<String> command;

  private Kustomize(List<String> command) {
    this.command = command;
  }

  /** A tool that works here, if there is one. */
  public static Optional<Kustomize> find() {
    return TOOLS.stream().map(Kustomize::new).filter(Kustomize::works).findFirst();
  }

  private boolean works() {
    try {
      return run(PROBE).status() == 0;
    } catch (IOException absent) {
      return false;
    }
  }

  /**
   * The objects of a folder's kustomization, as YAML.
   *
   * @throws IllegalArgumentException with what the tool says of it
   */
  public String build(Path folder) {
    try {
      Answer answer = run(folder);
      if (answer.status() != 0) {
        throw new IllegalArgumentException(folder + " does not build: " + answer.problem());
      }
      return answer.output();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Answer(int status, String output, String problem) {}

  private Answer run(Path folder) throws IOException {
    List<String> line = new ArrayList<>(command);
    line.add(folder.toString());
    Path problem = Files.createTempFile("kustomize", ".txt");
    Path said = Files.createTempFile("kustomize", ".yaml");
    try {
      Process process =
          new ProcessBuilder(line)
              .redirectError(problem.toFile())
              .redirectOutput(said.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IllegalStateException(String.join(" ", line) + " does not end");
      }
      return new Answer(
          process.exitValue(), Files.readString(said), Files.readString(problem).strip());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      Files.delete(problem);
      Files.delete(said);
    }
  }

  private static Path checkout() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve("k8s/base"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException("no folder above has k8s/base; run it in the checkout");
    }
    return folder;
  }

  @Override
  public String toString() {
    return String.join(" ", command);
  }
}
