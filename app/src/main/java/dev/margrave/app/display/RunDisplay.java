package dev.margrave.app.display;

import dev.margrave.app.Console;
import dev.margrave.orchestrator.view.ExperimentView;
import java.time.Clock;
import java.util.Optional;

/** Shows a run while it goes on. Any thread may call; calls do not block for long. */
public interface RunDisplay extends AutoCloseable {
  /** A newer snapshot. */
  void show(ExperimentView view);

  /** A line of its own, between the snapshots. */
  void say(String line);

  /** Leaves the terminal as it was. Idempotent. */
  @Override
  void close();

  /** Bars on a terminal, lines everywhere else. */
  static RunDisplay of(Console console, boolean json, Clock clock) {
    Optional<RunDisplay> live =
        console.terminal() && !json
            ? TerminalDisplay.open(console, clock).map(display -> display)
            : Optional.empty();
    return live.orElseGet(() -> new PlainDisplay(json ? console.err() : console.out(), clock));
  }
}
