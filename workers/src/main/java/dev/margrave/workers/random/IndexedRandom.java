package dev.margrave.workers.random;

/**
 * Random numbers by index: the draw number i is a function of the key and of i alone, so any one
 * can be had without those before it, in any order, on any machine and by any number of threads.
 *
 * <p>With mix the finaliser of SplitMix64 and γ the golden gamma, all modulo 2⁶⁴,
 *
 * <pre>
 *   bits(i) = absorb(key, i),   absorb(state, x) = mix(state + γ · (x + 1))
 * </pre>
 *
 * so that the draws of one key are those of SplitMix64 seeded with it. Keys are derived in two
 * ways, {@link #of} and {@link #along}, whose bits are part of the data sets and of the teachers
 * that they were used for: neither may change.
 *
 * <p><b>Source.</b> Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA
 * 2014; constants of variant 13 by Stafford.
 */
public final class IndexedRandom {
  /** The odd integer nearest to 2⁶⁴ divided by the golden ratio. */
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private final long key;

  private IndexedRandom(long key) {
    this.key = key;
  }

  /**
   * The numbers of one index of one stream: key = absorb(absorb(mix(seed), stream), index).
   *
   * @param stream what they are for
   * @param index of the thing they are for, for instance of an image
   */
  public static IndexedRandom of(long seed, long stream, long index) {
    return new IndexedRandom(absorb(absorb(mix(seed), stream), index));
  }

  /**
   * The numbers at the end of a path of any length: key = mix(seed + γ), then for every part p of
   * the path mix(key ⊕ mix(p + γ)). The order of the parts counts.
   */
  public static IndexedRandom along(long seed, long... path) {
    long key = mix(seed + GOLDEN_GAMMA);
    for (long part : path) {
      key = mix(key ^ mix(part + GOLDEN_GAMMA));
    }
    return new IndexedRandom(key);
  }

  /** 64 uniform bits, different for different indices of one stream. */
  public long key() {
    return key;
  }

  /** 64 uniform bits. */
  public long bits(long draw) {
    return absorb(key, draw);
  }

  /** Uniform on [0, 1), a multiple of 2⁻⁵³. */
  public double uniform(long draw) {
    return (bits(draw) >>> 11) * 0x1p-53;
  }

  /** Uniform on [low, high). */
  public double uniform(long draw, double low, double high) {
    return low + (high - low) * uniform(draw);
  }

  /** One of 0 … bound − 1; the bias is under bound · 2⁻³². */
  public int below(long draw, int bound) {
    return (int) (((bits(draw) >>> 32) * bound) >>> 32);
  }

  /**
   * Standard normal (Box and Muller 1958); draws 2i and 2i + 1 are independent and use the bits of
   * both. By {@link StrictMath}, so that it is the same on every machine.
   */
  public double normal(long draw) {
    long pair = draw & ~1L;
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform(pair)));
    double angle = 2 * StrictMath.PI * uniform(pair + 1);
    return radius * ((draw & 1) == 0 ? StrictMath.cos(angle) : StrictMath.sin(angle));
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
