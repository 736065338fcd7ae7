package dev.margrave.app.client;

import dev.margrave.app.Console;
import dev.margrave.app.display.RunDisplay;
import java.util.concurrent.atomic.AtomicBoolean;

/** Ctrl-C while watching: leaves the terminal as it was, and says that nothing else ended. */
final class WatchInterruption {
  private final AtomicBoolean taken = new AtomicBoolean();
  private final Thread hook;

  private WatchInterruption(RunDisplay display, Console console, String experiment, String again) {
    this.hook =
        new Thread(
            () -> {
              if (taken.compareAndSet(false, true)) {
                say(display, console, experiment, again);
              }
            },
            "margrave-interruption");
  }

  static WatchInterruption arm(
      RunDisplay display, Console console, String experiment, String again) {
    WatchInterruption interruption = new WatchInterruption(display, console, experiment, again);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /** The JVM then ends with 128 + the signal by itself. */
  static void say(RunDisplay display, Console console, String experiment, String again) {
    display.close();
    console.err().println("The watching ended, " + experiment + " goes on. Watch again: " + again);
    console.err().flush();
  }

  /** The watching has come to its end. */
  void disarm() {
    if (taken.compareAndSet(false, true)) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The process ends already; the hook sees that it has nothing to do.
        return;
      }
    }
  }
}
