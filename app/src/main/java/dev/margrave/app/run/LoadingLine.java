package dev.margrave.app.run;

import dev.margrave.workers.data.LoadProgress;
import java.io.PrintWriter;

/** A line for every fifth of a large data set that is loaded before anything else happens. */
final class LoadingLine implements LoadProgress {
  /** Fewer images are there before one has read the line. */
  private static final int LARGE = 20_000;

  private static final int PARTS = 5;

  private final String name;
  private final PrintWriter out;
  private int told;

  private LoadingLine(String name, PrintWriter out) {
    this.name = name;
    this.out = out;
  }

  static LoadProgress of(String name, PrintWriter out) {
    return new LoadingLine(name, out);
  }

  @Override
  public void at(int done, int total) {
    int part = (int) ((long) PARTS * done / total);
    if (total >= LARGE && part > told) {
      told = part;
      out.println("loading %s: %,d of %,d images".formatted(name, done, total));
      out.flush();
    }
  }
}
