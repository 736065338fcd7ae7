package dev.margrave.workers.data;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The binary version of CIFAR-10 and CIFAR-100 (Krizhevsky, "Learning multiple layers of features
 * from tiny images", 2009).
 *
 * <pre>
 *   CIFAR-10 record:   label 0-9,                           1024 red, 1024 green, 1024 blue bytes
 *   CIFAR-100 record:  coarse label 0-19, fine label 0-99,  1024 red, 1024 green, 1024 blue bytes
 * </pre>
 *
 * <p>Planes are 32 × 32, row-major; images come out with the channels last. The label is the fine
 * one. Any number of records will do.
 *
 * @param labelLimits the classes of each label byte; the last byte is the label used
 * @param trainFiles in the order in which their records count
 * @param namesFile one class name a line; may be absent
 */
record CifarFormat(
    String name,
    List<Integer> labelLimits,
    List<String> trainFiles,
    String evaluateFile,
    String namesFile,
    List<String> folders,
    List<String> archives)
    implements DatasetFormat {

  static final CifarFormat CIFAR_10 =
      new CifarFormat(
          "cifar10",
          List.of(10),
          List.of(
              "data_batch_1.bin",
              "data_batch_2.bin",
              "data_batch_3.bin",
              "data_batch_4.bin",
              "data_batch_5.bin"),
          "test_batch.bin",
          "batches.meta.txt",
          List.of("cifar-10-batches-bin"),
          List.of("cifar-10-binary.tar.gz", "cifar-10-binary.tgz"));

  static final CifarFormat CIFAR_100 =
      new CifarFormat(
          "cifar100",
          List.of(20, 100),
          List.of("train.bin"),
          "test.bin",
          "fine_label_names.txt",
          List.of("cifar-100-binary"),
          List.of("cifar-100-binary.tar.gz", "cifar-100-binary.tgz"));

  private static final ImageShape SHAPE = new ImageShape(32, 32, 3);

  /** Far above a hundred class names. */
  private static final int MAX_NAMES_BYTES = 1 << 16;

  @Override
  public ImageShape shape() {
    return SHAPE;
  }

  @Override
  public int classes() {
    return labelLimits.get(labelLimits.size() - 1);
  }

  @Override
  public List<String> files() {
    List<String> files = new ArrayList<>(trainFiles);
    files.add(evaluateFile);
    return files;
  }

  @Override
  public Optional<String> role(String fileName) {
    return files().contains(fileName) || fileName.equals(namesFile)
        ? Optional.of(fileName)
        : Optional.empty();
  }

  @Override
  public String wanted() {
    return "the binary version, " + archives.get(0) + ", is";
  }

  @Override
  public Assembly begin() {
    Map<String, ImageSplit> parts = new HashMap<>();
    List<String> names = new ArrayList<>();
    return new Assembly() {
      @Override
      public void accept(String role, DataFile file) {
        if (role.equals(namesFile)) {
          names.addAll(readNames(file));
        } else {
          parts.put(role, readRecords(file));
        }
      }

      @Override
      public Contents finish() {
        return new Contents(
            ImageSplit.concatenate(trainFiles.stream().map(parts::get).toList()),
            parts.get(evaluateFile),
            List.copyOf(names));
      }
    };
  }

  private ImageSplit readRecords(DataFile file) {
    int recordBytes = labelLimits.size() + SHAPE.values();
    file.size().ifPresent(size -> checkSize(file, size, recordBytes));
    List<byte[]> images = new ArrayList<>();
    int[] labels = new int[1024];
    byte[] record = new byte[recordBytes];
    while (file.readRecord(record, "record " + images.size())) {
      checkLabels(file, record, images.size());
      if (images.size() == labels.length) {
        labels = Arrays.copyOf(labels, 2 * labels.length);
      }
      labels[images.size()] = record[labelLimits.size() - 1] & 0xff;
      images.add(channelsLast(record, labelLimits.size()));
    }
    if (images.isEmpty()) {
      throw file.refusal("is empty: expected records of " + recordBytes + " bytes");
    }
    return ImageSplit.owning(
        SHAPE, images.toArray(byte[][]::new), Arrays.copyOf(labels, images.size()));
  }

  private static void checkSize(DataFile file, long size, int recordBytes) {
    long over = size % recordBytes;
    if (over != 0) {
      throw file.refusal(
          String.format(
              "%d bytes are no whole number of %d-byte records: expected %d bytes from offset %d"
                  + " on, found %d; truncated, or another file",
              size, recordBytes, recordBytes, size - over, over));
    }
  }

  private void checkLabels(DataFile file, byte[] record, int number) {
    for (int i = 0; i < labelLimits.size(); i++) {
      int label = record[i] & 0xff;
      if (label >= labelLimits.get(i)) {
        throw file.refusal(
            String.format(
                "label %d at offset %d (record %d): expected 0 to %d; damaged, or another file",
                label, file.offset() - record.length + i, number, labelLimits.get(i) - 1));
      }
    }
  }

  /** Planes to pixels. */
  private static byte[] channelsLast(byte[] record, int from) {
    int pixels = SHAPE.height() * SHAPE.width();
    int channels = SHAPE.channels();
    byte[] image = new byte[pixels * channels];
    for (int channel = 0; channel < channels; channel++) {
      int plane = from + channel * pixels;
      for (int pixel = 0; pixel < pixels; pixel++) {
        image[pixel * channels + channel] = record[plane + pixel];
      }
    }
    return image;
  }

  private List<String> readNames(DataFile file) {
    List<String> names =
        new String(file.rest(MAX_NAMES_BYTES), StandardCharsets.UTF_8)
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .toList();
    if (names.size() != classes()) {
      throw file.refusal("holds " + names.size() + " class names: expected " + classes());
    }
    return names;
  }
}
