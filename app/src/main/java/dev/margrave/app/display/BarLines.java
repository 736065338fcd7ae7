package dev.margrave.app.display;

import dev.margrave.app.text.Numbers;
import dev.margrave.app.text.Words;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.orchestrator.view.StageProgress;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.result.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/** The live lines: an overall one, a heading, a bar for each running stage. */
final class BarLines {
  private static final int NAME_WIDTH = 24;
  private static final int EPOCH_WIDTH = 7;
  private static final int SPEED_WIDTH = 10;
  private static final int MARGIN_WIDTH = 19;
  private static final int LEFT_WIDTH = 13;
  private static final int FIXED_WIDTH =
      NAME_WIDTH + EPOCH_WIDTH + SPEED_WIDTH + MARGIN_WIDTH + LEFT_WIDTH;
  private static final int NARROWEST_BAR = 8;
  private static final int WIDEST_BAR = 40;

  /** More running stages than these are counted, not drawn. */
  private static final int MOST_BARS = 16;

  private final boolean colour;

  BarLines(boolean colour) {
    this.colour = colour;
  }

  /**
   * The lines.
   *
   * @param width columns of the terminal
   * @param seconds since the run began
   */
  List<AttributedString> lines(ExperimentView view, Pace pace, double seconds, int width) {
    int bar = Math.max(NARROWEST_BAR, Math.min(WIDEST_BAR, width - 1 - FIXED_WIDTH));
    List<AttributedString> lines = new ArrayList<>();
    lines.add(overall(view, pace, seconds, NAME_WIDTH + bar));
    List<StageView> running =
        view.stages().stream().filter(stage -> stage.status() == StageStatus.RUNNING).toList();
    if (!running.isEmpty()) {
      lines.add(styled(heading(bar), AttributedStyle.DEFAULT.faint()));
    }
    for (StageView stage : running.subList(0, Math.min(MOST_BARS, running.size()))) {
      lines.add(bar(stage, pace.secondsLeft(stage, seconds), bar));
    }
    if (running.size() > MOST_BARS) {
      lines.add(new AttributedString("and " + (running.size() - MOST_BARS) + " more"));
    }
    return lines.stream().map(line -> line.columnSubSequence(0, width - 1)).toList();
  }

  private AttributedString overall(
      ExperimentView view, Pace pace, double seconds, int progressWidth) {
    long over = view.stages().stream().filter(stage -> stage.status().over()).count();
    String progress = over + " of " + Words.plural(view.stages().size(), "stage") + " over";
    OptionalDouble left = pace.secondsLeft(view, seconds);
    String times =
        Numbers.seconds(seconds)
            + " so far"
            + (left.isPresent() ? ", about " + Numbers.seconds(left.getAsDouble()) + " left" : "");
    String head = ("%-" + progressWidth + "s").formatted(view.experiment() + ": " + progress);
    return styled(head + "  " + times, AttributedStyle.BOLD);
  }

  private static String heading(int bar) {
    return ("%-" + (NAME_WIDTH + bar) + "s%7s%10s%19s%13s")
        .formatted("", "epoch", "images/s", "margin, sampled z", "time left");
  }

  private AttributedString bar(StageView stage, OptionalDouble left, int width) {
    AttributedStringBuilder line = new AttributedStringBuilder();
    line.append(("%-" + NAME_WIDTH + "s").formatted(stage.stage().text()));
    if (stage.progress().isEmpty()) {
      return line.append("starting").toAttributedString();
    }
    StageProgress progress = stage.progress().get();
    double fraction =
        progress.total() > 0
            ? Math.min(1, Math.max(0, (double) progress.done() / progress.total()))
            : 0;
    int full = (int) Math.round(fraction * width);
    line.append(styled("━".repeat(full), AttributedStyle.DEFAULT.foreground(AttributedStyle.CYAN)));
    line.append(styled("─".repeat(width - full), AttributedStyle.DEFAULT.faint()));
    if (stage.stage() instanceof StageKey.TeacherSearch) {
      int room = EPOCH_WIDTH + SPEED_WIDTH + MARGIN_WIDTH;
      String phase = "  " + progress.phase();
      line.append(
          ("%-" + room + "s").formatted(phase.substring(0, Math.min(room, phase.length()))));
    } else {
      line.append("%7s".formatted(Numbers.fixed(progress.epoch(), 1)));
      line.append("%10s".formatted(speed(progress)));
      margin(stage, line);
    }
    line.append(
        ("%" + LEFT_WIDTH + "s")
            .formatted(left.isPresent() ? Numbers.seconds(left.getAsDouble()) : ""));
    return line.toAttributedString();
  }

  private static String speed(StageProgress progress) {
    return progress.imagesPerSecond() > 0
        ? Numbers.count(Math.round(progress.imagesPerSecond()))
        : progress.phase().substring(0, Math.min(SPEED_WIDTH - 1, progress.phase().length()));
  }

  private void margin(StageView stage, AttributedStringBuilder line) {
    if (stage.evaluation().isEmpty()) {
      line.append("%19s".formatted(""));
      return;
    }
    Evaluation evaluation = stage.evaluation().get();
    String text =
        "%s ± %s"
            .formatted(
                Numbers.signed(evaluation.sampled().marginNats(), 3),
                Numbers.fixed(evaluation.sampled().standardErrorNats(), 3));
    int shade =
        switch (evaluation.sampled().verdict()) {
          case CERTIFIED -> AttributedStyle.GREEN;
          case INCONCLUSIVE -> AttributedStyle.YELLOW;
          case NEGATIVE -> AttributedStyle.RED;
        };
    line.append(styled("%19s".formatted(text), AttributedStyle.DEFAULT.foreground(shade)));
  }

  private AttributedString styled(String text, AttributedStyle style) {
    return colour ? new AttributedString(text, style) : new AttributedString(text);
  }
}
