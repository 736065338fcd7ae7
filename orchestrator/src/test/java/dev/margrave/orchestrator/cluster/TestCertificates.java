package dev.margrave.orchestrator.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Certificates for tests, by {@code scripts/make-test-ca}. */
final class TestCertificates {
  private TestCertificates() {}

  private record Ended(int status, String output, String errors) {}

  /** An authority, and a key and certificate for each name. */
  static void make(Path directory, String... names) throws IOException, InterruptedException {
    assumeTrue(run(List.of("sh", "-c", "command -v openssl")).status() == 0, "no openssl is here");
    Ended ended = run(script(directory, names));
    assertEquals("", ended.errors());
    assertEquals(0, ended.status());
  }

  /** What the script says when it does not do it. */
  static String refusal(Path directory, String... names) throws IOException, InterruptedException {
    Ended ended = run(script(directory, names));
    assertNotEquals(0, ended.status());
    assertEquals("", ended.output());
    return ended.errors();
  }

  static void openssl(Object... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("openssl"));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Ended ended = run(command);
    assertEquals(0, ended.status(), ended::errors);
  }

  private static List<String> script(Path directory, String... names) {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("scripts/make-test-ca"))) {
      root = root.getParent();
    }
    List<String> command = new ArrayList<>();
    command.add(root.resolve("scripts/make-test-ca").toString());
    command.add(directory.toString());
    command.addAll(List.of(names));
    return command;
  }

  private static Ended run(List<String> command) throws IOException, InterruptedException {
    Path errors = Files.createTempFile("margrave-test", ".err");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.to(errors.toFile()))
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ended(process.waitFor(), output, Files.readString(errors));
    } finally {
      Files.delete(errors);
    }
  }
}
