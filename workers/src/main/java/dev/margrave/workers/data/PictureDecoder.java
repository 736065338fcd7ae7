package dev.margrave.workers.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Picture files to pixels of one size, by the readers of the Java platform alone.
 *
 * <p>The format is told by the first bytes, not by the name. The largest square in the middle is
 * taken and brought to size by {@link AreaAverage}. Colour profiles, gamma and the camera's
 * orientation are not applied; transparency shows white; 16 bits become 8 by rounding; grey is
 * repeated for three channels, and colour becomes one channel as (19595 R + 38470 G + 7471 B +
 * 32768) / 65536, the luma of ITU-R BT.601.
 *
 * <p>One thread. {@link #close} frees native memory.
 */
final class PictureDecoder implements AutoCloseable {
  /** What helps against damage. */
  static final String MEND = "fetch it again, or take it out";

  /** A camera's are below; larger ones would take hundreds of megabytes each. */
  static final long MOST_PIXELS = 50_000_000;

  /** Above that they are decoded one after another: each can take 8 bytes a pixel. */
  static final long LARGE_PIXELS = 4_000_000;

  private enum Format {
    JPEG,
    PNG,
    BMP
  }

  private final int channels;
  private final OptionalInt exactSide;
  private final ReentrantLock large;
  private final AreaAverage average;
  private final Map<Format, ImageReader> readers = new EnumMap<>(Format.class);
  private boolean pixelsLost;
  private boolean alone;

  /**
   * @param size rows and columns that come out
   * @param channels that come out, 1 or 3
   * @param exactSide rows and columns that every file must have; empty: any
   * @param large is held while a large picture is decoded, by all decoders that work at once
   */
  PictureDecoder(int size, int channels, OptionalInt exactSide, ReentrantLock large) {
    this.large = large;
    this.channels = channels;
    this.exactSide = exactSide;
    this.average = new AreaAverage(size, channels);
  }

  /**
   * One picture, {@code [size · size · channels]}.
   *
   * @throws BadPictureException if the file holds none that can be used
   */
  byte[] decode(byte[] file) throws BadPictureException {
    Format format = format(file);
    byte[] bytes = file;
    if (format == Format.JPEG) {
      JpegHeader header = JpegHeader.read(file);
      if (header.components() == 4) {
        throw new BadPictureException(
            "is a JPEG in the colours of print (CMYK): convert it to RGB");
      }
      bytes = header.decodable();
    }
    if (format == Format.PNG) {
      PngFile.requireWhole(file);
    }
    pixelsLost = false;
    try {
      BufferedImage image = read(reader(format), bytes);
      if (pixelsLost) {
        throw new BadPictureException("is truncated or damaged: " + MEND);
      }
      return square(image);
    } catch (IOException | RuntimeException e) {
      // A reader that failed may be in any state.
      readers.remove(format).dispose();
      String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new BadPictureException(
          "is a damaged %s (%s): %s".formatted(format, Shown.of(why), MEND), e);
    } finally {
      if (alone) {
        alone = false;
        large.unlock();
      }
    }
  }

  private BufferedImage read(ImageReader reader, byte[] bytes)
      throws IOException, BadPictureException {
    try (MemoryCacheImageInputStream in =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader.setInput(in, true, true);
      int width = reader.getWidth(0);
      int height = reader.getHeight(0);
      if (exactSide.isPresent()
          && (width != exactSide.getAsInt() || height != exactSide.getAsInt())) {
        throw new BadPictureException(
            "has %d x %d pixels: expected %d x %d; %s"
                .formatted(width, height, exactSide.getAsInt(), exactSide.getAsInt(), MEND));
      }
      if ((long) width * height > MOST_PIXELS) {
        throw new BadPictureException(
            "has %d x %d pixels, more than %,d: make it smaller"
                .formatted(width, height, MOST_PIXELS));
      }
      if ((long) width * height > LARGE_PIXELS) {
        large.lock();
        alone = true;
      }
      return reader.read(0);
    }
  }

  private byte[] square(BufferedImage image) throws BadPictureException {
    int side = Math.min(image.getWidth(), image.getHeight());
    int left = (image.getWidth() - side) / 2;
    int top = (image.getHeight() - side) / 2;
    RowReader rows = rows(image);
    int[] argb = new int[side];
    int[] values = new int[side * channels];
    average.begin(side);
    for (int y = 0; y < side; y++) {
      rows.read(left, top + y, argb);
      for (int x = 0; x < side; x++) {
        put(argb[x], values, x * channels);
      }
      average.add(values);
    }
    return average.result();
  }

  /** A row's pixels, one after another, as alpha, red, green and blue of 8 bits each. */
  @FunctionalInterface
  private interface RowReader {
    void read(int x, int y, int[] argb);
  }

  private static RowReader rows(BufferedImage image) throws BadPictureException {
    ColorModel model = image.getColorModel();
    int type = model.getTransferType();
    boolean samples =
        model instanceof ComponentColorModel
            && (type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT);
    if (!samples) {
      // Palettes and packed pixels, which are defined in sRGB.
      return (x, y, argb) -> image.getRGB(x, y, argb.length, 1, argb, 0, argb.length);
    }
    int space = model.getColorSpace().getType();
    if (space != ColorSpace.TYPE_GRAY && space != ColorSpace.TYPE_RGB) {
      throw new BadPictureException("is in colours that are neither grey nor RGB: convert it");
    }
    // The model would convert grey by its gamma: the samples themselves are wanted.
    Raster raster = image.getRaster();
    int bands = raster.getNumBands();
    boolean wide = type == DataBuffer.TYPE_USHORT;
    return (x, y, argb) -> {
      int[] row = raster.getPixels(x, y, argb.length, 1, (int[]) null);
      for (int i = 0; i < argb.length; i++) {
        argb[i] = packed(row, i * bands, bands, wide);
      }
    };
  }

  private static int packed(int[] row, int at, int bands, boolean wide) {
    int red = eightBits(row[at], wide);
    boolean grey = bands < 3;
    int green = grey ? red : eightBits(row[at + 1], wide);
    int blue = grey ? red : eightBits(row[at + 2], wide);
    int alpha = bands % 2 == 0 ? eightBits(row[at + bands - 1], wide) : 255;
    return (alpha << 24) | (red << 16) | (green << 8) | blue;
  }

  private static int eightBits(int sample, boolean wide) {
    return wide ? (sample * 255 + 32_767) / 65_535 : sample;
  }

  private void put(int argb, int[] values, int at) {
    int alpha = argb >>> 24;
    int red = onWhite((argb >> 16) & 255, alpha);
    int green = onWhite((argb >> 8) & 255, alpha);
    int blue = onWhite(argb & 255, alpha);
    if (channels == 1) {
      values[at] = (19_595 * red + 38_470 * green + 7_471 * blue + 32_768) >> 16;
    } else {
      values[at] = red;
      values[at + 1] = green;
      values[at + 2] = blue;
    }
  }

  private static int onWhite(int value, int alpha) {
    return (value * alpha + 255 * (255 - alpha) + 127) / 255;
  }

  private static Format format(byte[] file) throws BadPictureException {
    if (startsWith(file, 0xff, 0xd8, 0xff)) {
      return Format.JPEG;
    }
    if (startsWith(file, 0x89, 'P', 'N', 'G')) {
      return Format.PNG;
    }
    if (startsWith(file, 'B', 'M')) {
      return Format.BMP;
    }
    throw new BadPictureException(
        file.length == 0
            ? "is empty: " + MEND
            : "is no JPEG, PNG or BMP by its first bytes: convert it, or take it out");
  }

  private static boolean startsWith(byte[] file, int... first) {
    if (file.length < first.length) {
      return false;
    }
    for (int i = 0; i < first.length; i++) {
      if ((file[i] & 0xff) != first[i]) {
        return false;
      }
    }
    return true;
  }

  private ImageReader reader(Format format) {
    return readers.computeIfAbsent(format, this::platformReader);
  }

  /** The platform's own: one that a class path brings along might round otherwise. */
  private ImageReader platformReader(Format format) {
    Iterator<ImageReader> found =
        ImageIO.getImageReadersByFormatName(format.name().toLowerCase(Locale.ROOT));
    while (found.hasNext()) {
      ImageReader reader = found.next();
      if ("java.desktop".equals(reader.getClass().getModule().getName())) {
        reader.addIIOReadWarningListener((source, warning) -> pixelsLost |= losesPixels(warning));
        return reader;
      }
    }
    throw new IllegalStateException("this Java platform has no reader of " + format);
  }

  /** Some pixels are then made up; all other warnings are about what stands beside them. */
  private static boolean losesPixels(String warning) {
    String lower = warning.toLowerCase(Locale.ROOT);
    return !lower.contains("extraneous bytes")
        && (lower.contains("corrupt")
            || lower.contains("premature")
            || lower.contains("truncated")
            || lower.contains("missing eoi"));
  }

  @Override
  public void close() {
    readers.values().forEach(ImageReader::dispose);
    readers.clear();
  }
}
