package dev.margrave.workers.teacher;

/**
 * How far a search has come. Sent on the searching thread, after every pass over the pixels and
 * every iteration of EM.
 *
 * @param phase what is being done
 * @param fit mixture being fitted, from 1; 0 outside {@link Phase#MIXTURES}
 * @param fits mixtures to fit: temperatures share one
 * @param description of the mixture, as {@code d=64 K=32 diagonal}; empty outside {@link
 *     Phase#MIXTURES}
 * @param iteration EM iterations of this fit that are done
 * @param meanLogLikelihoodNats of the fit part after that iteration, per image; NaN before the
 *     first
 * @param fraction of the whole search that is done, in [0, 1]; never decreases
 */
public record TeacherProgress(
    Phase phase,
    int fit,
    int fits,
    String description,
    int iteration,
    double meanLogLikelihoodNats,
    double fraction) {

  /** The parts of a search, in their order. */
  public enum Phase {
    COMPONENTS,
    MIXTURES,
    TABLES,
    DONE
  }

  /** Is told. */
  @FunctionalInterface
  public interface Listener {
    /** Tells nobody. */
    Listener NONE = progress -> {};

    void onProgress(TeacherProgress progress);
  }
}
