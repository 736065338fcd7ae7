package dev.margrave.app.run;

import dev.margrave.app.Console;
import dev.margrave.app.display.RunDisplay;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ctrl-C and SIGTERM: checkpoints what runs and says how to go on. The JVM then ends with 128 + the
 * signal by itself. A second signal changes nothing; kill -9 is safe too.
 */
final class Interruption {
  private static final Logger LOG = LoggerFactory.getLogger(Interruption.class);

  /** A step and the writing of a checkpoint take less by far. */
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(25);

  /** What an interruption stops. */
  interface Running {
    /**
     * Checkpoints and hands back every running stage.
     *
     * @return whether that was done in time
     */
    boolean drain(Duration limit);

    /** Ends it. */
    void stop();
  }

  private final Thread hook;
  private final AtomicBoolean taken = new AtomicBoolean();

  private Interruption(Running running, RunDisplay display, Console console, String again) {
    this.hook =
        new Thread(
            () -> {
              if (taken.compareAndSet(false, true)) {
                stop(running, display, console, again);
              }
            },
            "margrave-interruption");
  }

  /** From now on an interruption is orderly. */
  static Interruption arm(Running running, RunDisplay display, Console console, String again) {
    Interruption interruption = new Interruption(running, display, console, again);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /**
   * The run has come to its end.
   *
   * @return false when an interruption was first, and stops it
   */
  boolean disarm() {
    if (!taken.compareAndSet(false, true)) {
      return false;
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process ends already; the hook sees that it has nothing to do.
      return true;
    }
    return true;
  }

  /** Checkpoints, whatever has become of the terminal: it may be the reason of all this. */
  static void stop(Running running, RunDisplay display, Console console, String again) {
    try {
      display.close();
    } catch (RuntimeException | Error e) {
      LOG.warn("the display could not be closed", e);
    }
    console.err().println("Interrupted: writing checkpoints ...");
    console.err().flush();
    boolean drained = running.drain(DRAIN_LIMIT);
    running.stop();
    console
        .err()
        .println(
            drained
                ? "Everything is kept. Go on with: " + again
                : "Stopped in haste: the last committed checkpoints are kept. Go on with: "
                    + again);
    console.err().flush();
  }
}
