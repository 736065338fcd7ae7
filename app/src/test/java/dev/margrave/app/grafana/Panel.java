package dev.margrave.app.grafana;

import java.util.List;

/**
 * One panel.
 *
 * @param description what is seen, for who has not read the manual
 * @param unit Grafana's id of the unit
 * @param width of 24
 * @param height in units of about 30 pixels
 * @param names what single values mean; empty: they are numbers
 */
record Panel(
    Look look,
    String title,
    String description,
    String unit,
    int width,
    int height,
    List<Query> queries,
    List<Named> names) {

  Panel {
    queries = List.copyOf(queries);
    names = List.copyOf(names);
  }

  /** How values are drawn. */
  enum Look {
    /** Lines over time. */
    LINES,
    /** Lines over time, with the boundary at 0 and the band up to τ. */
    LINES_AND_BOUNDARY,
    /** One stripe per series, coloured by its named value. */
    STRIPES,
    /** Arms down, seeds across, a named value in each cell. */
    MATRIX,
    /** The last value, large. */
    NUMBER
  }

  /**
   * A query.
   *
   * @param legend with {@code {{label}}} for labels
   */
  record Query(String expr, String legend) {}

  /** A value with a name of its own. */
  record Named(int value, String text, String colour) {}

  static Panel lines(String title, String unit, String description, Query... queries) {
    return new Panel(Look.LINES, title, description, unit, 12, 8, List.of(queries), List.of());
  }

  /**
   * The median and a high quantile of a histogram of seconds.
   *
   * @param high the quantile, in 0 to 1
   * @param highLegend what it is called
   */
  static Panel times(
      String title,
      String description,
      String histogram,
      String interval,
      String high,
      String highLegend) {
    return lines(
        title,
        "s",
        description,
        query(Promql.quantile("0.5", histogram, interval), "median"),
        query(Promql.quantile(high, histogram, interval), highLegend));
  }

  static Panel number(String title, String unit, String description, String expr) {
    return new Panel(
        Look.NUMBER, title, description, unit, 4, 4, List.of(new Query(expr, "")), List.of());
  }

  static Query query(String expr, String legend) {
    return new Query(expr, legend);
  }

  Panel drawnAs(Look other) {
    return new Panel(other, title, description, unit, width, height, queries, names);
  }

  Panel sized(int newWidth, int newHeight) {
    return new Panel(look, title, description, unit, newWidth, newHeight, queries, names);
  }

  Panel named(List<Named> newNames) {
    return new Panel(look, title, description, unit, width, height, queries, newNames);
  }
}
