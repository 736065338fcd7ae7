package dev.margrave.metrics;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What was scraped, read line by line: every line must be one that the format allows, and no series
 * may be there twice. Reads the classic format and OpenMetrics.
 */
public final class ScrapedText {
  /**
   * One line with a value.
   *
   * @param text of the value, as it was written
   * @param exemplar its labels; empty: none
   */
  public record Sample(
      String name,
      Map<String, String> labels,
      String text,
      Optional<Map<String, String>> exemplar) {
    /** As a number. */
    public double value() {
      return switch (text) {
        case "+Inf" -> Double.POSITIVE_INFINITY;
        case "-Inf" -> Double.NEGATIVE_INFINITY;
        default -> Double.parseDouble(text);
      };
    }
  }

  private final Map<String, String> types = new TreeMap<>();
  private final Map<String, String> helps = new TreeMap<>();
  private final List<Sample> samples = new ArrayList<>();

  private ScrapedText() {}

  /** Reads all of it. */
  public static ScrapedText read(MetricsRegistry.Scrape scrape) {
    return read(new String(scrape.body(), java.nio.charset.StandardCharsets.UTF_8));
  }

  /** Reads all of it. */
  public static ScrapedText read(String text) {
    ScrapedText read = new ScrapedText();
    Set<String> seen = new HashSet<>();
    if (!text.endsWith("\n")) {
      throw new AssertionError("the last line has no end");
    }
    for (String line : text.split("\n", -1)) {
      if (line.startsWith("# TYPE ")) {
        String[] words = line.split(" ", -1);
        put(read.types, words[2], words[3]);
      } else if (line.startsWith("# HELP ")) {
        String[] words = line.split(" ", 4);
        put(read.helps, words[2], words[3]);
      } else if (line.startsWith("#") && !line.equals("# EOF") && !line.startsWith("# UNIT ")) {
        throw new AssertionError("unknown line: " + line);
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        Sample sample = new Line(line).sample();
        if (!seen.add(sample.name() + sample.labels())) {
          throw new AssertionError("twice: " + line);
        }
        read.samples.add(sample);
      }
    }
    return read;
  }

  private static void put(Map<String, String> map, String key, String value) {
    if (map.put(key, value) != null) {
      throw new AssertionError("described twice: " + key);
    }
  }

  /** By family. */
  public Map<String, String> types() {
    return types;
  }

  /** By family, escaped as they were. */
  public Map<String, String> helps() {
    return helps;
  }

  public List<Sample> samples() {
    return samples;
  }

  /** All of that name. */
  public List<Sample> all(String name) {
    return samples.stream().filter(sample -> sample.name().equals(name)).toList();
  }

  /** The one of that name. */
  public Sample one(String name) {
    List<Sample> all = all(name);
    if (all.size() != 1) {
      throw new AssertionError(name + " is there " + all.size() + " times: " + all);
    }
    return all.get(0);
  }

  /** The one of that name and these labels, whatever its others. */
  public Sample one(String name, Map<String, String> labels) {
    List<Sample> all =
        all(name).stream()
            .filter(sample -> sample.labels().entrySet().containsAll(labels.entrySet()))
            .toList();
    if (all.size() != 1) {
      throw new AssertionError(name + labels + " is there " + all.size() + " times: " + all);
    }
    return all.get(0);
  }

  /** Reads one line from its start. */
  private static final class Line {
    private final String line;
    private int at;

    private Line(String line) {
      this.line = line;
    }

    private Sample sample() {
      String name = word();
      Map<String, String> labels = at("{") ? labels() : Map.of();
      expect(" ");
      String value = word();
      Optional<Map<String, String>> exemplar = Optional.empty();
      if (at(" # ")) {
        at += 3;
        exemplar = Optional.of(labels());
        expect(" ");
        word();
        if (at(" ")) {
          expect(" ");
          word();
        }
      }
      if (at != line.length()) {
        throw new AssertionError("not read: '" + line.substring(at) + "' of " + line);
      }
      return new Sample(name, labels, value, exemplar);
    }

    private boolean at(String text) {
      return line.startsWith(text, at);
    }

    private void expect(String text) {
      if (!at(text)) {
        throw new AssertionError("no '" + text + "' at " + at + " of " + line);
      }
      at += text.length();
    }

    private String word() {
      int start = at;
      while (at < line.length() && line.charAt(at) != ' ' && line.charAt(at) != '{') {
        at++;
      }
      return line.substring(start, at);
    }

    private Map<String, String> labels() {
      Map<String, String> labels = new LinkedHashMap<>();
      expect("{");
      while (!at("}")) {
        int equals = line.indexOf('=', at);
        String name = line.substring(at, equals);
        at = equals + 1;
        expect("\"");
        if (labels.put(name, value()) != null) {
          throw new AssertionError(name + " twice in " + line);
        }
        if (at(",")) {
          expect(",");
        }
      }
      expect("}");
      return labels;
    }

    private String value() {
      StringBuilder value = new StringBuilder();
      while (!at("\"")) {
        char letter = line.charAt(at++);
        if (letter == '\\') {
          char escaped = line.charAt(at++);
          letter = escaped == 'n' ? '\n' : escaped;
        }
        value.append(letter);
      }
      expect("\"");
      return value.toString();
    }
  }
}
