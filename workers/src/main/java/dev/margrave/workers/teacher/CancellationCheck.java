package dev.margrave.workers.teacher;

import java.util.concurrent.CancellationException;

/** Asked between blocks of rows: a few times a second on the sizes this program is made for. */
@FunctionalInterface
public interface CancellationCheck {
  /** Never cancelled. */
  CancellationCheck NEVER = () -> false;

  /** Whether the work should stop now. */
  boolean isCancelled();

  /**
   * Ends the work if it should stop.
   *
   * @throws CancellationException if it is cancelled
   */
  default void throwIfCancelled() {
    if (isCancelled()) {
      throw new CancellationException("The teacher search was cancelled.");
    }
  }
}
