package dev.margrave.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The folder that the {@code margrave} command lies in, and how that command starts the product.
 */
final class Home {
  /** As the command sets them. */
  private static final List<String> OPTIONS =
      List.of("-XX:+UseSerialGC", "-Dfile.encoding=UTF-8", "-Djava.awt.headless=true");

  /** The command's for two cores. */
  private static final String HEAP = "-Xmx1088m";

  /** Less than DJL is given by default; each step leaves garbage, which fills what there is. */
  private static final String DJL_HEAP = "-Xmx256m";

  private static final Pattern SETTING = Pattern.compile("\\b(MALLOC_\\w+)=(\\d+)");

  private Home() {}

  /** Found from the working directory upwards. */
  static Path directory() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isRegularFile(at.resolve("margrave")) && Files.isDirectory(at.resolve("bench"))) {
        return at;
      }
    }
    throw new IllegalStateException("start benchmarks inside the source tree");
  }

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** A main class of this module, started as the product is. */
  static List<String> command(Class<?> main, List<String> arguments) {
    return command(System.getProperty("java.class.path"), main, arguments);
  }

  /** The same on the class path of an engine of that name. */
  static List<String> engine(String engine, Class<?> main, List<String> arguments) {
    if (engine.equals("nd4j")) {
      return command(main, arguments);
    }
    Path target = directory().resolve("libtorch/target");
    String libraries;
    try {
      libraries = Files.readString(target.resolve("class.path"));
    } catch (IOException e) {
      throw new UncheckedIOException(target + " holds no class.path: build libtorch first", e);
    }
    String own = Home.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    return command(
        String.join(File.pathSeparator, own, target.resolve("classes").toString(), libraries),
        main,
        arguments);
  }

  private static List<String> command(String path, Class<?> main, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(java()));
    command.addAll(OPTIONS);
    command.add(HEAP);
    Path log = directory().resolve("bench/src/main/resources/bench-logback.xml");
    command.add("-Dlogback.configurationFile=" + log);
    command.addAll(List.of("-cp", path, main.getName()));
    command.addAll(arguments);
    return command;
  }

  /** A main class of the module {@code bench/djl}, in {@code threads} threads, without network. */
  static List<String> djl(String main, int threads, List<String> arguments) throws IOException {
    Path target = directory().resolve("bench/djl/target");
    if (!Files.isRegularFile(target.resolve("class.path"))) {
      throw new IOException(target + " holds no class.path: build bench/djl first");
    }
    List<String> command = new ArrayList<>(List.of(java()));
    command.addAll(OPTIONS);
    command.add(DJL_HEAP);
    Path log = directory().resolve("bench/src/main/resources/bench-logback.xml");
    command.add("-Dlogback.configurationFile=" + log);
    command.add("-Dai.djl.offline=true");
    command.add("-DENGINE_CACHE_DIR=" + target.resolve("cache"));
    command.add("-Dai.djl.pytorch.num_threads=" + threads);
    command.add("-Dai.djl.pytorch.num_interop_threads=1");
    String path =
        target.resolve("classes")
            + File.pathSeparator
            + Files.readString(target.resolve("class.path"));
    command.addAll(List.of("-cp", path, main));
    command.addAll(arguments);
    return command;
  }

  /** What the command tells the C library about memory. */
  static Map<String, String> allocator() {
    try {
      Map<String, String> settings = new HashMap<>();
      for (String line : Files.readAllLines(directory().resolve("margrave"))) {
        if (line.startsWith("export ")) {
          Matcher matcher = SETTING.matcher(line);
          while (matcher.find()) {
            settings.put(matcher.group(1), matcher.group(2));
          }
        }
      }
      return settings;
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }
}
