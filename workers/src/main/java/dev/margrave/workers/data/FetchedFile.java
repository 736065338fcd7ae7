package dev.margrave.workers.data;

import java.nio.file.Path;

/**
 * A file that a fetch brought, or found in place.
 *
 * @param sha256 of its content; also written beside it, as {@code <file>.sha256}
 * @param verified what it was compared with
 * @param alreadyThere whether nothing was transferred
 */
public record FetchedFile(
    Path path, long bytes, String sha256, Verified verified, boolean alreadyThere) {
  /** How much is known about a content. */
  public enum Verified {
    /** Its SHA-256 is the published one. */
    SHA256,
    /** Its MD5 is the published one; the publisher gives no SHA-256. */
    MD5,
    /** No digest is published: its SHA-256 was recorded for the next time. */
    RECORDED
  }
}
