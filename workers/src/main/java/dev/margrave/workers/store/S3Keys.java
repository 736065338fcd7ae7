package dev.margrave.workers.store;

/**
 * Keys of a bucket that come from artefact paths.
 *
 * <p>S3 itself gives '..' no meaning, but the mirrors and the mounts of buckets do, and so does the
 * local cache.
 *
 * @param prefix of all keys, without '/' at its ends; may be empty
 */
record S3Keys(String prefix) {

  /**
   * The key of an artefact.
   *
   * @throws IllegalArgumentException when the path is not one of plain names with '/' between them
   */
  String of(String path) {
    if (!isPath(path)) {
      throw new IllegalArgumentException("artefact path '" + path + "' leads out of the store");
    }
    return prefix.isEmpty() ? path : prefix + "/" + path;
  }

  /** Whether these are plain names with '/' between them: none empty, '.' or '..'. */
  static boolean isPath(String text) {
    for (String name : text.split("/", -1)) {
      if (name.isEmpty() || name.equals(".") || name.equals("..")) {
        return false;
      }
    }
    return text.chars().noneMatch(Character::isISOControl);
  }
}
