package dev.margrave.workers.teacher;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A frozen teacher: for every image the probabilities of its K components.
 *
 * <p><b>Shapes.</b> train [n, K] and evaluate [m, K], float64, row by row, in the order of the
 * splits' images. Every row lies on the simplex within 10⁻¹² and every entry is at least ε/K.
 */
public final class TeacherTable {
  private static final int HASHED_AT_ONCE = 4096;

  private final int components;
  private final double floor;
  private final double[] train;
  private final double[] evaluate;

  /** Owns the arrays from now on. */
  TeacherTable(int components, double floor, double[] train, double[] evaluate) {
    if (train.length % components != 0 || evaluate.length % components != 0) {
      throw new IllegalArgumentException(
          "Tables of "
              + train.length
              + " and "
              + evaluate.length
              + " entries have no rows of "
              + components
              + ".");
    }
    this.components = components;
    this.floor = floor;
    this.train = train;
    this.evaluate = evaluate;
  }

  /** K. */
  public int components() {
    return components;
  }

  /** ε: every entry is at least ε/K. */
  public double floor() {
    return floor;
  }

  /** n. */
  public int trainRows() {
    return train.length / components;
  }

  /** m. */
  public int evaluateRows() {
    return evaluate.length / components;
  }

  /** T of the training split, a copy, row by row. */
  public double[] train() {
    return train.clone();
  }

  /** T of the evaluation split, a copy, row by row. */
  public double[] evaluate() {
    return evaluate.clone();
  }

  /**
   * SHA-256, in lower-case hexadecimal digits, of: K, n, m as 32-bit and ε as 64-bit little-endian
   * numbers, then all entries of train and of evaluate as little-endian float64.
   */
  public String contentSha256() {
    MessageDigest digest = sha256();
    ByteBuffer header =
        ByteBuffer.allocate(3 * Integer.BYTES + Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(components).putInt(trainRows()).putInt(evaluateRows()).putDouble(floor);
    digest.update(header.array());
    update(digest, train);
    update(digest, evaluate);
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void update(MessageDigest digest, double[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(HASHED_AT_ONCE * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < values.length; from += HASHED_AT_ONCE) {
      int count = Math.min(HASHED_AT_ONCE, values.length - from);
      bytes.clear();
      bytes.asDoubleBuffer().put(values, from, count);
      bytes.limit(count * Double.BYTES);
      digest.update(bytes);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java has no SHA-256, which every Java must have.", e);
    }
  }
}
