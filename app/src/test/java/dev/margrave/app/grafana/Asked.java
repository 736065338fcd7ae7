package dev.margrave.app.grafana;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A question to Prometheus that a committed dashboard or rule asks.
 *
 * @param where for messages
 * @param expr as committed, with Grafana's variables
 */
public record Asked(String where, String expr) {
  private static final Pattern VALUES = Pattern.compile("label_values\\((.+), *([a-z_]+)\\)");

  /** All panels' queries, as committed. */
  public static List<Asked> byPanels() throws IOException {
    List<Asked> all = new ArrayList<>();
    for (Path file : GrafanaFiles.files("dashboards", ".json")) {
      for (JsonNode panel : json(file).get("panels")) {
        for (JsonNode target : panel.path("targets")) {
          String where =
              "%s, %s, %s".formatted(name(file), text(panel, "title"), text(target, "refId"));
          all.add(new Asked(where, text(target, "expr")));
        }
      }
    }
    return all;
  }

  /** All marks, once each. */
  public static List<Asked> byMarks() throws IOException {
    List<Asked> all = new ArrayList<>();
    for (Path file : GrafanaFiles.files("dashboards", ".json")) {
      for (JsonNode mark : json(file).get("annotations").get("list")) {
        all.add(new Asked("mark " + text(mark, "name"), text(mark, "expr")));
      }
    }
    return all.stream().distinct().toList();
  }

  /** Of what the choices of the variables are made. */
  public static List<Asked> byVariables() throws IOException {
    List<Asked> all = new ArrayList<>();
    for (Path file : GrafanaFiles.files("dashboards", ".json")) {
      for (JsonNode variable : json(file).get("templating").get("list")) {
        Matcher values = VALUES.matcher(variable.path("query").path("query").asText());
        if (values.matches()) {
          all.add(
              new Asked(
                  name(file) + ", variable " + text(variable, "name"),
                  "count by (%s) (%s)".formatted(values.group(2), values.group(1))));
        }
      }
    }
    return all;
  }

  /** Recording rules; an alert's expression is empty as long as all is well. */
  public static List<Asked> byRecordingRules() {
    return GrafanaFiles.rules().stream()
        .filter(rule -> rule.record().isPresent())
        .map(rule -> new Asked("rule " + rule.name(), rule.record().get()))
        .toList();
  }

  /** As Prometheus takes it: everything is chosen, rates are over so long. */
  public String substituted(String interval) {
    return expr.replace("$__rate_interval", interval)
        .replaceAll("\\$(experiment|arm|seed|instance)\\b", ".*");
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private static String text(JsonNode node, String field) {
    return node.get(field).asText();
  }
}
