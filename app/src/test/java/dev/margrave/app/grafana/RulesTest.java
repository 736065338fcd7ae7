package dev.margrave.app.grafana;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.app.grafana.GrafanaFiles.Rule;
import dev.margrave.protocol.Arm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The rules, by Prometheus's own tool, and what each alert must bring along. */
class RulesTest {
  private static final Pattern DURATION = Pattern.compile("[1-9][0-9]*[smh]");

  @Test
  void promtoolFindsTheRulesInOrder() throws Exception {
    promtool("check", "rules", GrafanaFiles.files("prometheus/rules", ".yml"));
  }

  @Test
  void promtoolFindsTheConfigurationInOrder() throws Exception {
    promtool(
        "check", "config", List.of(GrafanaFiles.folder().resolve("prometheus/prometheus.yml")));
  }

  @Test
  void alertsFireWhenTheyShouldAndOnlyThen() throws Exception {
    promtool("test", "rules", GrafanaFiles.files("prometheus/tests", ".yml"));
  }

  @Test
  void everyAlertIsTestedBothWays() {
    Set<String> firing = new TreeSet<>();
    Set<String> silent = new TreeSet<>();
    for (Path file : GrafanaFiles.files("prometheus/tests", ".yml")) {
      for (Object test : GrafanaFiles.list(GrafanaFiles.yaml(file), "tests")) {
        for (Object expectation : GrafanaFiles.list(test, "alert_rule_test")) {
          boolean fires = !GrafanaFiles.list(expectation, "exp_alerts").isEmpty();
          (fires ? firing : silent).add(GrafanaFiles.text(expectation, "alertname").orElseThrow());
        }
      }
    }
    Set<String> all = new TreeSet<>(GrafanaFiles.alerts().stream().map(Rule::name).toList());
    assertEquals(all, firing);
    assertEquals(all, silent);
  }

  /** Rules write the arms out; they are those of the protocol. */
  @Test
  void gatesAskOfEachArmWhatTheProtocolExpects() {
    String gate =
        GrafanaFiles.rules().stream()
            .filter(rule -> rule.record().equals(Optional.of("margrave:gate")))
            .findFirst()
            .orElseThrow()
            .expr();
    List<Pattern> arms =
        Pattern.compile("arm=~\"([^\"]+)\"")
            .matcher(gate)
            .results()
            .map(found -> Pattern.compile(found.group(1)))
            .toList();
    assertEquals(2, arms.size(), gate);
    for (Arm arm : Arm.values()) {
      boolean certified = arms.get(0).matcher(arm.label()).matches();
      boolean negative = arms.get(1).matcher(arm.label()).matches();
      switch (arm.expectation()) {
        case CERTIFIED -> assertTrue(certified && !negative, arm.label());
        case NEGATIVE, CONSTANT -> assertTrue(negative && !certified, arm.label());
        case NONE -> assertTrue(!negative && !certified, arm.label());
      }
    }
    for (String alert : List.of("MargraveMarginFalling", "MargraveCertificateLost")) {
      assertTrue(
          GrafanaFiles.alerts().stream()
              .filter(rule -> rule.name().equals(alert))
              .allMatch(rule -> rule.expr().contains("{arm=~\"" + arms.get(0) + "\"}")),
          alert);
    }
  }

  @Test
  void everyAlertSaysWhatItIsAndWhatToDo() throws IOException {
    String runbook = Files.readString(GrafanaFiles.home().resolve("docs/runbook.md"));
    List<String> headings =
        runbook
            .lines()
            .filter(line -> line.startsWith("## Margrave"))
            .map(l -> l.substring(3))
            .toList();
    assertEquals(
        GrafanaFiles.alerts().stream().map(Rule::name).sorted().toList(),
        headings.stream().sorted().toList());
    for (Rule alert : GrafanaFiles.alerts()) {
      String name = alert.name();
      assertTrue(
          Set.of("info", "warning", "critical").contains(alert.labels().get("severity")), name);
      assertTrue(DURATION.matcher(alert.holds().orElse("")).matches(), name);
      assertTrue(alert.annotations().get("summary").contains("{{"), name);
      assertTrue(alert.annotations().get("description").contains("{{"), name);
      assertEquals(
          "docs/runbook.md#" + name.toLowerCase(Locale.ROOT),
          alert.annotations().get("runbook_url"),
          name);
    }
    for (String section : runbook.split("\n## ", -1)) {
      if (section.startsWith("Margrave")) {
        for (String part : List.of("**Meaning.**", "**Look.**", "**Do.**", "**Harmless when**")) {
          assertTrue(
              section.contains(part), part + " is missing of " + section.lines().findFirst());
        }
      }
    }
  }

  private static void promtool(String what, String kind, List<Path> files) throws Exception {
    assertTrue(!files.isEmpty());
    List<String> command = new ArrayList<>(List.of("promtool", what, kind));
    files.forEach(file -> command.add(file.toString()));
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      Assumptions.abort(
          "promtool is not on the PATH: rules were not checked (Debian package prometheus)");
      return;
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertTrue(said.contains("SUCCESS"), said);
  }
}
