package dev.margrave.workers.data;

/** Is told how far a data set is loaded, on the thread that loads it. */
@FunctionalInterface
public interface LoadProgress {
  /** Tells nobody. */
  LoadProgress NONE = (done, total) -> {};

  /**
   * So many images of so many are there; called a few times a second for data sets that take long,
   * perhaps never for others. What it throws ends the loading and comes out of it.
   */
  void at(int done, int total);
}
