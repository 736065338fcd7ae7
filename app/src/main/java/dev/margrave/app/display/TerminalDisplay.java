package dev.margrave.app.display;

import dev.margrave.app.Console;
import dev.margrave.orchestrator.view.ExperimentView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.Display;

/** Bars at the foot of a terminal, above them what happened. */
final class TerminalDisplay implements RunDisplay {
  private static final long REDRAW_EVERY_MS = 250;

  /** Asking for the size starts a process. */
  private static final int REDRAWS_PER_SIZE = 8;

  private static final int WIDTH_IF_UNKNOWN = 80;
  private static final int HEIGHT_IF_UNKNOWN = 24;

  private final Terminal terminal;
  private final Display display;
  private final BarLines bars;
  private final Clock clock;
  private final Instant began;
  private final RunEvents events = new RunEvents();
  private final Pace pace = new Pace();
  private final ScheduledExecutorService redraws;
  private ScheduledFuture<?> redrawing;
  private ExperimentView view;
  private int redrawn;
  private Size size;
  private boolean closed;

  private TerminalDisplay(Terminal terminal, boolean colour, Clock clock) {
    this.terminal = terminal;
    this.display = new Display(terminal, false);
    this.bars = new BarLines(colour);
    this.clock = clock;
    this.began = clock.instant();
    this.redraws =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "margrave-display");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Empty when this is no terminal that can be redrawn. */
  static Optional<TerminalDisplay> open(Console console, Clock clock) {
    // Line-drawing characters as they are, not as the letters of an older terminal's second set.
    System.setProperty("org.jline.utils.disableAlternateCharset", "true");
    try {
      Terminal terminal =
          TerminalBuilder.builder()
              .name("margrave")
              .system(true)
              .provider("exec")
              .nativeSignals(false)
              .dumb(false)
              .encoding(StandardCharsets.UTF_8)
              .build();
      TerminalDisplay opened = new TerminalDisplay(terminal, console.colour(), clock);
      opened.redrawing =
          opened.redraws.scheduleWithFixedDelay(
              opened::redraw, REDRAW_EVERY_MS, REDRAW_EVERY_MS, TimeUnit.MILLISECONDS);
      return Optional.of(opened);
    } catch (IOException | IllegalStateException e) {
      return Optional.empty();
    }
  }

  @Override
  public synchronized void show(ExperimentView newer) {
    view = newer;
    pace.note(newer, seconds());
    List<String> lines =
        events.next(newer).stream().filter(event -> !event.frequent()).map(RunEvent::text).toList();
    if (!lines.isEmpty()) {
      print(lines);
    }
  }

  @Override
  public synchronized void say(String line) {
    print(List.of(line));
  }

  /** Above the bars, where it stays. */
  private void print(List<String> lines) {
    if (closed) {
      return;
    }
    measure();
    display.update(List.of(), 0);
    lines.forEach(terminal.writer()::println);
    terminal.flush();
    draw();
  }

  private synchronized void redraw() {
    if (!closed && view != null) {
      draw();
    }
  }

  private void draw() {
    if (view == null) {
      return;
    }
    if (redrawn++ % REDRAWS_PER_SIZE == 0) {
      measure();
    }
    display.update(bars.lines(view, pace, seconds(), size.getColumns()), 0);
  }

  private void measure() {
    Size now = terminal.getSize();
    if (now == null || now.getColumns() < 1 || now.getRows() < 1) {
      now = new Size(WIDTH_IF_UNKNOWN, HEIGHT_IF_UNKNOWN);
    }
    if (!now.equals(size)) {
      size = now;
      display.resize(size.getRows(), size.getColumns());
    }
  }

  private double seconds() {
    return (clock.millis() - began.toEpochMilli()) * 1e-3;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    redrawing.cancel(false);
    redraws.shutdown();
    if (size != null) {
      display.update(List.of(), 0);
    }
    terminal.flush();
    try {
      terminal.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the terminal could not be closed", e);
    }
  }
}
