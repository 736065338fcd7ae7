package dev.margrave.app.report;

import dev.margrave.orchestrator.result.ExperimentResults;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** report.md. */
final class ReportMarkdown {
  private ReportMarkdown() {}

  static String of(ExperimentResults results, Figures figures) {
    return "# "
        + ReportContent.title(results)
        + "\n"
        + ReportContent.of(results, figures).stream()
            .map(block -> "\n" + text(block))
            .collect(Collectors.joining());
  }

  private static String text(Block block) {
    if (block instanceof Block.Heading heading) {
      return "## " + heading.text() + "\n";
    }
    if (block instanceof Block.Paragraph paragraph) {
      return paragraph.text() + "\n";
    }
    if (block instanceof Block.Items items) {
      return items.lines().stream()
          .map(line -> "- " + line.replace("\n", " ") + "\n")
          .collect(Collectors.joining());
    }
    if (block instanceof Block.Pictures pictures) {
      return pictures.figures().stream()
          .map(drawn -> picture(drawn.figure()))
          .collect(Collectors.joining("\n"));
    }
    return table((Block.Table) block);
  }

  private static String picture(Figure figure) {
    return "![%s](%s.svg)\n\n*%s*\n".formatted(figure.title(), figure.name(), figure.caption());
  }

  private static String table(Block.Table table) {
    List<String> titles =
        IntStream.range(0, table.columns().size()).mapToObj(table::title).toList();
    String rule =
        IntStream.range(0, table.columns().size())
            .mapToObj(column -> table.isNumber(column) ? "--:" : "---")
            .collect(Collectors.joining("|", "|", "|\n"));
    return row(titles)
        + rule
        + table.rows().stream().map(ReportMarkdown::row).collect(Collectors.joining());
  }

  private static String row(List<String> cells) {
    return cells.stream()
        .map(cell -> "| " + cell.replace("|", "\\|").replace("\n", " ") + " ")
        .collect(Collectors.joining("", "", "|\n"));
  }
}
