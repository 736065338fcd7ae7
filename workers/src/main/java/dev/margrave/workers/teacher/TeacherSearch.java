package dev.margrave.workers.teacher;

import java.time.InstantSource;

/**
 * The unsupervised search of one teacher.
 *
 * <p>Same settings, same seed, same pixels, same native library and thread count: same table, bit
 * for bit. The evaluation split is read only after the winner is chosen.
 */
public final class TeacherSearch {
  private TeacherSearch() {}

  /**
   * Searches on the calling thread.
   *
   * @param train images of the training split
   * @param evaluate images of the evaluation split, of as many columns
   * @param clock times the fits; has no part in the choice
   * @throws TeacherSearchException when no teacher can be had from these images and settings
   * @throws java.util.concurrent.CancellationException when cancelled
   */
  @SuppressWarnings("DoNotCallSuggester")
  public static TeacherSearchResult run(
      PixelRows train,
      PixelRows evaluate,
      TeacherSearchSettings settings,
      long seed,
      TeacherProgress.Listener listener,
      CancellationCheck cancellation,
      InstantSource clock) {
    throw new UnsupportedOperationException("The search itself follows.");
  }
}
