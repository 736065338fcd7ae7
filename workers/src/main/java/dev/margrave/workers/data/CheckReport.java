package dev.margrave.workers.data;

import java.nio.file.Path;
import java.util.List;

/**
 * What a data set on disk turned out to be: whole and readable, or there would be no report.
 *
 * @param location the directory or archive that was read
 * @param datasets the names it can be used under; two for MNIST's layout where nothing tells which
 * @param shape of the images as they are used
 * @param contentHash of all of it, as an experiment that uses all of it would report
 * @param publication whether these are the published files
 * @param shared evaluation images that are also training images, byte for byte: what is measured on
 *     them is not held out
 */
public record CheckReport(
    Path location,
    List<String> datasets,
    ImageShape shape,
    int classes,
    SplitReport train,
    SplitReport evaluate,
    String contentHash,
    Publication publication,
    int shared) {

  /**
   * One split.
   *
   * @param images how many
   * @param fewestPerClass images of the rarest class
   * @param mostPerClass images of the most frequent class
   */
  public record SplitReport(int images, int fewestPerClass, int mostPerClass) {}

  /** How the files compare with the published ones. */
  public enum Publication {
    /** Their SHA-256 are the published ones. */
    PUBLISHED,
    /** They bear the published names but are other files, as a part of the data set is. */
    DIFFERENT,
    /** They are unpacked or named otherwise: there is no digest to compare with. */
    NOT_COMPARABLE
  }
}
