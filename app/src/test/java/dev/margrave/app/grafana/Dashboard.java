package dev.margrave.app.grafana;

import java.util.List;

/**
 * A dashboard of this project, in the words that it needs; {@link DashboardJson} says it in
 * Grafana's.
 *
 * @param uid its address, for ever: links and bookmarks use it
 * @param range what is shown at first, as {@code now-1h}
 * @param variables what the reader chooses, after the data source
 * @param marks events that are drawn into all panels over time
 */
record Dashboard(
    String uid,
    String title,
    String description,
    String range,
    List<Variable> variables,
    List<Mark> marks,
    List<Row> rows) {

  Dashboard {
    variables = List.copyOf(variables);
    marks = List.copyOf(marks);
    rows = List.copyOf(rows);
  }

  /** All panels, from the top. */
  List<Panel> panels() {
    return rows.stream().flatMap(row -> row.panels().stream()).toList();
  }

  /**
   * A choice of label values, several or all of them.
   *
   * @param values a query of Grafana's Prometheus data source, as {@code label_values(metric,
   *     label)}
   */
  record Variable(String name, String label, String values) {}

  /**
   * An event that panels over time show as a line or a stripe.
   *
   * @param expr at least 1 while it happens, absent otherwise
   * @param text with {@code {{label}}} for labels
   */
  record Mark(String name, String colour, String expr, String text) {}

  /** Panels under one heading; they fill lines of 24 units. */
  record Row(String title, List<Panel> panels) {
    Row {
      panels = List.copyOf(panels);
    }
  }
}
