package dev.margrave.app.report;

import dev.margrave.protocol.Arm;
import java.awt.Graphics2D;
import java.util.List;
import java.util.function.Consumer;
import org.knowm.xchart.XYChart;

/** A sheet of small charts, one for each arm, three in a row. */
final class Panels {
  private static final int COLUMNS = 3;
  private static final int PANEL_WIDTH = 316;
  private static final int PANEL_HEIGHT = 246;
  private static final int HEAD = 50;
  private static final int PANEL_HEAD = 22;
  private static final int EDGE = 6;
  private static final int NOTE_LINE = 15;

  /**
   * One of them.
   *
   * @param note beside the arm's name
   * @param over what is drawn over the chart
   */
  record Panel(Arm arm, String note, XYChart chart, Consumer<Graphics2D> over) {}

  private Panels() {}

  /** An empty chart of a panel's size. */
  static XYChart chart(String xTitle, String yTitle) {
    return Look.chart(PANEL_WIDTH, PANEL_HEIGHT - PANEL_HEAD - 10, xTitle, yTitle);
  }

  /** The sheet; something more may be drawn at its head. */
  static Sheet sheet(String title, String experiment, List<Panel> panels) {
    int columns = Math.min(COLUMNS, panels.size());
    int rows = (panels.size() + COLUMNS - 1) / COLUMNS;
    // A long name leaves its note no place beside it: then all notes are below.
    int note = panels.stream().allMatch(Panels::fits) ? 0 : NOTE_LINE;
    int height = PANEL_HEIGHT + note;
    Sheet sheet =
        new Sheet(2 * EDGE + Math.max(2, columns) * PANEL_WIDTH, HEAD + rows * height + EDGE);
    sheet.add(12, 24, g -> head(g, title, experiment));
    for (int i = 0; i < panels.size(); i++) {
      Panel panel = panels.get(i);
      int x = EDGE + i % COLUMNS * PANEL_WIDTH;
      int y = HEAD + i / COLUMNS * height;
      sheet.add(x + 8.0, y + 14.0, g -> panelHead(g, panel, note));
      sheet.add(x, y + PANEL_HEAD + note, panel.chart(), panel.over());
    }
    return sheet;
  }

  private static void head(Graphics2D g, String title, String experiment) {
    Look.text(g, title, 0, 0, Look.TITLE, Look.INK, Look.Align.LEFT);
    double x = Look.width(title, Look.TITLE) + 12;
    Look.text(g, experiment, x, 0, Look.PLAIN, Look.MUTED, Look.Align.LEFT);
  }

  private static boolean fits(Panel panel) {
    return noteAt(panel) + Look.width(panel.note(), Look.SMALL) < PANEL_WIDTH - 16;
  }

  private static double noteAt(Panel panel) {
    return Look.width(panel.arm().label(), Look.HEADING) + 8;
  }

  private static void panelHead(Graphics2D g, Panel panel, int below) {
    String name = panel.arm().label();
    Look.text(g, name, 0, 0, Look.HEADING, Look.of(panel.arm()).darker(), Look.Align.LEFT);
    double x = below == 0 ? noteAt(panel) : 0;
    Look.text(g, panel.note(), x, below, Look.SMALL, Look.MUTED, Look.Align.LEFT);
  }
}
