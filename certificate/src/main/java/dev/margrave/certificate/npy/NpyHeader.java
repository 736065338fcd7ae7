package dev.margrave.certificate.npy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What stands before the numbers of a .npy file.
 *
 * <pre>
 *   0  6 bytes  0x93 N U M P Y
 *   6  2 bytes  format version, major and minor
 *   8  2 bytes  length of the dictionary, little endian (4 bytes from version 2 on)
 *  10           the dictionary, a Python literal: descr, fortran_order, shape; padded by spaces,
 *               ended by a newline
 * </pre>
 *
 * <p><b>Source.</b> NEP 1 and the documentation of {@code numpy.lib.format}.
 *
 * @param version 1, 2 or 3
 * @param element what the numbers are
 * @param byteOrder in which order their bytes stand
 * @param fortranOrder whether the first index runs fastest, instead of the last
 * @param shape one length per axis, 1 to 4 of them
 * @param dataOffset where the numbers begin, in bytes
 */
record NpyHeader(
    int version,
    NpyElement element,
    ByteOrder byteOrder,
    boolean fortranOrder,
    List<Long> shape,
    long dataOffset) {

  static final int MAX_DIMENSIONS = 4;

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int VERSION_AT = 6;
  private static final int LENGTH_AT = 8;
  private static final int ALIGNMENT = 64;

  /** A dictionary is some hundred bytes; a longer one would be read into memory for nothing. */
  private static final long MAX_DICTIONARY_BYTES = 1 << 20;

  /** Spaces that NumPy leaves so that the first axis can grow to 21 digits in place. */
  private static final int GROWTH_DIGITS = 21;

  /** How many numbers there are: the product of the shape. */
  long size() {
    return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
  }

  /**
   * Reads and checks a header, and that the file is as long as it says.
   *
   * @throws NpyFormatException naming file, offset and what was expected
   */
  static NpyHeader read(FileChannel channel, Path file) throws IOException {
    ByteBuffer start = bytes(channel, file, 0, LENGTH_AT, "the 8 bytes that begin a .npy file");
    for (int at = 0; at < MAGIC.length; at++) {
      if (start.get(at) != MAGIC[at]) {
        throw new NpyFormatException(
            file,
            at,
            "0x%02x of the magic number of .npy files".formatted(MAGIC[at]),
            "0x%02x".formatted(start.get(at)));
      }
    }
    int version = start.get(VERSION_AT);
    int minor = start.get(VERSION_AT + 1);
    if (version < 1 || version > 3 || minor != 0) {
      throw new NpyFormatException(
          file,
          VERSION_AT,
          "format version 1.0, 2.0 or 3.0",
          "%d.%d".formatted(version & 0xff, minor & 0xff));
    }
    int lengthBytes = version == 1 ? Short.BYTES : Integer.BYTES;
    ByteBuffer lengthField =
        bytes(channel, file, LENGTH_AT, lengthBytes, "the length of the dictionary");
    long length =
        version == 1
            ? Short.toUnsignedLong(lengthField.getShort(0))
            : Integer.toUnsignedLong(lengthField.getInt(0));
    int dictionaryAt = LENGTH_AT + lengthBytes;
    if (length > MAX_DICTIONARY_BYTES) {
      throw new NpyFormatException(
          file,
          LENGTH_AT,
          "a dictionary of at most %d bytes".formatted(MAX_DICTIONARY_BYTES),
          length + " bytes");
    }
    ByteBuffer dictionary =
        bytes(
            channel,
            file,
            dictionaryAt,
            (int) length,
            "a dictionary of %d bytes".formatted(length));
    String text =
        (version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1)
            .decode(dictionary)
            .toString();
    NpyHeader header =
        new NpyDictionary(file, dictionaryAt, text).header(version, dictionaryAt + length);
    header.checkLength(channel.size(), file);
    return header;
  }

  /**
   * The bytes of this header as NumPy writes them for a new file in version 1. The recorded version
   * and offset are ignored.
   */
  byte[] toBytes() {
    String sizes = shape.stream().map(String::valueOf).collect(Collectors.joining(", "));
    String dictionary =
        "{'descr': '%s%s', 'fortran_order': %s, 'shape': (%s), }"
            .formatted(
                byteOrder == ByteOrder.LITTLE_ENDIAN ? "<" : ">",
                element.code(),
                fortranOrder ? "True" : "False",
                shape.size() == 1 ? sizes + "," : sizes);
    long growing = shape.get(fortranOrder ? shape.size() - 1 : 0);
    int spare = Math.max(0, GROWTH_DIGITS - String.valueOf(growing).length());
    int prefix = LENGTH_AT + Short.BYTES;
    int unpadded = prefix + dictionary.length() + spare + 1;
    int total = (unpadded + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    String padded = dictionary + " ".repeat(total - prefix - dictionary.length() - 1) + "\n";
    return ByteBuffer.allocate(total)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .put((byte) 1)
        .put((byte) 0)
        .putShort((short) (total - prefix))
        .put(padded.getBytes(StandardCharsets.ISO_8859_1))
        .array();
  }

  private void checkLength(long fileBytes, Path file) throws NpyFormatException {
    long expected;
    try {
      expected = Math.addExact(dataOffset, Math.multiplyExact(size(), (long) element.bytes()));
    } catch (ArithmeticException overflow) {
      throw new NpyFormatException(file, dataOffset, "a shape below 2⁶³ bytes", "shape " + shape);
    }
    if (fileBytes != expected) {
      throw new NpyFormatException(
          file,
          Math.min(fileBytes, expected),
          "%s there, after %d numbers of %d bytes from byte %d"
              .formatted(
                  "the end of the file at byte " + expected, size(), element.bytes(), dataOffset),
          fileBytes < expected
              ? "its end %d bytes too early".formatted(expected - fileBytes)
              : "%d more bytes".formatted(fileBytes - expected));
    }
  }

  private static ByteBuffer bytes(
      FileChannel channel, Path file, long position, int length, String expected)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new NpyFormatException(
            file, position + buffer.position(), expected, "the end of the file");
      }
    }
    return buffer.flip();
  }
}
