package dev.margrave.metrics;

/** How many series there may be, and are. */
final class SeriesBudget {
  private final int maximum;
  private int used;

  SeriesBudget(int maximum) {
    this.maximum = maximum;
  }

  /** All of them or none. */
  synchronized boolean take(int series) {
    if (series > maximum - used) {
      return false;
    }
    used += series;
    return true;
  }

  synchronized void giveBack(int series) {
    used -= series;
  }

  synchronized int used() {
    return used;
  }

  int maximum() {
    return maximum;
  }
}
