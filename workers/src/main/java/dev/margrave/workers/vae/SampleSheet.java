package dev.margrave.workers.vae;

import dev.margrave.workers.data.ImageShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Images above their reconstructions, as one PNG: transparent between them, every pixel enlarged to
 * a square, so that an image is about 64 pixels wide or high.
 */
final class SampleSheet {
  private static final int SIDE_PIXELS = 64;
  private static final int GAP_PIXELS = 4;
  private static final int OPAQUE = 0xff000000;
  private static final int RGB_CHANNELS = 3;

  private SampleSheet() {}

  /**
   * The picture. Same arrays, same bytes.
   *
   * @param shape of every image; with other than three channels the first is shown as grey
   * @param images upper row, {@code [count·H·W·C]} in [0, 1]
   * @param reconstructions lower row, likewise; what is beyond [0, 1] is cut off
   */
  static byte[] png(ImageShape shape, float[] images, float[] reconstructions, int count) {
    int scale =
        Math.max(1, Math.round((float) SIDE_PIXELS / Math.max(shape.height(), shape.width())));
    int width = shape.width() * scale;
    int height = shape.height() * scale;
    BufferedImage sheet =
        new BufferedImage(
            count * (width + GAP_PIXELS) - GAP_PIXELS,
            2 * height + GAP_PIXELS,
            BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < count; i++) {
      int x = i * (width + GAP_PIXELS);
      paint(sheet, shape, images, i, scale, x, 0);
      paint(sheet, shape, reconstructions, i, scale, x, height + GAP_PIXELS);
    }
    return encode(sheet);
  }

  private static void paint(
      BufferedImage sheet, ImageShape shape, float[] pixels, int image, int scale, int x, int y) {
    int first = image * shape.values();
    for (int row = 0; row < shape.height() * scale; row++) {
      for (int column = 0; column < shape.width() * scale; column++) {
        int pixel = (row / scale) * shape.width() + column / scale;
        sheet.setRGB(x + column, y + row, colour(shape, pixels, first + pixel * shape.channels()));
      }
    }
  }

  private static int colour(ImageShape shape, float[] pixels, int at) {
    boolean rgb = shape.channels() == RGB_CHANNELS;
    int red = level(pixels[at]);
    int green = rgb ? level(pixels[at + 1]) : red;
    int blue = rgb ? level(pixels[at + 2]) : red;
    return OPAQUE | red << 16 | green << 8 | blue;
  }

  /** 0 for what is no number. */
  private static int level(float value) {
    return Math.round(Math.max(0, Math.min(1, value)) * 255);
  }

  private static byte[] encode(BufferedImage sheet) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    // In memory: by default ImageIO goes by way of a temporary file.
    try (var out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(sheet);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
