package dev.margrave.workers.data;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file that a publisher offers, and what is known about its content.
 *
 * @param name of the file to write, without a folder
 * @param uri http or https
 * @param bytes its size, where that is known for sure
 * @param sha256 64 lower-case hexadecimal digits, where that is known for sure
 * @param md5 32 lower-case hexadecimal digits, where that is known for sure
 */
public record RemoteFile(
    String name, URI uri, OptionalLong bytes, Optional<String> sha256, Optional<String> md5) {
  public RemoteFile {
    if (name.isEmpty() || name.contains("/") || name.contains("\\") || name.startsWith(".")) {
      throw new IllegalArgumentException("file name '" + name + "': a plain name is wanted");
    }
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException(uri + ": http or https is wanted");
    }
    sha256.ifPresent(digest -> requireHex(digest, 64));
    md5.ifPresent(digest -> requireHex(digest, 32));
  }

  private static void requireHex(String digest, int digits) {
    if (!digest.matches("[0-9a-f]{" + digits + "}")) {
      throw new IllegalArgumentException(
          "digest '" + digest + "': " + digits + " lower-case hexadecimal digits are wanted");
    }
  }
}
