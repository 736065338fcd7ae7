package dev.margrave.workers.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** How a data set of picture files is laid out. */
sealed interface PictureFormat permits TinyImageNet, ImageFolder {
  /** As in experiment files. */
  String name();

  /** The data set at or in {@code start}, if it is there; {@code looked} gets each place tried. */
  Optional<Path> search(Path start, List<Path> looked);

  /** Opens what {@link #search} found. */
  PictureFiles open(Path location);

  /**
   * Lists all pictures with their labels, in an order that depends on names alone.
   *
   * @throws DataException if what is there is no whole data set
   */
  Listing list(PictureFiles files);

  /** The rows and columns that every file must have; empty: any. */
  OptionalInt exactSide();

  /** Most bytes of one picture file. */
  int mostBytes();

  /** What helps where it was not found. */
  String mend();

  /** One picture: its file and its class. */
  record Picture(String name, int label) {}

  /**
   * All that there is.
   *
   * @param labelNames one per class
   */
  record Listing(List<String> labelNames, List<Picture> train, List<Picture> evaluate) {}
}
