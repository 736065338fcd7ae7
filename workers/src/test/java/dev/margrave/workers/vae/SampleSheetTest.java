package dev.margrave.workers.vae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.margrave.workers.data.ImageShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class SampleSheetTest {
  private static BufferedImage read(byte[] png) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(png));
  }

  private static float[] filled(int values, float value) {
    float[] pixels = new float[values];
    java.util.Arrays.fill(pixels, value);
    return pixels;
  }

  @Test
  void colourImagesStandAboveTheirReconstructions() throws IOException {
    ImageShape shape = new ImageShape(32, 32, 3);
    float[] images = filled(2 * shape.values(), 0);
    images[shape.values() + (5 * 32 + 7) * 3] = 1; // Image 1, row 5, column 7: red.
    float[] decoded = filled(2 * shape.values(), 0.5f);
    BufferedImage sheet = read(SampleSheet.png(shape, images, decoded, 2));
    assertEquals(2 * 64 + 4, sheet.getWidth());
    assertEquals(2 * 64 + 4, sheet.getHeight());
    assertEquals(0xff000000, sheet.getRGB(0, 0));
    assertEquals(0, sheet.getRGB(65, 10) >>> 24, "the gap is transparent");
    for (int[] corner : new int[][] {{0, 0}, {1, 0}, {0, 1}, {1, 1}}) {
      assertEquals(0xffff0000, sheet.getRGB(68 + 14 + corner[0], 10 + corner[1]));
    }
    assertEquals(0xff000000, sheet.getRGB(68 + 16, 10));
    assertEquals(0xff808080, sheet.getRGB(68 + 14, 68 + 10));
  }

  @Test
  void greyImagesAreGreyAndValuesBeyondAreCutOff() throws IOException {
    ImageShape shape = new ImageShape(28, 28, 1);
    BufferedImage sheet =
        read(SampleSheet.png(shape, filled(784, 1.7f), filled(784, Float.NaN), 1));
    assertEquals(56, sheet.getWidth());
    assertEquals(2 * 56 + 4, sheet.getHeight());
    assertEquals(0xffffffff, sheet.getRGB(20, 20));
    assertEquals(0xff000000, sheet.getRGB(20, 80));
    sheet = read(SampleSheet.png(shape, filled(784, 0.25f), filled(784, -3), 1));
    assertEquals(0xff404040, sheet.getRGB(20, 20));
    assertEquals(0xff000000, sheet.getRGB(20, 80));
  }

  @Test
  void smallOnesAreEnlargedAndLargeOnesAreNot() throws IOException {
    assertEquals(
        64,
        read(SampleSheet.png(new ImageShape(8, 8, 1), filled(64, 0), filled(64, 0), 1)).getWidth());
    ImageShape large = new ImageShape(96, 80, 3);
    float[] pixels = filled(large.values(), 0);
    assertEquals(80, read(SampleSheet.png(large, pixels, pixels, 1)).getWidth());
  }

  @Test
  void theSamePixelsAreTheSameBytes() {
    ImageShape shape = new ImageShape(4, 4, 3);
    float[] pixels = new float[48];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = i / 48f;
    }
    assertArrayEquals(
        SampleSheet.png(shape, pixels, pixels, 1), SampleSheet.png(shape, pixels, pixels, 1));
  }
}
