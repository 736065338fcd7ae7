package dev.margrave.app.report;

import java.util.Arrays;
import java.util.List;

/** One part of a report, whatever it is written in. */
sealed interface Block {

  /** Of a section. */
  record Heading(String text) implements Block {}

  /** Sentences. */
  record Paragraph(String text) implements Block {}

  /** A list. */
  record Items(List<String> lines) implements Block {
    public Items {
      lines = List.copyOf(lines);
    }
  }

  /** Figures, one under the other. */
  record Pictures(List<Figures.Drawn> figures) implements Block {
    public Pictures {
      figures = List.copyOf(figures);
    }
  }

  /**
   * A table.
   *
   * @param columns titles; those of numbers begin with {@code >}
   * @param rows cells; a row may be shorter
   */
  record Table(List<String> columns, List<List<String>> rows) implements Block {
    public Table {
      columns = List.copyOf(columns);
      rows = rows.stream().map(List::copyOf).toList();
    }

    static List<String> columns(String... titles) {
      return Arrays.asList(titles);
    }

    boolean isNumber(int column) {
      return columns.get(column).startsWith(">");
    }

    String title(int column) {
      return isNumber(column) ? columns.get(column).substring(1) : columns.get(column);
    }
  }
}
