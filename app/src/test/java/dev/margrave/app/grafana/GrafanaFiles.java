package dev.margrave.app.grafana;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What lies in {@code grafana/}, read as its readers read it. */
public final class GrafanaFiles {
  private GrafanaFiles() {}

  /**
   * A rule.
   *
   * @param alert its name; empty for a recording rule
   * @param record the series that it makes; empty for an alert
   * @param holds how long the condition must hold; empty for a recording rule
   */
  public record Rule(
      Optional<String> alert,
      Optional<String> record,
      String expr,
      Optional<String> holds,
      Map<String, String> labels,
      Map<String, String> annotations) {
    public String name() {
      return alert.or(() -> record).orElseThrow();
    }
  }

  /** The project's folder. */
  public static Path home() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("grafana/prometheus"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  public static Path folder() {
    return home().resolve("grafana");
  }

  /** The files of one kind in a folder of {@code grafana/}, by name. */
  public static List<Path> files(String folder, String ending) {
    try (Stream<Path> files = Files.list(folder().resolve(folder))) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All rules of all files, in their order. */
  public static List<Rule> rules() {
    List<Rule> all = new ArrayList<>();
    for (Path file : files("prometheus/rules", ".yml")) {
      for (Object group : list(yaml(file), "groups")) {
        list(group, "rules").forEach(rule -> all.add(rule(rule)));
      }
    }
    return all;
  }

  /** The alerts alone. */
  public static List<Rule> alerts() {
    return rules().stream().filter(rule -> rule.alert().isPresent()).toList();
  }

  private static Rule rule(Object rule) {
    return new Rule(
        text(rule, "alert"),
        text(rule, "record"),
        text(rule, "expr").orElseThrow(),
        text(rule, "for"),
        texts(rule, "labels"),
        texts(rule, "annotations"));
  }

  static Object yaml(Path file) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    try {
      return new Yaml(new SafeConstructor(options)).load(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<?> list(Object map, String key) {
    Object value = ((Map<?, ?>) map).get(key);
    return value == null ? List.of() : (List<?>) value;
  }

  static Optional<String> text(Object map, String key) {
    return Optional.ofNullable(((Map<?, ?>) map).get(key)).map(Object::toString);
  }

  private static Map<String, String> texts(Object map, String key) {
    Map<String, String> all = new java.util.LinkedHashMap<>();
    Object value = ((Map<?, ?>) map).get(key);
    if (value != null) {
      ((Map<?, ?>) value).forEach((name, text) -> all.put(name.toString(), text.toString()));
    }
    return all;
  }
}
