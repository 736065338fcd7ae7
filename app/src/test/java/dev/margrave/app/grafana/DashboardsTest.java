package dev.margrave.app.grafana;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The committed dashboards are what the code makes, and complete. */
class DashboardsTest {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([a-z][a-z_]*)");

  @Test
  void theCommittedFilesAreWhatTheCodeMakes() throws IOException {
    if (Boolean.getBoolean("margrave.grafana.write")) {
      Dashboards.write();
    }
    Set<Path> expected = new TreeSet<>();
    for (Dashboard dashboard : Dashboards.all()) {
      Path file = Dashboards.file(dashboard);
      expected.add(file);
      assertTrue(Files.exists(file), () -> file + " is missing; " + mend());
      assertEquals(DashboardJson.text(dashboard), Files.readString(file), file + "; " + mend());
    }
    assertEquals(expected, new TreeSet<>(GrafanaFiles.files("dashboards", ".json")));
  }

  private static String mend() {
    return "make them anew: see Dashboards";
  }

  @Test
  void theirAddressesStay() {
    assertEquals(
        List.of("margrave-margins", "margrave-cluster", "margrave-training"),
        Dashboards.all().stream().map(Dashboard::uid).toList());
  }

  @Test
  void everyPanelSaysWhatItShows() {
    for (Dashboard dashboard : Dashboards.all()) {
      Set<String> titles = new HashSet<>();
      for (Panel panel : dashboard.panels()) {
        assertTrue(titles.add(panel.title()), panel.title() + " is there twice");
        assertTrue(panel.description().endsWith("."), panel.title() + " has no description");
        assertFalse(panel.unit().isEmpty(), panel.title() + " has no unit");
        assertFalse(panel.queries().isEmpty(), panel.title() + " asks nothing");
      }
    }
  }

  @Test
  void panelsDoNotOverlapAndFillTheirLines() throws IOException {
    for (Dashboard dashboard : Dashboards.all()) {
      JsonNode panels = json(dashboard).get("panels");
      Set<Integer> ids = new HashSet<>();
      Set<List<Integer>> taken = new HashSet<>();
      for (JsonNode panel : panels) {
        assertTrue(ids.add(panel.get("id").asInt()), panel::toPrettyString);
        JsonNode place = panel.get("gridPos");
        for (int x = 0; x < place.get("w").asInt(); x++) {
          for (int y = 0; y < place.get("h").asInt(); y++) {
            int column = place.get("x").asInt() + x;
            assertTrue(column < 24, panel::toPrettyString);
            assertTrue(
                taken.add(List.of(column, place.get("y").asInt() + y)), panel::toPrettyString);
          }
        }
      }
      // The last panels of a row may leave room beside them; nothing else does.
      for (JsonNode panel : panels) {
        JsonNode place = panel.get("gridPos");
        int x = place.get("x").asInt();
        int y = place.get("y").asInt();
        assertTrue(x == 0 || taken.contains(List.of(x - 1, y)), panel::toPrettyString);
        assertTrue(y == 0 || taken.contains(List.of(0, y - 1)), panel::toPrettyString);
      }
    }
  }

  @Test
  void everyVariableThatIsUsedIsThere() throws IOException {
    for (Dashboard dashboard : Dashboards.all()) {
      JsonNode json = json(dashboard);
      Set<String> declared = new HashSet<>();
      json.get("templating").get("list").forEach(one -> declared.add(one.get("name").asText()));
      Matcher used = VARIABLE.matcher(json.toString());
      while (used.find()) {
        assertTrue(declared.contains(used.group(1)), dashboard.title() + " uses " + used.group());
      }
      assertTrue(declared.contains("datasource"));
      List<JsonNode> sources = new ArrayList<>(json.findValues("datasource"));
      assertFalse(sources.isEmpty());
      for (JsonNode source : sources) {
        assertEquals("${datasource}", source.get("uid").asText());
      }
    }
  }

  private static JsonNode json(Dashboard dashboard) throws IOException {
    return new ObjectMapper().readTree(DashboardJson.text(dashboard));
  }
}
