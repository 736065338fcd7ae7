package dev.margrave.app.report;

import dev.margrave.app.text.Json;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.ResultsJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a report's files: report.html, report.md, results.json, results.csv and the figures. */
public final class ReportWriter {
  /** The page that has everything. */
  public static final String PAGE = "report.html";

  private ReportWriter() {}

  /** results.json, as text. */
  public static String json(ExperimentResults results) {
    return Json.write(ResultsJson.of(results));
  }

  /**
   * Writes all files; what of them is there already is replaced. The same results and files of the
   * stages give the same bytes.
   *
   * @param safetyMarginNats τ
   * @param files of the stages; what of them is missing the report says
   * @param folder is made when missing
   */
  public static void write(
      ExperimentResults results, double safetyMarginNats, StageFiles files, Path folder)
      throws IOException {
    Files.createDirectories(folder);
    Figures figures = Figures.of(results, safetyMarginNats, files);
    figures.write(folder);
    Files.writeString(folder.resolve("results.json"), json(results));
    Files.writeString(folder.resolve("results.csv"), ResultsCsv.of(ResultsJson.of(results)));
    Files.writeString(folder.resolve("report.md"), ReportMarkdown.of(results, figures));
    Files.writeString(folder.resolve(PAGE), ReportHtml.of(results, figures));
  }
}
