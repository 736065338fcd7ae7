package dev.margrave.workers.teacher;

/**
 * Random numbers by their index: the same seed, stream and counter give the same number, in any
 * order and on any machine.
 *
 * <p>The SplitMix64 finaliser of a Weyl sequence (Steele, Lea, Flood, "Fast splittable pseudorandom
 * number generators", OOPSLA 2014), whose start is the mixed seed and stream.
 */
final class CounterRandom {
  /** The odd integer nearest to 2⁶⁴ divided by the golden ratio. */
  private static final long WEYL = 0x9E3779B97F4A7C15L;

  private static final double TWO_TO_MINUS_53 = 0x1.0p-53;

  private final long key;

  CounterRandom(long seed, long... stream) {
    long mixed = mix(seed + WEYL);
    for (long part : stream) {
      mixed = mix(mixed ^ mix(part + WEYL));
    }
    this.key = mixed;
  }

  /** 64 uniform bits. */
  long bits(long counter) {
    return mix(key + (counter + 1) * WEYL);
  }

  /** Uniform in [0, 1), a multiple of 2⁻⁵³. */
  double uniform(long counter) {
    return (bits(counter) >>> 11) * TWO_TO_MINUS_53;
  }

  /** Standard normal (Box and Muller 1958); counters 2i and 2i + 1 are two independent draws. */
  double normal(long counter) {
    long pair = counter & ~1L;
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform(pair)));
    double angle = 2 * StrictMath.PI * uniform(pair + 1);
    return radius * ((counter & 1) == 0 ? StrictMath.cos(angle) : StrictMath.sin(angle));
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
