package dev.margrave.app.run;

import dev.margrave.app.Console;
import dev.margrave.app.display.RunDisplay;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ctrl-C and SIGTERM: checkpoints what runs and says how to go on. The JVM then ends with 128 + the
 * signal by itself. A second signal changes nothing; kill -9 is safe too.
 */
final class Interruption {
  /** A step and the writing of a checkpoint take less by far. */
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(25);

  private final Thread hook;
  private final AtomicBoolean taken = new AtomicBoolean();

  private Interruption(Node node, RunDisplay display, Console console, String again) {
    this.hook =
        new Thread(
            () -> {
              if (taken.compareAndSet(false, true)) {
                stop(node, display, console, again);
              }
            },
            "margrave-interruption");
  }

  /** From now on an interruption is orderly. */
  static Interruption arm(Node node, RunDisplay display, Console console, String again) {
    Interruption interruption = new Interruption(node, display, console, again);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /**
   * The run has come to its end.
   *
   * @return false when an interruption was first, and stops the node
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

  private static void stop(Node node, RunDisplay display, Console console, String again) {
    display.close();
    console.err().println("Interrupted: writing checkpoints ...");
    console.err().flush();
    boolean drained = node.drain(DRAIN_LIMIT);
    node.stop();
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
