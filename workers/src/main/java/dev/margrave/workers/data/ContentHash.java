package dev.margrave.workers.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The name of exactly the data that was used: SHA-256, in lower-case hexadecimal, of
 *
 * <pre>
 *   the 18 ASCII bytes "margrave-images-1\n"
 *   height, width, channels, classes       4 bytes each, big-endian
 *   then for the training split, then for the evaluation split:
 *     n                                    4 bytes, big-endian
 *     the labels                           n times 4 bytes, big-endian
 *     the pixels, NHWC                     n * height * width * channels bytes
 * </pre>
 *
 * after selection, in the order in which the data is used. Names of data sets and of labels do not
 * enter: they change no number.
 */
final class ContentHash {
  private static final String MAGIC = "margrave-images-1\n";

  private ContentHash() {}

  static String of(ImageShape shape, int classes, ImageSplit train, ImageSplit evaluate) {
    MessageDigest digest = digest("SHA-256");
    digest.update(MAGIC.getBytes(StandardCharsets.US_ASCII));
    digest.update(bytes(shape.height(), shape.width(), shape.channels(), classes));
    for (ImageSplit split : new ImageSplit[] {train, evaluate}) {
      digest.update(bytes(split.size()));
      digest.update(bytes(split.labels()));
      split.updatePixels(digest);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** A digest that every Java platform has, as SHA-256 and MD5. */
  static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java platform lacks " + algorithm, e);
    }
  }

  private static byte[] bytes(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length);
    buffer.asIntBuffer().put(values);
    return buffer.array();
  }
}
