package dev.margrave.k8s.rehearsal;

import java.time.Duration;
import java.util.Locale;

/** Says what happens in the rehearsal, with the seconds since its start. */
final class Events {
  private static final long START = System.nanoTime();

  private Events() {}

  static void say(String what) {
    double seconds = Duration.ofNanos(System.nanoTime() - START).toMillis() / 1000.0;
    System.out.println(String.format(Locale.ROOT, "%7.1f s  %s", seconds, what));
    System.out.flush();
  }
}
