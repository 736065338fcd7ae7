package dev.margrave.workers.store;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the artefacts of all nodes are. */
public sealed interface ArtefactLocation {
  /** What {@link #parse} understands. */
  String FORMS = "nothing, an absolute path, or s3://bucket/prefix is wanted";

  /** In this node's data directory: one node only. */
  record DataDirectory() implements ArtefactLocation {}

  /**
   * In a directory, on several nodes a mount that all of them share.
   *
   * @param path absolute
   */
  record Directory(Path path) implements ArtefactLocation {}

  /**
   * In S3, or in what speaks its protocol.
   *
   * @param prefix of all keys, without '/' at its ends; may be empty
   */
  record Bucket(String name, String prefix) implements ArtefactLocation {
    /** The names that Amazon allows for buckets; a '/' at the end says nothing. */
    private static final Pattern TEXT =
        Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*?)/?)?");

    /** As it is written in the configuration. */
    String text() {
      return "s3://" + name + (prefix.isEmpty() ? "" : "/" + prefix);
    }

    private static Optional<ArtefactLocation> parse(String text) {
      Matcher parts = TEXT.matcher(text);
      if (!parts.matches()) {
        return Optional.empty();
      }
      String prefix = parts.group(2) == null ? "" : parts.group(2);
      return prefix.isEmpty() || S3Keys.isPath(prefix)
          ? Optional.of(new Bucket(parts.group(1), prefix))
          : Optional.empty();
    }
  }

  /** Empty when {@code text} is not one of {@link #FORMS}. */
  static Optional<ArtefactLocation> parse(String text) {
    if (text.isEmpty()) {
      return Optional.of(new DataDirectory());
    }
    return text.startsWith("/") && text.indexOf('\0') < 0
        ? Optional.of(new Directory(Path.of(text)))
        : Bucket.parse(text);
  }
}
