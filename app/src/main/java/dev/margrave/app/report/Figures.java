package dev.margrave.app.report;

import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.artefact.SmallFile;
import java.awt.AWTError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The figures of a report, drawn, and why others are missing. A report is worth having without
 * them: nothing that goes wrong here is a failure of the report.
 *
 * @param drawn in the order in which they are shown
 * @param missing sentences
 */
record Figures(List<Drawn> drawn, List<String> missing) {
  private static final Logger LOG = LoggerFactory.getLogger(Figures.class);
  private static final Pattern OURS =
      Pattern.compile(
          "(margins|margins-by-arm|intervals|kl|margin-energy|reconstructions|confusion-\\d+)\\.(svg|png)");

  private static final String HEADLESS = "java.awt.headless";

  /**
   * A figure with what it looks like.
   *
   * @param svg a file of its own
   * @param inline an element of a page
   */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  record Drawn(Figure figure, byte[] png, String svg, String inline) {}

  /** One kind of figure. */
  @FunctionalInterface
  private interface Source {
    /** None when the data are not there. */
    List<Figure> figures() throws IOException;
  }

  Figures {
    drawn = List.copyOf(drawn);
    missing = List.copyOf(missing);
  }

  /**
   * Draws all that can be drawn.
   *
   * @param safetyMarginNats τ
   */
  static Figures of(ExperimentResults results, double safetyMarginNats, StageFiles files) {
    if (System.getProperty(HEADLESS) == null) {
      // Nothing of a figure is ever shown on a screen.
      System.setProperty(HEADLESS, "true");
    }
    List<Drawn> drawn = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    sources(results, safetyMarginNats, files)
        .forEach((kind, source) -> draw(kind, source, drawn, missing));
    return new Figures(drawn, missing);
  }

  /** By what is said when there are none. */
  private static Map<Kind, Source> sources(
      ExperimentResults results, double safetyMarginNats, StageFiles files) {
    List<MarginCurve> curves = MarginCurve.of(results);
    boolean measured =
        results.arms().stream()
            .flatMap(row -> row.result().stream())
            .anyMatch(trained -> Double.isFinite(trained.sampled().marginNats()));
    boolean latent =
        Arrays.stream(Arm.values())
            .anyMatch(arm -> !LatentFigure.statistics(results, arm).isEmpty());
    Map<Kind, Source> sources = new LinkedHashMap<>();
    sources.put(
        new Kind("the margins over epochs", "no margin was measured"),
        () ->
            curves.isEmpty()
                ? List.of()
                : List.of(
                    MarginFigure.of(results, curves, safetyMarginNats),
                    ArmMarginsFigure.of(results, curves, safetyMarginNats)));
    sources.put(
        new Kind("the margins with their intervals", "no arm completed with a finite margin"),
        () -> measured ? List.of(IntervalFigure.of(results, safetyMarginNats)) : List.of());
    sources.put(
        new Kind("the KL by dimension", "no arm left the KL of its dimensions"),
        () -> latent ? List.of(LatentFigure.of(results)) : List.of());
    sources.put(
        new Kind("the margins by energy", ""),
        () -> EnergyFigure.of(results, safetyMarginNats, files).stream().toList());
    sources.put(
        new Kind(
            "the reconstructions",
            "no arm left %s, as those of older versions, or it is not there any more"
                .formatted(SmallFile.SAMPLES.file())),
        () -> SampleFigure.of(results, files).stream().toList());
    sources.put(
        new Kind(
            "the teachers' components by label",
            "no teacher search left %s, as those of older versions or of images without labels"
                .formatted(SmallFile.CONFUSION.file())),
        () -> ConfusionFigure.of(results, files));
    return sources;
  }

  /**
   * A kind of figure.
   *
   * @param why there is none; empty where most runs have none, and nobody misses it
   */
  private record Kind(String what, String why) {}

  private static void draw(Kind kind, Source source, List<Drawn> drawn, List<String> missing) {
    try {
      List<Figure> figures = source.figures();
      if (figures.isEmpty() && !kind.why().isEmpty()) {
        missing.add("There is no figure of %s: %s.".formatted(kind.what(), kind.why()));
      }
      for (Figure figure : figures) {
        drawn.add(new Drawn(figure, figure.png(), figure.svg(), figure.inline()));
      }
    } catch (IOException | UncheckedIOException e) {
      missing.add("There is no figure of %s: %s.".formatted(kind.what(), e.getMessage()));
    } catch (AWTError | LinkageError | InternalError | RuntimeException e) {
      LOG.warn("no figure of {} could be drawn", kind.what(), e);
      missing.add(
          ("There is no figure of %s: this Java could not draw it (%s). If it has no fonts, install"
                  + " fontconfig and a font such as DejaVu, then write the report again.")
              .formatted(kind.what(), e));
    }
  }

  /** Writes the files of all figures, and deletes those that an earlier report had besides. */
  void write(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    for (Drawn one : drawn) {
      String name = one.figure().name();
      names.add(name);
      Files.writeString(folder.resolve(name + ".svg"), one.svg());
      Files.write(folder.resolve(name + ".png"), one.png());
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (OURS.matcher(name).matches()
            && !names.contains(name.substring(0, name.lastIndexOf('.')))) {
          Files.delete(file);
        }
      }
    }
  }
}
