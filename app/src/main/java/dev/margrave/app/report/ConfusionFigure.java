package dev.margrave.app.report;

import dev.margrave.app.text.Numbers;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.TeacherRow;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.artefact.SmallFile;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Which labels the images of a teacher's components have: a heat map, each row sums to 1. */
final class ConfusionFigure {
  private static final int HEAD = 50;
  private static final int PLOT_WIDTH = 700;
  private static final int NAMES_WIDTH = 120;
  private static final int EDGE = 12;
  private static final int MOST_LETTERS = 18;
  private static final int SCALE_STEPS = 50;

  /** With smaller cells there is no room for a percentage. */
  private static final int LEAST_CELL_WITH_NUMBER = 26;

  private static final Color FULL = new Color(0x08306B);
  private static final Color MIDDLE = new Color(0x4292C6);
  private static final Color EMPTY = new Color(0xF4F7FB);

  private final Confusion confusion;
  private final List<Integer> order;
  private final double cellWidth;
  private final double cellHeight;

  private ConfusionFigure(Confusion confusion) {
    this.confusion = confusion;
    // Components of one label stand together, the purest first.
    this.order =
        IntStream.range(0, confusion.components())
            .boxed()
            .sorted(
                Comparator.<Integer>comparingInt(confusion::mostFrequentLabel)
                    .thenComparing(k -> -confusion.share(k, confusion.mostFrequentLabel(k)))
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    this.cellWidth = Math.min(64, PLOT_WIDTH / (double) confusion.labels().size());
    this.cellHeight = Math.max(6, Math.min(28, 560 / (double) confusion.components()));
  }

  /**
   * One figure for each teacher that left its table.
   *
   * @throws IOException when one is no such table
   */
  static List<Figure> of(ExperimentResults results, StageFiles files) throws IOException {
    List<Figure> figures = new ArrayList<>();
    for (TeacherRow row : results.teachers()) {
      Optional<byte[]> json =
          files.read(new StageKey.TeacherSearch(row.teacherSeed()), SmallFile.CONFUSION);
      if (json.isPresent()) {
        figures.add(of(row.teacherSeed(), results.dataset(), Confusion.read(json.get())));
      }
    }
    return figures;
  }

  /** The figure of one teacher. */
  static Figure of(long teacherSeed, String dataset, Confusion confusion) {
    ConfusionFigure figure = new ConfusionFigure(confusion);
    String title =
        "Teacher of seed %d by label, held out: normalised mutual information %s"
            .formatted(teacherSeed, Numbers.fixed(confusion.normalisedMutualInformation(), 3));
    int width = (int) Math.max(760, NAMES_WIDTH + figure.width() + EDGE);
    Sheet sheet = new Sheet(width, (int) (HEAD + figure.height() + figure.labelsHeight() + 28));
    sheet.add(EDGE, 24, g -> Look.text(g, title, 0, 0, Look.TITLE, Look.INK, Look.Align.LEFT));
    sheet.add(NAMES_WIDTH, HEAD, figure::cells);
    sheet.add(NAMES_WIDTH, HEAD + figure.height(), figure::labels);
    sheet.add(
        NAMES_WIDTH, HEAD + figure.height() + figure.labelsHeight() + 4, ConfusionFigure::scale);
    return new Figure(
        "confusion-" + teacherSeed,
        title,
        "Rows: the teacher's components, each image counted for its most probable one (in brackets"
            + " how many); columns: the labels of %s, which the teacher never saw. Rows sum to 1; 0"
                .formatted(dataset)
            + " would be no relation, 1 one component for each label.",
        figure.numbers(),
        sheet);
  }

  private double width() {
    return cellWidth * confusion.labels().size();
  }

  private double height() {
    return cellHeight * confusion.components();
  }

  private void cells(Graphics2D g) {
    g.setColor(EMPTY);
    g.fill(new Rectangle2D.Double(0, 0, width(), height()));
    Font letters = fitting(cellHeight);
    for (int place = 0; place < order.size(); place++) {
      int component = order.get(place);
      double y = place * cellHeight;
      for (int label = 0; label < confusion.labels().size(); label++) {
        cell(g, label * cellWidth, y, confusion.share(component, label));
      }
      Look.text(
          g,
          "k = %d (%d)".formatted(component, confusion.total(component)),
          -8,
          y + cellHeight / 2 + letters.getSize() * 0.36,
          letters,
          Look.INK,
          Look.Align.RIGHT);
    }
  }

  private void cell(Graphics2D g, double x, double y, double share) {
    if (share == 0) {
      return;
    }
    double gap = cellWidth > 10 && cellHeight > 10 ? 1 : 0;
    g.setColor(colour(share));
    g.fill(new Rectangle2D.Double(x, y, cellWidth - gap, cellHeight - gap));
    if (cellWidth >= LEAST_CELL_WITH_NUMBER && cellHeight >= 14 && share >= 0.005) {
      Look.text(
          g,
          Long.toString(Math.round(100 * share)),
          x + cellWidth / 2,
          y + cellHeight / 2 + 4,
          Look.SMALL,
          share > 0.35 ? Color.WHITE : Look.INK,
          Look.Align.CENTRE);
    }
  }

  /** Light for few, dark for many; lightness alone tells them apart. */
  private static Color colour(double share) {
    return share < 0.5 ? mixed(EMPTY, MIDDLE, share * 2) : mixed(MIDDLE, FULL, share * 2 - 1);
  }

  private static Color mixed(Color from, Color to, double share) {
    return new Color(
        (int) Math.round(from.getRed() + share * (to.getRed() - from.getRed())),
        (int) Math.round(from.getGreen() + share * (to.getGreen() - from.getGreen())),
        (int) Math.round(from.getBlue() + share * (to.getBlue() - from.getBlue())));
  }

  /** Upright where they are too long to lie. */
  private void labels(Graphics2D g) {
    Font letters = fitting(cellWidth);
    boolean lying = lying(letters);
    for (int label = 0; label < confusion.labels().size(); label++) {
      String text = name(label);
      double middle = (label + 0.5) * cellWidth;
      Graphics2D own = (Graphics2D) g.create();
      own.translate(middle, lying ? 16 : 6);
      if (!lying) {
        own.rotate(-Math.PI / 2);
      }
      Look.text(
          own,
          text,
          0,
          lying ? 0 : letters.getSize() * 0.36,
          letters,
          Look.INK,
          lying ? Look.Align.CENTRE : Look.Align.RIGHT);
      own.dispose();
    }
  }

  private double labelsHeight() {
    Font letters = fitting(cellWidth);
    return lying(letters) ? 26 : 16 + longest(letters);
  }

  private boolean lying(Font letters) {
    return longest(letters) <= cellWidth - 4;
  }

  private double longest(Font letters) {
    return IntStream.range(0, confusion.labels().size())
        .mapToDouble(label -> Look.width(name(label), letters))
        .max()
        .orElse(0);
  }

  private String name(int label) {
    return Look.shortened(confusion.labels().get(label).strip(), MOST_LETTERS);
  }

  private static Font fitting(double pixels) {
    return Look.SMALL.deriveFont((float) Math.max(4, Math.min(11, pixels - 0.5)));
  }

  private static void scale(Graphics2D g) {
    Look.text(g, "share of the row", 0, 10, Look.SMALL, Look.MUTED, Look.Align.LEFT);
    double left = Look.width("share of the row", Look.SMALL) + 24;
    Look.text(g, "0", left - 6, 10, Look.SMALL, Look.MUTED, Look.Align.RIGHT);
    for (int step = 0; step < SCALE_STEPS; step++) {
      g.setColor(colour((step + 0.5) / SCALE_STEPS));
      g.fill(new Rectangle2D.Double(left + 3.0 * step, 1, 3.2, 10));
    }
    Look.text(g, "1", left + 3.0 * SCALE_STEPS + 6, 10, Look.SMALL, Look.MUTED, Look.Align.LEFT);
  }

  private String numbers() {
    StringBuilder text =
        new StringBuilder("Images of each component by its most frequent label:\n");
    for (int component : order) {
      int label = confusion.mostFrequentLabel(component);
      text.append("component ")
          .append(component)
          .append(": ")
          .append(confusion.total(component))
          .append(" images, ")
          .append(Numbers.fixed(100 * confusion.share(component, label), 1))
          .append(" % ")
          .append(name(label))
          .append('\n');
    }
    return text.toString();
  }
}
