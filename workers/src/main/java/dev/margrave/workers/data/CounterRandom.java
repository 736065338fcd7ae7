package dev.margrave.workers.data;

/**
 * Random numbers by counter: a value is a function of (seed, stream, index, draw) alone, so any one
 * can be had without those before it and nothing depends on how many are taken.
 *
 * <p>Each coordinate is absorbed by the finaliser of SplitMix64 (Steele, Lea, Flood, "Fast
 * splittable pseudorandom number generators", OOPSLA 2014; constants of variant 13 by Stafford),
 * after an addition of the coordinate's multiple of the golden gamma.
 */
final class CounterRandom {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private CounterRandom() {}

  /** The key of one index of one stream: 64 random bits, different for different indices. */
  static long key(long seed, long stream, long index) {
    return absorb(absorb(mix(seed), stream), index);
  }

  /** 64 random bits: draw number {@code draw} under a {@link #key}. */
  static long bits(long key, long draw) {
    return absorb(key, draw);
  }

  /** Uniform on [0, 1), 53 bits. */
  static double uniform(long key, long draw) {
    return (bits(key, draw) >>> 11) * 0x1p-53;
  }

  /** Uniform on [low, high). */
  static double uniform(long key, long draw, double low, double high) {
    return low + (high - low) * uniform(key, draw);
  }

  /** One of 0 … bound − 1; the bias is under bound · 2⁻³². */
  static int below(long key, long draw, int bound) {
    return (int) (((bits(key, draw) >>> 32) * bound) >>> 32);
  }

  private static long absorb(long state, long coordinate) {
    return mix(state + GOLDEN_GAMMA * (coordinate + 1));
  }

  private static long mix(long z) {
    long x = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    x = (x ^ (x >>> 27)) * 0x94d049bb133111ebL;
    return x ^ (x >>> 31);
  }
}
