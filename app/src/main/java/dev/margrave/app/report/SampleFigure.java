package dev.margrave.app.report;

import dev.margrave.app.text.Numbers;
import dev.margrave.app.text.Words;
import dev.margrave.orchestrator.result.ArmRow;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.artefact.SmallFile;
import dev.margrave.protocol.result.StageResult.ArmTrained;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The first held-out images, and beneath them what the decoder of each arm makes of their mean
 * codes, of the first seed that left any.
 */
final class SampleFigure {
  private static final int HEAD = 44;
  private static final int NAMES_WIDTH = 190;
  private static final int EDGE = 12;
  private static final int GAP = 10;

  /** Between the two rows of a sheet of samples. */
  private static final int SHEET_GAP = 4;

  /** A picture is an answer from elsewhere: one of more pixels is not unpacked. */
  private static final long MOST_PIXELS = 8_000_000;

  private record Picture(ArmRow row, BufferedImage sheet) {
    int height() {
      return (sheet.getHeight() - SHEET_GAP) / 2;
    }

    BufferedImage inputs() {
      return sheet.getSubimage(0, 0, sheet.getWidth(), height());
    }

    BufferedImage reconstructions() {
      return sheet.getSubimage(0, height() + SHEET_GAP, sheet.getWidth(), height());
    }
  }

  private SampleFigure() {}

  /**
   * The figure; empty when no arm left a picture.
   *
   * @throws IOException when one is no picture
   */
  static Optional<Figure> of(ExperimentResults results, StageFiles files) throws IOException {
    for (Cell cell : Cell.of(results)) {
      List<Picture> pictures = pictures(cell, files);
      if (!pictures.isEmpty()) {
        return Optional.of(figure(results, cell, pictures));
      }
    }
    return Optional.empty();
  }

  private static List<Picture> pictures(Cell cell, StageFiles files) throws IOException {
    List<Picture> pictures = new ArrayList<>();
    for (ArmRow row : cell.rows()) {
      StageKey stage = new StageKey.ArmRun(row.arm(), row.seed(), row.teacherSeed());
      Optional<byte[]> png = files.read(stage, SmallFile.SAMPLES);
      if (png.isPresent()) {
        pictures.add(new Picture(row, read(stage, png.get())));
      }
    }
    return pictures;
  }

  private static BufferedImage read(StageKey stage, byte[] png) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("png");
    ImageReader reader = readers.next();
    try (var in = new MemoryCacheImageInputStream(new ByteArrayInputStream(png))) {
      reader.setInput(in, true, true);
      long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
      if (pixels > MOST_PIXELS || reader.getHeight(0) <= SHEET_GAP + 1) {
        throw new IOException("it has %d pixels".formatted(pixels));
      }
      return reader.read(0);
    } catch (IOException | RuntimeException e) {
      throw new IOException(
          "%s of %s is no picture of samples (%s)"
              .formatted(SmallFile.SAMPLES.file(), stage.text(), e.getMessage()),
          e);
    } finally {
      reader.dispose();
    }
  }

  private static Figure figure(ExperimentResults results, Cell cell, List<Picture> pictures) {
    String title =
        "Held-out images and their reconstructions, " + Words.cell(cell.seed(), cell.teacherSeed());
    int width = pictures.stream().mapToInt(picture -> picture.sheet().getWidth()).max().orElse(0);
    int height = pictures.stream().mapToInt(Picture::height).sum() + GAP * pictures.size();
    Picture first = pictures.get(0);
    Sheet sheet =
        new Sheet(
            NAMES_WIDTH + width + EDGE, HEAD + first.height() + GAP + height + EDGE - GAP / 2);
    sheet.add(EDGE, 24, g -> Look.text(g, title, 0, 0, Look.TITLE, Look.INK, Look.Align.LEFT));
    int y = HEAD;
    sheet.add(0, y, g -> inputs(g, first));
    y += first.height() + GAP;
    StringBuilder numbers = new StringBuilder("Mean squared error per pixel value:\n");
    for (Picture picture : pictures) {
      sheet.add(0, y, g -> reconstructions(g, picture));
      y += picture.height() + GAP;
      numbers.append(picture.row().arm().label()).append(": ").append(error(picture.row()));
      numbers.append('\n');
    }
    return new Figure(
        "reconstructions",
        title,
        "Upper row: the first images of the held-out split; below, what each arm's decoder makes of"
            + " their mean codes (%s).".formatted(results.dataset()),
        numbers.toString(),
        sheet);
  }

  private static void inputs(Graphics2D g, Picture picture) {
    double middle = picture.height() / 2.0;
    Look.text(g, "inputs", EDGE, middle + 4, Look.HEADING, Look.INK, Look.Align.LEFT);
    draw(g, picture.inputs());
  }

  private static void reconstructions(Graphics2D g, Picture picture) {
    double middle = picture.height() / 2.0;
    ArmRow row = picture.row();
    Look.text(
        g,
        row.arm().label(),
        EDGE,
        middle - 2,
        Look.HEADING,
        Look.of(row.arm()).darker(),
        Look.Align.LEFT);
    Look.text(g, "MSE " + error(row), EDGE, middle + 14, Look.SMALL, Look.MUTED, Look.Align.LEFT);
    draw(g, picture.reconstructions());
  }

  private static void draw(Graphics2D g, BufferedImage image) {
    g.drawImage(image, NAMES_WIDTH, 0, image.getWidth(), image.getHeight(), null);
  }

  private static String error(ArmRow row) {
    return row.result()
        .map(ArmTrained::statistics)
        .map(statistics -> Numbers.fixed(statistics.meanSquaredError(), 4))
        .orElse("-");
  }
}
