package dev.margrave.workers.vae.engine;

/**
 * Philox4x32-10: random numbers that are a function of (seed, stream, step) and of nothing that
 * happened before, so that a resumed run draws the same bits as one that was never interrupted.
 *
 * <p>The key is the seed; the 128-bit counter is (block, stream, step), the block counting up from
 * 0 within one instance. An instance is a cursor and belongs to one thread.
 *
 * <p><b>Source.</b> Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC
 * 2011; bit for bit Random123's {@code philox4x32}. Normals by Box and Muller 1958 with {@link
 * StrictMath}, so that they have the same bits on every machine.
 */
public final class CounterRandom {

  /** What the numbers are for: two purposes never share numbers. */
  public enum Stream {
    /** Initial weights; the step is the parameter's number. */
    INITIAL_WEIGHTS(1),
    /** The order of the training images; the step is the epoch. */
    DATA_ORDER(2),
    /** The reparameterisation noise of training; the step is the iteration. */
    TRAINING_NOISE(3),
    /**
     * The codes of an evaluation; the step is (sample, chunk of images), −1 for the audit's codes,
     * −2 for those of the mutual information.
     */
    EVALUATION_NOISE(4),
    /** A witness that is seeded anew before a rescue; the step is the rescue's number. */
    WITNESS_RESEED(5),
    /**
     * The prior's samples that InfoVAE compares a batch's codes with; the step is the iteration.
     */
    PRIOR_SAMPLES(16),
    /**
     * Which images an inner step of lagging inference sees; the step is (iteration, inner step).
     */
    INNER_BATCH(17),
    /** Its reparameterisation noise; the step is (iteration, inner step). */
    INNER_NOISE(18),
    /** The samples that a mutual information is estimated with. */
    INFORMATION_NOISE(19);

    private final int id;

    Stream(int id) {
      this.id = id;
    }
  }

  private static final int MULTIPLIER_0 = 0xD2511F53;
  private static final int MULTIPLIER_1 = 0xCD9E8D57;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final int ROUNDS = 10;

  private final int key0;
  private final int key1;
  private final int stream;
  private final int step0;
  private final int step1;
  private final int[] block = new int[4];
  private int nextBlock;
  private int used = 4;

  /** The numbers of that seed, purpose and step, from their beginning. */
  public CounterRandom(long seed, Stream stream, long step) {
    this.key0 = (int) seed;
    this.key1 = (int) (seed >>> 32);
    this.stream = stream.id;
    this.step0 = (int) step;
    this.step1 = (int) (step >>> 32);
  }

  /** A uniform int over all 2³² values. */
  public int nextInt() {
    if (used == 4) {
      block[0] = nextBlock++;
      block[1] = stream;
      block[2] = step0;
      block[3] = step1;
      philox(block, key0, key1);
      used = 0;
    }
    return block[used++];
  }

  /**
   * A uniform int in [0, bound), without bias (Lemire 2019, rejection in 64 bits).
   *
   * @throws IllegalArgumentException when bound &lt; 1
   */
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound is " + bound + "; it must be at least 1");
    }
    long product = Integer.toUnsignedLong(nextInt()) * bound;
    long threshold = (1L << 32) % bound;
    while ((product & 0xFFFFFFFFL) < threshold) {
      product = Integer.toUnsignedLong(nextInt()) * bound;
    }
    return (int) (product >>> 32);
  }

  /** A uniform double in (−1, 1), symmetric about 0, never 0: 2³² equidistant values. */
  public double nextSymmetric() {
    return (nextInt() + 0.5) * 0x1.0p-31;
  }

  /** Fills {@code out} with standard normals. */
  public void fillGaussian(float[] out) {
    for (int i = 0; i < out.length; i += 2) {
      // (0, 1): never 0, so the logarithm is finite; the largest value drawn is below 6.8.
      double uniform = (Integer.toUnsignedLong(nextInt()) + 0.5) * 0x1.0p-32;
      double angle = (Integer.toUnsignedLong(nextInt()) + 0.5) * 0x1.0p-32 * 2 * Math.PI;
      double radius = Math.sqrt(-2 * StrictMath.log(uniform));
      out[i] = (float) (radius * StrictMath.cos(angle));
      if (i + 1 < out.length) {
        out[i + 1] = (float) (radius * StrictMath.sin(angle));
      }
    }
  }

  /** A uniform permutation of 0 to n − 1 (Fisher and Yates, Durstenfeld 1964). */
  public int[] permutation(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  /** Encrypts the counter in place: the generator's whole mathematics. */
  static void philox(int[] counter, int key0, int key1) {
    int c0 = counter[0];
    int c1 = counter[1];
    int c2 = counter[2];
    int c3 = counter[3];
    int k0 = key0;
    int k1 = key1;
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = Integer.toUnsignedLong(MULTIPLIER_0) * Integer.toUnsignedLong(c0);
      long product1 = Integer.toUnsignedLong(MULTIPLIER_1) * Integer.toUnsignedLong(c2);
      c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
      c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
      c1 = (int) product1;
      c3 = (int) product0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    counter[0] = c0;
    counter[1] = c1;
    counter[2] = c2;
    counter[3] = c3;
  }
}
