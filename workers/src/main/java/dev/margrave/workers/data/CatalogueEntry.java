package dev.margrave.workers.data;

import java.util.List;
import java.util.OptionalLong;

/**
 * A data set that can be named in an experiment.
 *
 * @param name as in experiment files
 * @param title one line for people
 * @param images the size of its images as they are used, height x width x channels
 * @param homepage of its publisher; empty for what is built in
 * @param citation what to cite
 * @param files what to fetch; empty for what is built in
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
    return files.isEmpty();
  }

  /** What fetching it transfers; empty where a size is not known. */
  public OptionalLong bytes() {
    return files.stream().allMatch(file -> file.bytes().isPresent())
        ? OptionalLong.of(files.stream().mapToLong(file -> file.bytes().getAsLong()).sum())
        : OptionalLong.empty();
  }
}
