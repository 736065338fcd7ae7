package dev.margrave.bench;

import java.time.Duration;

/** What a job of a peer does for as long as a stage lasts. */
final class Sleep {
  private Sleep() {}

  static void of(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
