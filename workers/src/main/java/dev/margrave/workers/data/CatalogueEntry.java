package dev.margrave.workers.data;

import java.util.List;
import java.util.OptionalLong;

/**
 * A data set that can be named in an experiment.
 *
 * @param name as in experiment files
 * @param title one line for people
 * @param images the size of its images as they are used, height x width x channels; for pictures
 *     unless another is asked for
 * @param classes 0 where they are what the user makes them
 * @param homepage of its publisher; empty for what is built in
 * @param citation what to cite
 * @param files what to fetch; empty for what is built in, and for the user's own
 */
public record CatalogueEntry(
    String name,
    String title,
    String images,
    int classes,
    String homepage,
    String citation,
    List<RemoteFile> files) {
  public CatalogueEntry {
    files = List.copyOf(files);
  }

  /** Whether it is generated, so that there is nothing to fetch. */
  public boolean builtIn() {
    return files.isEmpty() && !yours();
  }

  /** Whether it is the user's own, so that there is nothing to fetch. */
  public boolean yours() {
    return files.isEmpty() && classes == 0;
  }

  /** What fetching it transfers; empty where a size is not known, or there is nothing to fetch. */
  public OptionalLong bytes() {
    return !yours() && files.stream().allMatch(file -> file.bytes().isPresent())
        ? OptionalLong.of(files.stream().mapToLong(file -> file.bytes().getAsLong()).sum())
        : OptionalLong.empty();
  }
}
