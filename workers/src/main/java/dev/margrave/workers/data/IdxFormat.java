package dev.margrave.workers.data;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * MNIST (LeCun, Cortes, Burges 1998) and what copies its layout, as Fashion-MNIST (Xiao, Rasul,
 * Vollgraf 2017): four IDX files, plain or {@code .gz}.
 *
 * <pre>
 *   images: magic 0x00000803, n, 28, 28 (4 bytes each, big-endian), n · 784 bytes, row-major
 *   labels: magic 0x00000801, n                                   , n bytes 0-9
 * </pre>
 *
 * <p>Images come out 32 × 32 × 1: two rows and columns of zeros, the background, on every side,
 * since the reference network halves the size three times.
 */
record IdxFormat(String name, List<String> labelNames, List<String> folders)
    implements DatasetFormat {

  static final IdxFormat MNIST =
      new IdxFormat(
          "mnist",
          List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
          List.of("MNIST/raw", "raw"));

  static final IdxFormat FASHION_MNIST =
      new IdxFormat(
          "fashion-mnist",
          List.of(
              "T-shirt/top",
              "Trouser",
              "Pullover",
              "Dress",
              "Coat",
              "Sandal",
              "Shirt",
              "Sneaker",
              "Bag",
              "Ankle boot"),
          List.of("FashionMNIST/raw", "raw", "data/fashion"));

  private static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
  private static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
  private static final String EVALUATE_IMAGES = "t10k-images-idx3-ubyte";
  private static final String EVALUATE_LABELS = "t10k-labels-idx1-ubyte";

  private static final int IMAGES_MAGIC = 0x00000803;
  private static final int LABELS_MAGIC = 0x00000801;

  /** Rows and columns in the file, and the zeros around them. */
  private static final int SIDE = 28;

  private static final int PADDING = 2;
  private static final ImageShape SHAPE = new ImageShape(SIDE + 2 * PADDING, SIDE + 2 * PADDING, 1);

  @Override
  public ImageShape shape() {
    return SHAPE;
  }

  @Override
  public int classes() {
    return labelNames.size();
  }

  @Override
  public List<String> files() {
    return List.of(TRAIN_IMAGES, TRAIN_LABELS, EVALUATE_IMAGES, EVALUATE_LABELS);
  }

  /**
   * {@code train-images.idx3-ubyte}, as some tools unpack it, is {@code train-images-idx3-ubyte}.
   */
  @Override
  public Optional<String> role(String fileName) {
    String canonical = fileName.replace(".idx", "-idx");
    return files().contains(canonical) ? Optional.of(canonical) : Optional.empty();
  }

  @Override
  public List<String> archives() {
    return List.of(name + ".tar.gz", name + ".tgz");
  }

  @Override
  public String wanted() {
    return "the four IDX files, plain or .gz, are";
  }

  @Override
  public Assembly begin() {
    return new Files4();
  }

  /** Two splits of images and labels. */
  private final class Files4 implements Assembly {
    private byte[][] trainImages;
    private int[] trainLabels;
    private byte[][] evaluateImages;
    private int[] evaluateLabels;

    @Override
    public void accept(String role, DataFile file) {
      switch (role) {
        case TRAIN_IMAGES -> trainImages = readImages(file);
        case TRAIN_LABELS -> trainLabels = readLabels(file);
        case EVALUATE_IMAGES -> evaluateImages = readImages(file);
        case EVALUATE_LABELS -> evaluateLabels = readLabels(file);
        default -> throw new IllegalArgumentException("no role is called " + role);
      }
      pair(file, trainImages, trainLabels);
      pair(file, evaluateImages, evaluateLabels);
    }

    @Override
    public Contents finish() {
      return new Contents(
          ImageSplit.owning(SHAPE, trainImages, trainLabels),
          ImageSplit.owning(SHAPE, evaluateImages, evaluateLabels),
          labelNames);
    }

    private void pair(DataFile file, byte[][] images, int[] labels) {
      if (images != null && labels != null && images.length != labels.length) {
        throw file.refusal(
            "with its companion gives "
                + images.length
                + " images and "
                + labels.length
                + " labels: expected as many");
      }
    }
  }

  private static byte[][] readImages(DataFile file) {
    int count = readCount(file, IMAGES_MAGIC, "images");
    int rows = readInt(file, "the number of rows");
    int columns = readInt(file, "the number of columns");
    if (rows != SIDE || columns != SIDE) {
      throw file.refusal(
          String.format(
              "images of %d x %d at offset 8: expected %d x %d", rows, columns, SIDE, SIDE));
    }
    checkSize(file, count, (long) SIDE * SIDE);
    // Grows with what is really there: a damaged count must not cost memory.
    List<byte[]> images = new ArrayList<>();
    byte[] image = new byte[SIDE * SIDE];
    for (int i = 0; i < count; i++) {
      file.require(image, "image " + i + " of " + count);
      images.add(padded(image));
    }
    checkEnd(file, count + " images");
    return images.toArray(byte[][]::new);
  }

  private int[] readLabels(DataFile file) {
    int count = readCount(file, LABELS_MAGIC, "labels");
    checkSize(file, count, 1);
    int[] labels = new int[Math.min(count, 1 << 16)];
    byte[] one = new byte[1];
    for (int i = 0; i < count; i++) {
      file.require(one, "label " + i + " of " + count);
      int label = one[0] & 0xff;
      if (label >= classes()) {
        throw file.refusal(
            String.format(
                "label %d at offset %d (record %d): expected 0 to %d; damaged, or another file",
                label, file.offset() - 1, i, classes() - 1));
      }
      if (i == labels.length) {
        labels = Arrays.copyOf(labels, (int) Math.min(count, 2L * labels.length));
      }
      labels[i] = label;
    }
    checkEnd(file, count + " labels");
    return labels;
  }

  private static int readCount(DataFile file, int magic, String what) {
    int found = readInt(file, "the magic number");
    if (found != magic) {
      throw file.refusal(
          String.format(
              "magic number 0x%08x at offset 0: expected 0x%08x, IDX %s", found, magic, what));
    }
    int count = readInt(file, "the number of " + what);
    if (count < 1) {
      throw file.refusal(String.format("%d %s at offset 4: expected at least 1", count, what));
    }
    return count;
  }

  private static int readInt(DataFile file, String what) {
    byte[] bytes = new byte[4];
    file.require(bytes, what);
    return ByteBuffer.wrap(bytes).getInt();
  }

  private static void checkSize(DataFile file, int count, long recordBytes) {
    long expected = file.offset() + count * recordBytes;
    if (file.size().isPresent() && file.size().getAsLong() != expected) {
      throw file.refusal(
          String.format(
              "%d bytes: expected %d, a header of %d and the %d records of %d bytes that it"
                  + " promises at offset 4; truncated, or damaged",
              file.size().getAsLong(), expected, file.offset(), count, recordBytes));
    }
  }

  private static void checkEnd(DataFile file, String what) {
    long end = file.offset();
    if (file.readRecord(new byte[1], "what follows")) {
      throw file.refusal("goes on at offset " + end + ": expected its end after " + what);
    }
  }

  private static byte[] padded(byte[] image) {
    byte[] padded = new byte[SHAPE.values()];
    for (int row = 0; row < SIDE; row++) {
      System.arraycopy(image, row * SIDE, padded, (row + PADDING) * SHAPE.width() + PADDING, SIDE);
    }
    return padded;
  }
}
