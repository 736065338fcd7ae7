package dev.margrave.app.report;

import dev.margrave.app.text.Json;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.ResultsJson;
import java.awt.AWTError;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a report's files: results.json, results.csv, report.md, margins.svg and margins.png. */
public final class ReportWriter {
  private static final Logger LOG = LoggerFactory.getLogger(ReportWriter.class);

  private ReportWriter() {}

  /** results.json, as text. */
  public static String json(ExperimentResults results) {
    return Json.write(ResultsJson.of(results));
  }

  /**
   * Writes all files; what of them is there already is replaced.
   *
   * @param safetyMarginNats τ
   * @param folder is made when missing
   */
  public static void write(ExperimentResults results, double safetyMarginNats, Path folder)
      throws IOException {
    Files.createDirectories(folder);
    Optional<String> figure = figure(results, safetyMarginNats, folder);
    Files.writeString(folder.resolve("results.json"), json(results));
    Files.writeString(folder.resolve("results.csv"), ResultsCsv.of(ResultsJson.of(results)));
    Files.writeString(folder.resolve("report.md"), ReportMarkdown.of(results, figure));
  }

  /** A Java without fonts cannot draw; the report is worth having all the same. */
  private static Optional<String> figure(
      ExperimentResults results, double safetyMarginNats, Path folder) throws IOException {
    try {
      Optional<MarginFigure> figure = MarginFigure.of(results, safetyMarginNats);
      if (figure.isEmpty()) {
        return Optional.empty();
      }
      try (OutputStream out = Files.newOutputStream(folder.resolve("margins.svg"))) {
        figure.get().writeSvg(out);
      }
      try (OutputStream out = Files.newOutputStream(folder.resolve("margins.png"))) {
        figure.get().writePng(out);
      }
      return Optional.of("margins.svg");
    } catch (AWTError | LinkageError | RuntimeException e) {
      LOG.warn("no figure could be drawn, the report goes without", e);
      Files.deleteIfExists(folder.resolve("margins.svg"));
      Files.deleteIfExists(folder.resolve("margins.png"));
      return Optional.empty();
    }
  }
}
