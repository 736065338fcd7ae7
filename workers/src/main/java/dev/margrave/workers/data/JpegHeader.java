package dev.margrave.workers.data;

import java.io.ByteArrayOutputStream;

/** What stands before the pixels of a JPEG file (ITU T.81, annex B). */
final class JpegHeader {
  private static final int START = 0xd8;
  private static final int SCAN = 0xda;
  private static final int END = 0xd9;
  private static final int COMMENT = 0xfe;

  /** JFIF's and Adobe's: they say what the components mean. */
  private static final int JFIF = 0xe0;

  private static final int ADOBE = 0xee;

  private final int components;
  private final byte[] decodable;

  private JpegHeader(int components, byte[] decodable) {
    this.components = components;
    this.decodable = decodable;
  }

  /** 1 grey, 3 colour, 4 the inks of print. */
  int components() {
    return components;
  }

  /**
   * The file without comments, colour profile and camera data: whatever they say, the pixels come
   * out as they are stored.
   */
  byte[] decodable() {
    return decodable;
  }

  /**
   * Reads the segments before the first scan.
   *
   * @param file that begins with a JPEG's two first bytes
   * @throws BadPictureException if there is no frame or no scan
   */
  static JpegHeader read(byte[] file) throws BadPictureException {
    ByteArrayOutputStream kept = new ByteArrayOutputStream(file.length);
    kept.write(0xff);
    kept.write(START);
    int frame = -1;
    int at = 2;
    while (true) {
      int marker = marker(file, at);
      while (marker == 0xff) {
        // Fill bytes may stand before a marker.
        at++;
        marker = marker(file, at);
      }
      int length = unsigned(file, at + 2);
      if (marker == END || length < 2 || at + 2 + length > file.length) {
        throw cut();
      }
      if (isFrame(marker)) {
        frame = at + 4;
      }
      if (marker == SCAN) {
        kept.write(file, at, file.length - at);
        break;
      }
      if (!isDropped(marker)) {
        kept.write(file, at, 2 + length);
      }
      at += 2 + length;
    }
    if (frame < 0 || frame + 6 > file.length) {
      throw cut();
    }
    return new JpegHeader(file[frame + 5] & 0xff, kept.toByteArray());
  }

  private static int marker(byte[] file, int at) throws BadPictureException {
    if (at + 3 >= file.length || (file[at] & 0xff) != 0xff) {
      throw cut();
    }
    return file[at + 1] & 0xff;
  }

  private static int unsigned(byte[] file, int at) {
    return ((file[at] & 0xff) << 8) | (file[at + 1] & 0xff);
  }

  /** Any start of frame; the three others in its range define tables. */
  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static boolean isDropped(int marker) {
    boolean application = marker >= JFIF && marker <= 0xef;
    return marker == COMMENT || (application && marker != JFIF && marker != ADOBE);
  }

  private static BadPictureException cut() {
    return new BadPictureException(
        "is a JPEG that is truncated or damaged before its pixels: " + PictureDecoder.MEND);
  }
}
