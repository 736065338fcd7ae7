package dev.margrave.workers.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * One file of a data set while it is read: knows its name and how far it got, so that every refusal
 * can say where. Offsets count uncompressed bytes from 0.
 */
final class DataFile {
  private final String name;
  private final OptionalLong size;
  private final InputStream in;
  private long offset;

  /**
   * @param name for messages: the path, and for a member of an archive its name in there
   * @param size bytes, where it is known before reading
   */
  DataFile(String name, OptionalLong size, InputStream in) {
    this.name = name;
    this.size = size;
    this.in = in;
  }

  /** For messages. */
  String name() {
    return name;
  }

  /** Bytes; empty for a compressed file, whose size shows at its end. */
  OptionalLong size() {
    return size;
  }

  /** Where the next byte is read. */
  long offset() {
    return offset;
  }

  /**
   * Fills {@code record}, or returns false when the file ends before its first byte.
   *
   * @param what for the refusal of a file that ends within the record
   */
  boolean readRecord(byte[] record, String what) {
    int got = readUpTo(record);
    if (got == 0 && record.length > 0) {
      return false;
    }
    if (got < record.length) {
      throw endsEarly(got, record.length, what);
    }
    return true;
  }

  /** Fills {@code bytes}; a file that ends before is refused. */
  void require(byte[] bytes, String what) {
    int got = readUpTo(bytes);
    if (got < bytes.length) {
      throw endsEarly(got, bytes.length, what);
    }
  }

  /** All that is left, which must be at most {@code limit} bytes. */
  byte[] rest(int limit) {
    byte[] bytes = new byte[limit + 1];
    int got = readUpTo(bytes);
    if (got > limit) {
      throw refusal("is longer than the " + limit + " bytes expected");
    }
    return Arrays.copyOf(bytes, got);
  }

  /** {@code name: problem}. */
  DataException refusal(String problem) {
    return new DataException(name + ": " + problem);
  }

  private DataException endsEarly(int got, int wanted, String what) {
    return refusal(
        String.format(
            "ends at offset %d, within %s, which starts at offset %d: expected %d bytes, found %d;"
                + " the file is truncated, fetch it again",
            offset, what, offset - got, wanted, got));
  }

  private int readUpTo(byte[] bytes) {
    int got = 0;
    try {
      while (got < bytes.length) {
        int read = in.read(bytes, got, bytes.length - got);
        if (read < 0) {
          break;
        }
        got += read;
        offset += read;
      }
    } catch (IOException e) {
      throw DataSource.unreadable(name, offset, e);
    }
    return got;
  }
}
