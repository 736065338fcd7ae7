package dev.margrave.app.display;

import dev.margrave.orchestrator.view.ExperimentView;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;

/** One time-stamped line for each change and each evaluation. */
final class PlainDisplay implements RunDisplay {
  private final PrintWriter out;
  private final Clock clock;
  private final RunEvents events = new RunEvents();

  PlainDisplay(PrintWriter out, Clock clock) {
    this.out = out;
    this.clock = clock;
  }

  @Override
  public synchronized void show(ExperimentView view) {
    events.next(view).forEach(event -> line(event.text()));
  }

  @Override
  public synchronized void say(String line) {
    line(line);
  }

  @Override
  public void close() {
    out.flush();
  }

  private void line(String text) {
    LocalTime time = LocalTime.now(clock).truncatedTo(ChronoUnit.SECONDS);
    out.println("%tT %s".formatted(time, text));
    out.flush();
  }
}
