package dev.margrave.workers.store;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the artefacts of all nodes are. */
public sealed interface ArtefactLocation {
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
    /** As it is written in the configuration. */
    String text() {
      return "s3://" + name + (prefix.isEmpty() ? "" : "/" + prefix);
    }
  }

  /** What {@link #parse} understands. */
  String FORMS = "nothing, an absolute path, or s3://bucket/prefix is wanted";

  /** Empty when {@code text} is not one of {@link #FORMS}. */
  static Optional<ArtefactLocation> parse(String text) {
    if (text.isEmpty()) {
      return Optional.of(new DataDirectory());
    }
    Matcher s3 = Syntax.S3.matcher(text);
    if (s3.matches()) {
      String prefix = s3.group(2) == null ? "" : s3.group(2);
      return prefix.isEmpty() || S3Keys.isPath(prefix)
          ? Optional.of(new Bucket(s3.group(1), prefix))
          : Optional.empty();
    }
    return text.startsWith("/") && text.indexOf('\0') < 0
        ? Optional.of(new Directory(Path.of(text)))
        : Optional.empty();
  }

  /** An interface has no private constants. */
  final class Syntax {
    /** The names that Amazon allows for buckets; a '/' at the end says nothing. */
    private static final Pattern S3 =
        Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*?)/?)?");

    private Syntax() {}
  }
}
