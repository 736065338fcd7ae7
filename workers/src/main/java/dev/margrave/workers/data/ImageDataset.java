package dev.margrave.workers.data;

import java.util.List;
import java.util.Objects;

/**
 * A data set as an experiment uses it: a split to train on and one, held out, to evaluate on.
 * Immutable, safe to share between threads.
 */
public final class ImageDataset {
  private final String name;
  private final int classes;
  private final List<String> labelNames;
  private final ImageSplit train;
  private final ImageSplit evaluate;

  /** Computed at the first call, always to the same value, so a race costs time only. */
  private volatile String contentHash;

  /**
   * @param labelNames one per class, or empty where the data set names none
   * @throws IllegalArgumentException if the splits differ in shape, a label is not in 0 … classes −
   *     1, or there are label names for another number of classes
   */
  public ImageDataset(
      String name, int classes, List<String> labelNames, ImageSplit train, ImageSplit evaluate) {
    this.name = Objects.requireNonNull(name, "name");
    this.classes = classes;
    this.labelNames = List.copyOf(labelNames);
    this.train = train;
    this.evaluate = evaluate;
    if (!train.shape().equals(evaluate.shape())) {
      throw new IllegalArgumentException(
          "training images are " + train.shape() + ", evaluation images " + evaluate.shape());
    }
    if (!labelNames.isEmpty() && labelNames.size() != classes) {
      throw new IllegalArgumentException(labelNames.size() + " label names, classes " + classes);
    }
    checkLabels(train, classes);
    checkLabels(evaluate, classes);
  }

  /** As in experiment files: {@code cifar100}. */
  public String name() {
    return name;
  }

  public ImageShape shape() {
    return train.shape();
  }

  /** Rows of an image. */
  public int height() {
    return shape().height();
  }

  /** Columns of an image. */
  public int width() {
    return shape().width();
  }

  /** 1 grey, 3 red, green, blue. */
  public int channels() {
    return shape().channels();
  }

  /** Labels run from 0 to classes − 1. */
  public int classes() {
    return classes;
  }

  /** One name per class, or empty where the data set names none. */
  public List<String> labelNames() {
    return labelNames;
  }

  public ImageSplit train() {
    return train;
  }

  /** The held-out split: no training and no teacher search may look at it. */
  public ImageSplit evaluate() {
    return evaluate;
  }

  /**
   * SHA-256, 64 hexadecimal digits, of sizes, labels and pixels of both splits in their order:
   * equal exactly when the data is. The format is in {@link ContentHash}.
   */
  public String contentHash() {
    String hash = contentHash;
    if (hash == null) {
      hash = ContentHash.of(shape(), classes, train, evaluate);
      contentHash = hash;
    }
    return hash;
  }

  @Override
  public String toString() {
    return name
        + " ("
        + train.size()
        + " train, "
        + evaluate.size()
        + " evaluate, "
        + shape()
        + ")";
  }

  private static void checkLabels(ImageSplit split, int classes) {
    for (int i = 0; i < split.size(); i++) {
      if (split.label(i) < 0 || split.label(i) >= classes) {
        throw new IllegalArgumentException(
            "label " + split.label(i) + " of image " + i + ": classes are 0 to " + (classes - 1));
      }
    }
  }
}
