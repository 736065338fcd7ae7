package dev.margrave.workers.data;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Whether a PNG file is whole (PNG specification, 5.3): the platform's reader does not look. */
final class PngFile {
  private static final int SIGNATURE_BYTES = 8;

  /** Length, type and CRC of a chunk. */
  private static final int FRAME_BYTES = 12;

  private PngFile() {}

  /**
   * Goes through the chunks up to the last one.
   *
   * @throws BadPictureException if the end is missing, or the CRC of a chunk that matters is
   *     another
   */
  static void requireWhole(byte[] file) throws BadPictureException {
    int at = SIGNATURE_BYTES;
    while (at <= file.length - FRAME_BYTES) {
      int length = integer(file, at);
      if (length < 0 || length > file.length - at - FRAME_BYTES) {
        break;
      }
      String type = new String(file, at + 4, 4, StandardCharsets.ISO_8859_1);
      // What may be left out begins with a small letter.
      if (Character.isUpperCase(type.charAt(0))) {
        CRC32 crc = new CRC32();
        crc.update(file, at + 4, 4 + length);
        if ((int) crc.getValue() != integer(file, at + 8 + length)) {
          throw broken();
        }
      }
      if (type.equals("IEND")) {
        return;
      }
      at += FRAME_BYTES + length;
    }
    throw broken();
  }

  private static int integer(byte[] file, int at) {
    return ((file[at] & 0xff) << 24)
        | ((file[at + 1] & 0xff) << 16)
        | ((file[at + 2] & 0xff) << 8)
        | (file[at + 3] & 0xff);
  }

  private static BadPictureException broken() {
    return new BadPictureException("is a PNG that is truncated or damaged: " + PictureDecoder.MEND);
  }
}
