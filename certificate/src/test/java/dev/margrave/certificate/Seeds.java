package dev.margrave.certificate;

import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/** The seed of a random test: printed, and set by -Dmargrave.test.seed to repeat or to vary. */
final class Seeds {
  private static final Set<Class<?>> PRINTED = ConcurrentHashMap.newKeySet();

  private Seeds() {}

  static long of(Class<?> test) {
    long seed = Long.getLong("margrave.test.seed", 20261122);
    if (PRINTED.add(test)) {
      System.out.printf("%s: -Dmargrave.test.seed=%d%n", test.getSimpleName(), seed);
    }
    // Mixed, so that neighbouring seeds share no trials.
    return new SplittableRandom(seed ^ test.getName().hashCode()).nextLong();
  }

  static SplittableRandom random(Class<?> test) {
    return new SplittableRandom(of(test));
  }
}
