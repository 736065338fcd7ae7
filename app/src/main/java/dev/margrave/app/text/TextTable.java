package dev.margrave.app.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A table in plain text: a header, a rule, rows; columns as wide as they must be, two apart where
 * that fits into 100 columns, else one.
 */
public final class TextTable {
  private static final int WIDTH = 100;

  private final List<Column> columns;
  private final List<List<String>> rows = new ArrayList<>();

  /** How a column's cells stand. */
  public enum Align {
    LEFT,
    RIGHT
  }

  private record Column(String title, Align align) {}

  private TextTable(List<Column> columns) {
    this.columns = columns;
  }

  /** Titles, those of right-aligned columns with a leading {@code >}. */
  public static TextTable of(String... titles) {
    List<Column> columns = new ArrayList<>();
    for (String title : titles) {
      boolean right = title.startsWith(">");
      columns.add(new Column(right ? title.substring(1) : title, right ? Align.RIGHT : Align.LEFT));
    }
    return new TextTable(columns);
  }

  /** Appends a row: one cell per column. */
  public TextTable row(String... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          cells.length + " cells, but the table has " + columns.size() + " columns");
    }
    rows.add(List.of(cells));
    return this;
  }

  /** Header, rule and rows; no trailing spaces. */
  public List<String> lines() {
    int[] widths = new int[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = width(columns.get(i).title());
      for (List<String> row : rows) {
        widths[i] = Math.max(widths[i], width(row.get(i)));
      }
    }
    String gap = Arrays.stream(widths).sum() + 2 * (widths.length - 1) > WIDTH ? " " : "  ";
    List<String> lines = new ArrayList<>();
    lines.add(line(columns.stream().map(Column::title).toList(), widths, gap));
    List<String> rule = new ArrayList<>();
    for (int width : widths) {
      rule.add("─".repeat(width));
    }
    lines.add(String.join(gap, rule));
    rows.forEach(row -> lines.add(line(row, widths, gap)));
    return lines;
  }

  private String line(List<String> cells, int[] widths, String gap) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String padding = " ".repeat(widths[i] - width(cells.get(i)));
      boolean right = columns.get(i).align() == Align.RIGHT;
      line.append(i == 0 ? "" : gap)
          .append(right ? padding + cells.get(i) : cells.get(i) + padding);
    }
    return line.toString().stripTrailing();
  }

  /** All characters used here are one column wide. */
  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
