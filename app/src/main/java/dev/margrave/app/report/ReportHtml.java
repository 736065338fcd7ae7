package dev.margrave.app.report;

import dev.margrave.app.text.Xml;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.GateOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * report.html: one file that refers to nothing else and runs nothing. Every text is escaped, and a
 * policy in its head forbids the rest.
 */
final class ReportHtml {
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';"
          + " form-action 'none'";

  private ReportHtml() {}

  static String of(ExperimentResults results, Figures figures) {
    String title = ReportContent.title(results);
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="%s">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>%s</title>
        <style>
        %s</style>
        </head>
        <body>
        <main>
        <h1>%s %s</h1>
        %s</main>
        </body>
        </html>
        """
        .formatted(
            POLICY,
            Xml.escaped(title),
            style(),
            Xml.escaped(results.experiment().text()),
            outcome(results.overall().toString()),
            ReportContent.of(results, figures).stream()
                .map(ReportHtml::element)
                .collect(Collectors.joining()));
  }

  private static String style() {
    try (InputStream in = ReportHtml.class.getResourceAsStream("report.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String element(Block block) {
    if (block instanceof Block.Heading heading) {
      return "<h2>" + Xml.escaped(heading.text()) + "</h2>\n";
    }
    if (block instanceof Block.Paragraph paragraph) {
      return "<p>" + Xml.escaped(paragraph.text()) + "</p>\n";
    }
    if (block instanceof Block.Items items) {
      return items.lines().stream()
          .map(line -> "<li>" + Xml.escaped(line) + "</li>\n")
          .collect(Collectors.joining("", "<ul>\n", "</ul>\n"));
    }
    if (block instanceof Block.Pictures pictures) {
      return pictures.figures().stream().map(ReportHtml::figure).collect(Collectors.joining());
    }
    return table((Block.Table) block);
  }

  private static String figure(Figures.Drawn drawn) {
    return "<figure id=\"%s\">\n%s\n<figcaption>%s</figcaption>\n</figure>\n"
        .formatted(drawn.figure().name(), drawn.inline(), Xml.escaped(drawn.figure().caption()));
  }

  /** Wide ones are scrolled, and that by keys too. */
  private static String table(Block.Table table) {
    String head =
        IntStream.range(0, table.columns().size())
            .mapToObj(
                column ->
                    "<th scope=\"col\"%s>%s</th>"
                        .formatted(number(table, column), Xml.escaped(table.title(column))))
            .collect(Collectors.joining());
    String rows = table.rows().stream().map(row -> row(table, row)).collect(Collectors.joining());
    return """
        <div class="table" role="region" aria-label="%s" tabindex="0"><table>
        <thead><tr>%s</tr></thead>
        <tbody>
        %s</tbody>
        </table></div>
        """
        .formatted(Xml.escaped(table.title(0) + "s"), head, rows);
  }

  private static String row(Block.Table table, List<String> cells) {
    StringBuilder row = new StringBuilder("<tr>");
    for (int column = 0; column < cells.size(); column++) {
      // A short row is an arm without numbers: its last cell says why.
      int missing = column == cells.size() - 1 ? table.columns().size() - cells.size() : 0;
      String attributes =
          (missing > 0 ? " colspan=\"" + (missing + 1) + "\"" : number(table, column));
      String text =
          isOutcome(cells.get(column))
              ? outcome(cells.get(column))
              : Xml.escaped(cells.get(column));
      row.append(
          column == 0
              ? "<th scope=\"row\">" + text + "</th>"
              : "<td" + attributes + ">" + text + "</td>");
    }
    return row.append("</tr>\n").toString();
  }

  private static String number(Block.Table table, int column) {
    return table.isNumber(column) ? " class=\"number\"" : "";
  }

  private static boolean isOutcome(String cell) {
    return Arrays.stream(GateOutcome.values()).anyMatch(value -> value.toString().equals(cell));
  }

  /** Its word tells, its colour helps. */
  private static String outcome(String word) {
    return "<span class=\"outcome %s\">%s</span>".formatted(Xml.escaped(word), Xml.escaped(word));
  }
}
