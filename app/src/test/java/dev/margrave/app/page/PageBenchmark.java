package dev.margrave.app.page;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How fluid the page is in Chromium while {@value LongRuns#RUNS} runs of {@value LongRuns#POINTS}
 * points get more: the time between frames.
 */
public final class PageBenchmark {
  /** Points before frames are looked at: the scripts are compiled by then. */
  private static final int WARM_UP = 10;

  private static final int LIVE = 60;
  private static final int BETWEEN_MS = 150;

  private PageBenchmark() {}

  /**
   * Prints a line for each round, and the medians of all.
   *
   * @param arguments the number of rounds; 5 without it
   */
  public static void main(String[] arguments) {
    int rounds = arguments.length == 0 ? 5 : Integer.parseInt(arguments[0]);
    List<Double> worst = new ArrayList<>();
    List<Double> usual = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      double[] frames = frames();
      worst.add(frames[frames.length - 1]);
      usual.add(frames[(int) (frames.length * 0.99)]);
      say(
          "round %d: %d frames, worst %.0f ms, 99 of 100 under %.0f ms",
          round, frames.length, frames[frames.length - 1], frames[(int) (frames.length * 0.99)]);
    }
    say("median of the worst frames %.0f ms, of the 99th %.0f ms", median(worst), median(usual));
  }

  /** Milliseconds, sorted. */
  private static double[] frames() {
    try (Browser browser = Browser.open();
        ShownOrchestrator rig = new ShownOrchestrator("")) {
      LongRuns runs = new LongRuns(rig);
      Page page = browser.page(rig.page(), ColorScheme.LIGHT);
      page.waitForFunction(
          "() => document.querySelectorAll('#key tbody tr').length === " + LongRuns.RUNS);
      for (int live = 1; live <= LIVE; live++) {
        runs.measure(LongRuns.POINTS + live);
        if (live == WARM_UP) {
          page.evaluate(
              "() => { window.frames_ = []; let last = performance.now(); const next = now => {"
                  + " frames_.push(now - last); last = now; requestAnimationFrame(next); };"
                  + " requestAnimationFrame(next); }");
        }
        page.waitForTimeout(BETWEEN_MS);
      }
      // The first two stand for the question itself.
      Object found = page.evaluate("() => frames_.slice(2)");
      return ((List<?>) found)
          .stream().mapToDouble(frame -> ((Number) frame).doubleValue()).sorted().toArray();
    }
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void say(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
