package dev.margrave.workers.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/** A file's size and digests, in lower-case hexadecimal. */
record Digests(long bytes, String sha256, String md5) {
  private static final int SHA256_DIGITS = 64;

  static Digests of(Path file) {
    MessageDigest sha256 = ContentHash.digest("SHA-256");
    MessageDigest md5 = ContentHash.digest("MD5");
    long bytes = 0;
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      int read = in.read(buffer);
      while (read >= 0) {
        sha256.update(buffer, 0, read);
        md5.update(buffer, 0, read);
        bytes += read;
        read = in.read(buffer);
      }
    } catch (IOException e) {
      throw DataSource.unreadable(file.toString(), bytes, e);
    }
    HexFormat hex = HexFormat.of();
    return new Digests(bytes, hex.formatHex(sha256.digest()), hex.formatHex(md5.digest()));
  }

  /** The strongest digest that is published for a file. */
  static FetchedFile.Verified known(RemoteFile file) {
    if (file.sha256().isPresent()) {
      return FetchedFile.Verified.SHA256;
    }
    return file.md5().isPresent() ? FetchedFile.Verified.MD5 : FetchedFile.Verified.RECORDED;
  }

  /** How this differs from what is published, naming both; empty if it does not. */
  Optional<String> difference(RemoteFile file) {
    if (file.sha256().isPresent() && !file.sha256().get().equals(sha256)) {
      return Optional.of("SHA-256 " + sha256 + ", published " + file.sha256().get());
    }
    if (file.md5().isPresent() && !file.md5().get().equals(md5)) {
      return Optional.of("MD5 " + md5 + ", published " + file.md5().get());
    }
    if (file.bytes().isPresent() && file.bytes().getAsLong() != bytes) {
      return Optional.of(bytes + " bytes, published " + file.bytes().getAsLong());
    }
    return Optional.empty();
  }

  /** How this differs from the SHA-256 that an earlier fetch recorded beside the file. */
  Optional<String> differenceFromRecord(Path file) {
    Path record = recordOf(file);
    if (!Files.exists(record)) {
      return Optional.empty();
    }
    try {
      String line = Files.readString(record);
      String recorded = line.substring(0, Math.min(SHA256_DIGITS, line.length()));
      return recorded.equals(sha256)
          ? Optional.empty()
          : Optional.of("SHA-256 " + sha256 + ", recorded in " + record + " " + recorded);
    } catch (IOException e) {
      throw DataSource.unreadable(record.toString(), 0, e);
    }
  }

  /** Writes {@code <file>.sha256}, as {@code sha256sum --check} reads it. */
  void record(Path file) {
    Path record = recordOf(file);
    try {
      Files.writeString(record, sha256 + "  " + file.getFileName() + "\n");
    } catch (IOException e) {
      throw new DataException(record + ": cannot be written (" + e + ")", e);
    }
  }

  private static Path recordOf(Path file) {
    return file.resolveSibling(file.getFileName() + ".sha256");
  }
}
