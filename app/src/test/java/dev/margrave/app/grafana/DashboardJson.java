package dev.margrave.app.grafana;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Says a dashboard in Grafana's JSON, schema 39 (Grafana 10.4 and later). */
final class DashboardJson {
  private static final int SCHEMA = 39;
  private static final int COLUMNS = 24;

  /** The reader's choice of a server, by name of its variable. */
  private static final Map<String, Object> SOURCE =
      json("type", "prometheus", "uid", "${datasource}");

  private static final String BOUNDARY = "boundary";
  private static final String BAND = "τ";

  private DashboardJson() {}

  /** The file's text. */
  static String text(Dashboard dashboard) {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    printer.indentObjectsWith(lines);
    printer.indentArraysWith(lines);
    try {
      return new ObjectMapper().writer(printer).writeValueAsString(of(dashboard)) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of maps and lists always has its text", e);
    }
  }

  private static Map<String, Object> of(Dashboard dashboard) {
    List<Object> variables = new ArrayList<>(List.of(sourceVariable()));
    dashboard.variables().forEach(variable -> variables.add(variable(variable)));
    return json(
        "uid", dashboard.uid(),
        "title", dashboard.title(),
        "description", dashboard.description(),
        "tags", List.of("margrave"),
        "schemaVersion", SCHEMA,
        "version", 1,
        "editable", true,
        // One pointer over all panels of a page.
        "graphTooltip", 1,
        "timezone", "browser",
        "refresh", "5s",
        "time", json("from", dashboard.range(), "to", "now"),
        "templating", json("list", variables),
        "annotations", json("list", dashboard.marks().stream().map(DashboardJson::mark).toList()),
        "links", List.of(others()),
        "panels", panels(dashboard));
  }

  /** Links to the other dashboards, which keep the choice and the time. */
  private static Map<String, Object> others() {
    return json(
        "type",
        "dashboards",
        "title",
        "Margrave",
        "tags",
        List.of("margrave"),
        "asDropdown",
        false,
        "includeVars",
        true,
        "keepTime",
        true,
        "targetBlank",
        false,
        "icon",
        "external link",
        "tooltip",
        "the other dashboards, for the same choice and time");
  }

  private static Map<String, Object> sourceVariable() {
    return json(
        "name",
        "datasource",
        "label",
        "Prometheus",
        "type",
        "datasource",
        "query",
        "prometheus",
        "refresh",
        1,
        "multi",
        false,
        "includeAll",
        false,
        "options",
        List.of());
  }

  private static Map<String, Object> variable(Dashboard.Variable variable) {
    return json(
        "name",
        variable.name(),
        "label",
        variable.label(),
        "type",
        "query",
        "datasource",
        SOURCE,
        "query",
        json("query", variable.values(), "refId", variable.name()),
        // When the time changes: runs come and go.
        "refresh",
        2,
        "sort",
        3,
        "multi",
        true,
        "includeAll",
        true,
        "allValue",
        ".*",
        "current",
        json("text", List.of("All"), "value", List.of("$__all")),
        "options",
        List.of());
  }

  private static Map<String, Object> mark(Dashboard.Mark mark) {
    return json(
        "name", mark.name(),
        "datasource", SOURCE,
        "enable", true,
        "iconColor", mark.colour(),
        "expr", mark.expr(),
        "step", "15s",
        "titleFormat", mark.name(),
        "textFormat", mark.text());
  }

  private static List<Object> panels(Dashboard dashboard) {
    List<Object> all = new ArrayList<>();
    int y = 0;
    for (Dashboard.Row row : dashboard.rows()) {
      all.add(row(row, all.size() + 1, y++));
      int x = 0;
      int tallest = 0;
      for (Panel panel : row.panels()) {
        if (x + panel.width() > COLUMNS) {
          x = 0;
          y += tallest;
          tallest = 0;
        }
        all.add(panel(panel, all.size() + 1, place(panel.width(), panel.height(), x, y)));
        x += panel.width();
        tallest = Math.max(tallest, panel.height());
      }
      y += tallest;
    }
    return all;
  }

  private static Map<String, Object> place(int width, int height, int x, int y) {
    return json("h", height, "w", width, "x", x, "y", y);
  }

  private static Map<String, Object> row(Dashboard.Row row, int id, int y) {
    return json(
        "id",
        id,
        "type",
        "row",
        "title",
        row.title(),
        "collapsed",
        false,
        "gridPos",
        place(COLUMNS, 1, 0, y),
        "panels",
        List.of());
  }

  private static Map<String, Object> panel(Panel panel, int id, Map<String, Object> place) {
    Map<String, Object> all =
        json(
            "id", id,
            "type", type(panel.look()),
            "title", panel.title(),
            "description", panel.description(),
            "datasource", SOURCE,
            "gridPos", place,
            "targets", targets(panel),
            "fieldConfig",
                json(
                    "defaults",
                    defaults(panel),
                    "overrides",
                    panel.look() == Panel.Look.LINES_AND_BOUNDARY ? bandOverrides() : List.of()),
            "options", options(panel.look()));
    if (panel.look() == Panel.Look.MATRIX) {
      all.put("transformations", List.of(matrix()));
    }
    return all;
  }

  private static String type(Panel.Look look) {
    return switch (look) {
      case LINES, LINES_AND_BOUNDARY -> "timeseries";
      case STRIPES -> "state-timeline";
      case MATRIX -> "table";
      case NUMBER -> "stat";
    };
  }

  private static List<Object> targets(Panel panel) {
    boolean instant = panel.look() == Panel.Look.MATRIX || panel.look() == Panel.Look.NUMBER;
    List<Object> all = new ArrayList<>();
    for (Panel.Query query : panel.queries()) {
      all.add(
          json(
              "refId",
              Character.toString('A' + all.size()),
              "datasource",
              SOURCE,
              "editorMode",
              "code",
              "expr",
              query.expr(),
              "legendFormat",
              query.legend(),
              "format",
              panel.look() == Panel.Look.MATRIX ? "table" : "time_series",
              "instant",
              instant,
              "range",
              !instant));
    }
    return all;
  }

  private static Map<String, Object> defaults(Panel panel) {
    Map<String, Object> all = json("unit", panel.unit());
    if (!panel.names().isEmpty()) {
      all.put("mappings", List.of(json("type", "value", "options", named(panel.names()))));
    }
    all.put("color", json("mode", colours(panel.look())));
    all.put("custom", custom(panel.look()));
    return all;
  }

  private static String colours(Panel.Look look) {
    return switch (look) {
      case LINES, LINES_AND_BOUNDARY -> "palette-classic";
      case STRIPES, MATRIX, NUMBER -> "thresholds";
    };
  }

  private static Map<String, Object> named(Collection<Panel.Named> names) {
    Map<String, Object> all = new LinkedHashMap<>();
    for (Panel.Named name : names) {
      all.put(
          Integer.toString(name.value()),
          json("text", name.text(), "color", name.colour(), "index", all.size()));
    }
    return all;
  }

  private static Map<String, Object> custom(Panel.Look look) {
    return switch (look) {
      case LINES, LINES_AND_BOUNDARY ->
          json(
              "drawStyle", "line",
              "lineInterpolation", "linear",
              "lineWidth", 1,
              "fillOpacity", 0,
              "showPoints", "auto",
              // A gap of a scrape or two is none.
              "spanNulls", 60_000,
              "axisSoftMin", 0);
      case STRIPES -> json("fillOpacity", 80, "lineWidth", 0);
      case MATRIX ->
          json("align", "center", "cellOptions", json("type", "color-background", "mode", "basic"));
      case NUMBER -> json();
    };
  }

  private static Map<String, Object> options(Panel.Look look) {
    Map<String, Object> legend =
        json("showLegend", true, "displayMode", "list", "placement", "bottom");
    return switch (look) {
      case LINES, LINES_AND_BOUNDARY ->
          json(
              "legend",
              json(
                  "showLegend",
                  true,
                  "displayMode",
                  "table",
                  "placement",
                  "right",
                  "calcs",
                  List.of("lastNotNull", "min", "max")),
              "tooltip",
              json("mode", "multi", "sort", "desc"));
      case STRIPES ->
          json(
              "mergeValues",
              true,
              "showValue",
              "auto",
              "alignValue",
              "left",
              "rowHeight",
              0.9,
              "legend",
              legend,
              "tooltip",
              json("mode", "single", "sort", "none"));
      case MATRIX -> json("showHeader", true, "cellHeight", "sm");
      case NUMBER ->
          json(
              "colorMode", "value",
              "graphMode", "none",
              "justifyMode", "auto",
              "orientation", "auto",
              "textMode", "auto",
              "reduceOptions",
                  json("calcs", List.of("lastNotNull"), "fields", "", "values", false));
    };
  }

  /** Arms down, seeds across. */
  private static Map<String, Object> matrix() {
    return json(
        "id",
        "groupingToMatrix",
        "options",
        json(
            "columnField",
            "seed",
            "rowField",
            "arm",
            "valueField",
            "Value",
            "emptyValue",
            "empty"));
  }

  /** The line at 0, and the band up to τ that hangs on it. */
  private static List<Object> bandOverrides() {
    return List.of(
        override(BOUNDARY, "red", json("id", "custom.lineWidth", "value", 2)),
        override(
            BAND,
            "orange",
            json("id", "custom.lineStyle", "value", json("fill", "dash", "dash", List.of(10, 10))),
            json("id", "custom.fillBelowTo", "value", BOUNDARY),
            json("id", "custom.fillOpacity", "value", 15)));
  }

  private static Map<String, Object> override(String series, String colour, Object... properties) {
    List<Object> all = new ArrayList<>(List.of(properties));
    all.add(json("id", "color", "value", json("mode", "fixed", "fixedColor", colour)));
    return json("matcher", json("id", "byName", "options", series), "properties", all);
  }

  /** Keys and values by turns, in this order. */
  private static Map<String, Object> json(Object... keysAndValues) {
    Map<String, Object> all = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      all.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return all;
  }
}
