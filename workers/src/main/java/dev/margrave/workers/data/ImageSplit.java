package dev.margrave.workers.data;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Labelled images of one size: one unsigned byte per value, each image row-major with the channels
 * last (NHWC). Immutable, safe to share between threads.
 *
 * <p><b>Memory.</b> n · height · width · channels bytes, and 24 bytes per image.
 */
public final class ImageSplit {
  /** pixel / 255 for each byte value, so that filling a batch divides nothing. */
  private static final float[] UNIT = unitScale();

  private final ImageShape shape;

  /** One array per image, so that a selection shares the images it selects. */
  private final byte[][] images;

  private final int[] labels;

  private ImageSplit(ImageShape shape, byte[][] images, int[] labels) {
    this.shape = shape;
    this.images = images;
    this.labels = labels;
  }

  /**
   * Takes ownership of {@code images}' rows: the caller must not write to them again.
   *
   * @param images {@code [n][shape.values()]}, n ≥ 1
   * @param labels {@code [n]}
   */
  static ImageSplit owning(ImageShape shape, byte[][] images, int[] labels) {
    Objects.requireNonNull(shape, "shape");
    if (images.length == 0 || images.length != labels.length) {
      throw new IllegalArgumentException(
          images.length + " images and " + labels.length + " labels: as many, at least 1, wanted");
    }
    for (byte[] image : images) {
      if (image.length != shape.values()) {
        throw new IllegalArgumentException(
            "an image of " + image.length + " values, expected " + shape.values());
      }
    }
    return new ImageSplit(shape, images.clone(), labels.clone());
  }

  /**
   * A split from arrays, which are copied.
   *
   * @param pixels {@code [n · shape.values()]}, NHWC
   * @param labels {@code [n]}, n ≥ 1
   */
  public static ImageSplit of(ImageShape shape, byte[] pixels, int[] labels) {
    int values = shape.values();
    if (pixels.length != (long) labels.length * values) {
      throw new IllegalArgumentException(
          pixels.length + " pixel bytes for " + labels.length + " images of " + values + " values");
    }
    byte[][] images = new byte[labels.length][];
    for (int i = 0; i < images.length; i++) {
      images[i] = Arrays.copyOfRange(pixels, i * values, (i + 1) * values);
    }
    return owning(shape, images, labels);
  }

  /** The images of all parts, one part after another; they share their bytes. */
  static ImageSplit concatenate(List<ImageSplit> parts) {
    return owning(
        parts.get(0).shape,
        parts.stream().flatMap(part -> Arrays.stream(part.images)).toArray(byte[][]::new),
        parts.stream().flatMapToInt(part -> Arrays.stream(part.labels)).toArray());
  }

  /** How many images there are, at least 1. */
  public int size() {
    return images.length;
  }

  public ImageShape shape() {
    return shape;
  }

  /** The class of an image, from 0. */
  public int label(int index) {
    return labels[index];
  }

  /** All labels, {@code [size]}; a copy. */
  public int[] labels() {
    return labels.clone();
  }

  /**
   * One value of an image.
   *
   * @param offset (row · width + column) · channels + channel
   * @return 0 to 255
   */
  public int value(int index, int offset) {
    return images[index][offset] & 0xff;
  }

  /** Copies an image's bytes, NHWC, to {@code destination} from {@code offset} on. */
  public void copyImage(int index, byte[] destination, int offset) {
    System.arraycopy(images[index], 0, destination, offset, shape.values());
  }

  /**
   * Writes the images of {@code indices}, one after another, as value / 255. Allocates nothing.
   *
   * @param indices which images, in any order, repeats allowed
   * @param batch at least {@code indices.length · shape().values()} long; what is beyond stays
   */
  public void fill(int[] indices, float[] batch) {
    fill(indices, 0, indices.length, batch, 0);
  }

  /**
   * Writes the images {@code indices[from] … indices[from + count − 1]} as value / 255. Allocates
   * nothing.
   *
   * @param offset where in {@code batch} the first value goes
   */
  public void fill(int[] indices, int from, int count, float[] batch, int offset) {
    Objects.checkFromIndexSize(from, count, indices.length);
    checkRoom(count, batch, offset);
    int values = shape.values();
    for (int i = 0; i < count; i++) {
      scale(images[indices[from + i]], batch, offset + i * values);
    }
  }

  /**
   * Writes the images {@code from … from + count − 1} as value / 255 to the start of {@code batch}.
   * Allocates nothing.
   */
  public void fillRange(int from, int count, float[] batch) {
    Objects.checkFromIndexSize(from, count, images.length);
    checkRoom(count, batch, 0);
    int values = shape.values();
    for (int i = 0; i < count; i++) {
      scale(images[from + i], batch, i * values);
    }
  }

  /** The images of {@code indices} in that order, sharing their bytes with this split. */
  public ImageSplit subset(int[] indices) {
    byte[][] chosen = new byte[indices.length][];
    int[] chosenLabels = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      chosen[i] = images[indices[i]];
      chosenLabels[i] = labels[indices[i]];
    }
    return owning(shape, chosen, chosenLabels);
  }

  /** How many images each class has, {@code [classes]}. */
  public int[] countsByLabel(int classes) {
    int[] counts = new int[classes];
    for (int label : labels) {
      counts[label]++;
    }
    return counts;
  }

  /** An image's bytes, read-only. */
  ByteBuffer bytes(int index) {
    return ByteBuffer.wrap(images[index]).asReadOnlyBuffer();
  }

  /** Feeds all images to {@code digest}, in order. */
  void updatePixels(MessageDigest digest) {
    for (byte[] image : images) {
      digest.update(image);
    }
  }

  private void checkRoom(int count, float[] batch, int offset) {
    long wanted = (long) count * shape.values();
    if (offset < 0 || batch.length - (long) offset < wanted) {
      throw new IllegalArgumentException(
          "a batch of "
              + batch.length
              + " floats has no room for "
              + wanted
              + " from offset "
              + offset
              + " on");
    }
  }

  private static void scale(byte[] image, float[] batch, int offset) {
    for (int i = 0; i < image.length; i++) {
      batch[offset + i] = UNIT[image[i] & 0xff];
    }
  }

  private static float[] unitScale() {
    float[] scale = new float[256];
    for (int i = 0; i < scale.length; i++) {
      scale[i] = i / 255f;
    }
    return scale;
  }
}
