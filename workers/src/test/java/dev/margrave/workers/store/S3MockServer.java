package dev.margrave.workers.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * An S3 server in a process of its own, one for all test classes that ask for it: it takes seconds
 * to start. It ends with the test run, and with this JVM however that ends.
 */
final class S3MockServer implements AutoCloseable {
  static final String BUCKET = "artefacts";

  private final Process process;
  private final Path folder;
  private final URI endpoint;

  private S3MockServer(Process process, Path folder, URI endpoint) {
    this.process = process;
    this.folder = folder;
    this.endpoint = endpoint;
  }

  /** Gives test classes the server as a parameter of their constructors. */
  static final class Extension implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == S3MockServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.create(S3MockServer.class))
          .getOrComputeIfAbsent(S3MockServer.class, type -> start(), S3MockServer.class);
    }
  }

  URI endpoint() {
    return endpoint;
  }

  private static S3MockServer start() {
    try {
      Path folder = Files.createTempDirectory(target(), "s3mock");
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-Xmx256m",
                  "-cp",
                  classPath(),
                  S3MockMain.class.getName(),
                  folder.toString(),
                  BUCKET)
              .redirectErrorStream(true)
              .start();
      return new S3MockServer(
          process, folder, URI.create("http://127.0.0.1:" + awaitPort(process)));
    } catch (IOException e) {
      throw new IllegalStateException("the S3 server did not start", e);
    }
  }

  /** The build writes S3Mock's own class path to a file: it must not be on this JVM's. */
  private static String classPath() throws IOException {
    Path file = target().resolve("s3mock.classpath");
    if (!Files.exists(file)) {
      throw new IllegalStateException(file + " is missing: run mvn process-test-resources first");
    }
    return String.join(
        System.getProperty("path.separator"), classes().toString(), Files.readString(file).strip());
  }

  private static Path classes() {
    return Path.of(
        URI.create(
            S3MockMain.class.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  /** The module's build folder: what a killed test run leaves is cleaned with it. */
  private static Path target() {
    return classes().getParent();
  }

  private static int awaitPort(Process process) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    List<String> lines = new ArrayList<>();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(S3MockMain.PORT_PREFIX)) {
        drain(out);
        return Integer.parseInt(line.substring(S3MockMain.PORT_PREFIX.length()));
      }
      lines.add(line);
    }
    throw new IOException("S3Mock ended; it said: " + String.join("\n", lines));
  }

  /** A process whose pipe is full stands still. */
  private static void drain(BufferedReader out) {
    Thread drain =
        new Thread(
            () -> {
              try {
                while (out.readLine() != null) {
                  // Warnings nobody needs.
                }
              } catch (IOException e) {
                // It has ended.
              }
            },
            "s3mock-output");
    drain.setDaemon(true);
    drain.start();
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
