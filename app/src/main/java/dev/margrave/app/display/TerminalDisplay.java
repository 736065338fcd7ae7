package dev.margrave.app.display;

import dev.margrave.app.Console;
import dev.margrave.orchestrator.view.ExperimentView;
import java.io.IOError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.Display;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bars at the foot of a terminal, above them what happened. A terminal that has gone away is logged
 * once and shown nothing more: the run goes on without it.
 */
final class TerminalDisplay implements RunDisplay {
  private static final Logger LOG = LoggerFactory.getLogger(TerminalDisplay.class);
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
  private ExperimentView view;
  private int redrawn;
  private Size size;
  private boolean closed;
  private boolean logged;

  TerminalDisplay(Terminal terminal, boolean colour, Clock clock) {
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
      opened.start();
      return Optional.of(opened);
    } catch (IOException | IllegalStateException | IOError e) {
      return Optional.empty();
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // Redrawing catches what it throws.
  private void start() {
    redraws.scheduleWithFixedDelay(
        this::redraw, REDRAW_EVERY_MS, REDRAW_EVERY_MS, TimeUnit.MILLISECONDS);
  }

  @Override
  public synchronized void show(ExperimentView newer) {
    view = newer;
    pace.note(newer, seconds());
    List<String> lines =
        events.next(newer).stream().filter(event -> !event.frequent()).map(RunEvent::text).toList();
    if (!lines.isEmpty()) {
      attempt(() -> print(lines));
    }
  }

  @Override
  public synchronized void say(String line) {
    attempt(() -> print(List.of(line)));
  }

  /** Does something with the terminal, which may be there no more. */
  private void attempt(TerminalAction action) {
    try {
      action.run();
    } catch (IOException | RuntimeException | IOError e) {
      if (!logged) {
        logged = true;
        LOG.warn("the terminal fails; the run goes on", e);
      }
    }
  }

  /** What a terminal that is gone refuses. */
  private interface TerminalAction {
    void run() throws IOException;
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
      attempt(this::draw);
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
    Size[] asked = {size};
    attempt(() -> asked[0] = terminal.getSize());
    Size now = asked[0];
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
    redraws.shutdownNow();
    attempt(
        () -> {
          if (size != null) {
            display.update(List.of(), 0);
          }
          terminal.flush();
        });
    attempt(terminal::close);
  }
}
