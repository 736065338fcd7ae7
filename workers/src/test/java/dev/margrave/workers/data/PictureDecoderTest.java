package dev.margrave.workers.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureDecoderTest {
  private static final int SIDE = 16;
  private static final ReentrantLock LARGE = new ReentrantLock();

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp"})
  void whatLosesNothingComesOutAsItWas(String format) throws BadPictureException {
    BufferedImage image =
        PictureFixtures.image(SIDE, SIDE, BufferedImage.TYPE_INT_RGB, format.length());
    byte[] pixels = decode(PictureFixtures.encoded(image, format), SIDE, 3);
    for (int i = 0; i < pixels.length; i++) {
      int rgb = image.getRGB(i / 3 % SIDE, i / 3 / SIDE);
      assertEquals((rgb >> (16 - 8 * (i % 3))) & 255, pixels[i] & 255);
    }
  }

  /** The platform's own conversion would brighten grey: 60 would become 132. */
  @ParameterizedTest
  @CsvSource({"png, 0", "bmp, 0", "jpg, 1"})
  void greyIsRepeatedAsItIsStored(String format, int tolerance) throws BadPictureException {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < SIDE * SIDE; i++) {
      image.getRaster().setSample(i % SIDE, i / SIDE, 0, 60 + i % SIDE);
    }
    byte[] pixels = decode(PictureFixtures.encoded(image, format), SIDE, 3);
    for (int i = 0; i < pixels.length; i++) {
      assertEquals(60 + i / 3 % SIDE, pixels[i] & 255, tolerance);
      assertEquals(pixels[i / 3 * 3], pixels[i]);
    }
  }

  @Test
  void sixteenBitsAreRoundedToEight() throws BadPictureException {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_USHORT_GRAY);
    int[] samples = {0, 128, 129, 257 * 7 - 129, 257 * 7 + 128, 65_535};
    int[] expected = {0, 0, 1, 6, 7, 255};
    for (int i = 0; i < samples.length; i++) {
      image.getRaster().setSample(i, 0, 0, samples[i]);
    }
    byte[] pixels = decode(PictureFixtures.encoded(image, "png"), SIDE, 1);
    for (int i = 0; i < samples.length; i++) {
      assertEquals(expected[i], pixels[i] & 255, "of " + samples[i]);
    }
  }

  @Test
  void transparencyShowsWhiteAndPalettesTheirColours() throws BadPictureException {
    BufferedImage clear = new BufferedImage(8, 8, BufferedImage.TYPE_INT_ARGB);
    clear.setRGB(0, 0, 0x00_00_00_00);
    clear.setRGB(1, 0, 0xff_10_20_30);
    clear.setRGB(2, 0, 0x80_00_00_ff);
    byte[] pixels = decode(PictureFixtures.encoded(clear, "png"), 8, 3);
    assertArrayEquals(new byte[] {-1, -1, -1, 16, 32, 48, 127, 127, -1}, Arrays.copyOf(pixels, 9));
    BufferedImage palette = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_INDEXED);
    palette.setRGB(3, 1, 0xff_ff_00_33);
    byte[] coloured = decode(PictureFixtures.encoded(palette, "png"), 8, 3);
    assertArrayEquals(new byte[] {-1, 0, 0x33}, Arrays.copyOfRange(coloured, 33, 36));
  }

  /** Pillow's convert("L") of these colours gives the same. */
  @Test
  void colourBecomesGreyByItsLuma() throws BadPictureException {
    BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
    int[] colours = {0xff0000, 0x00ff00, 0x0000ff, 0xffffff, 0x7f7f7f, 0x010203};
    int[] grey = {76, 150, 29, 255, 127, 2};
    for (int i = 0; i < colours.length; i++) {
      image.setRGB(i, 0, colours[i]);
    }
    byte[] pixels = decode(PictureFixtures.encoded(image, "png"), 8, 1);
    for (int i = 0; i < colours.length; i++) {
      assertEquals(grey[i], pixels[i] & 255);
    }
  }

  @Test
  void theSquareInTheMiddleIsTaken() throws BadPictureException {
    BufferedImage wide = PictureFixtures.image(29, 8, BufferedImage.TYPE_INT_RGB, 5);
    byte[] pixels = decode(PictureFixtures.encoded(wide, "png"), 8, 3);
    byte[] middle = decode(PictureFixtures.encoded(wide.getSubimage(10, 0, 8, 8), "png"), 8, 3);
    assertArrayEquals(middle, pixels);
    BufferedImage tall = PictureFixtures.image(8, 13, BufferedImage.TYPE_INT_RGB, 6);
    assertArrayEquals(
        decode(PictureFixtures.encoded(tall.getSubimage(0, 2, 8, 8), "png"), 8, 3),
        decode(PictureFixtures.encoded(tall, "png"), 8, 3));
  }

  /** The platform's reader would convert the colours by the profile. */
  @Test
  void aJpegsCommentsProfilesAndCameraDataChangeNothing() throws BadPictureException {
    byte[] jpeg = PictureFixtures.jpeg(SIDE, 1);
    int afterHeader = 4 + ((jpeg[4] & 255) << 8) + (jpeg[5] & 255);
    byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    ByteArrayOutputStream decorated = new ByteArrayOutputStream();
    decorated.write(jpeg, 0, afterHeader);
    int length = 2 + 14 + profile.length;
    decorated.writeBytes(new byte[] {-1, (byte) 0xe2, (byte) (length >> 8), (byte) length});
    decorated.writeBytes(PictureFixtures.text("ICC_PROFILE\0\1\1"));
    decorated.writeBytes(profile);
    // Fill bytes, a comment, and camera data that is none.
    decorated.writeBytes(new byte[] {-1, -1, (byte) 0xfe, 0, 4, 'h', 'i'});
    decorated.writeBytes(new byte[] {-1, (byte) 0xe1, 0, 8, 'E', 'x', 'i', 'f', 0, 0});
    decorated.write(jpeg, afterHeader, jpeg.length - afterHeader);
    assertArrayEquals(decode(jpeg, SIDE, 3), decode(decorated.toByteArray(), SIDE, 3));
  }

  @Test
  void theColoursOfPrintAreRefused() throws IOException {
    WritableRaster inks = Raster.createInterleavedRaster(0, SIDE, SIDE, 4, null);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.write(new IIOImage(inks, null, null));
    } finally {
      writer.dispose();
    }
    assertEquals(
        "is a JPEG in the colours of print (CMYK): convert it to RGB", refusal(out.toByteArray()));
  }

  /** The platform's JPEG reader makes up the missing part, and says so only to who listens. */
  @ParameterizedTest
  @ValueSource(strings = {"jpg", "png", "bmp"})
  void aFileThatEndsEarlyIsNeverTaken(String format) {
    byte[] whole =
        PictureFixtures.encoded(
            PictureFixtures.image(SIDE, SIDE, BufferedImage.TYPE_INT_RGB, 1), format);
    for (int length = 0; length < whole.length; length++) {
      String message = refusal(Arrays.copyOf(whole, length));
      assertTrue(message.startsWith("is "), message);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpg", "png", "bmp"})
  void damageIsRefusedOrChangesPixelsAndNothingElseHappens(String format)
      throws BadPictureException {
    byte[] whole =
        PictureFixtures.encoded(
            PictureFixtures.image(SIDE, SIDE, BufferedImage.TYPE_INT_RGB, 1), format);
    long seed = Long.getLong("margrave.test.seed", 20261123L);
    Random random = new Random(seed);
    int refused = 0;
    try (PictureDecoder decoder = new PictureDecoder(8, 3, OptionalInt.empty(), LARGE)) {
      byte[] expected = decoder.decode(whole);
      for (int trial = 0; trial < 2000; trial++) {
        byte[] damaged = whole.clone();
        for (int i = 0; i < 3; i++) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        }
        try {
          assertEquals(192, decoder.decode(damaged).length, "seed " + seed);
        } catch (BadPictureException e) {
          refused++;
        }
      }
      assertArrayEquals(expected, decoder.decode(whole), "seed " + seed);
    }
    assertTrue(refused > 50, "seed " + seed + ": " + refused);
  }

  @Test
  void whatIsNoPictureIsRefused() {
    assertEquals("is empty: fetch it again, or take it out", refusal(new byte[0]));
    assertEquals(
        "is no JPEG, PNG or BMP by its first bytes: convert it, or take it out",
        refusal(PictureFixtures.text("GIF89a, or a page of the web")));
  }

  @Test
  void aPictureThatWouldFillTheMemoryIsRefusedBeforeItIsDecoded() {
    byte[] png = PictureFixtures.png(8, 8, 1);
    // Width and height of the header, and its checksum.
    ByteBuffer header = ByteBuffer.wrap(png).putInt(16, 65_536).putInt(20, 65_536);
    CRC32 crc = new CRC32();
    crc.update(png, 12, 17);
    header.putInt(29, (int) crc.getValue());
    String message = refusal(png);
    assertTrue(message.startsWith("has 65536 x 65536 pixels, more than 50,000,000"), message);
  }

  /** Eight of them at once would not fit. */
  @Test
  void largePicturesAreDecodedOneAfterAnother() throws Exception {
    byte[] small =
        PictureFixtures.encoded(
            PictureFixtures.image(SIDE, SIDE, BufferedImage.TYPE_INT_RGB, 1), "png");
    byte[] large =
        PictureFixtures.encoded(new BufferedImage(2100, 2100, BufferedImage.TYPE_BYTE_GRAY), "png");
    CountDownLatch decoded = new CountDownLatch(1);
    Thread other =
        new Thread(
            () -> {
              try {
                decode(large, 8, 3);
                decoded.countDown();
              } catch (BadPictureException e) {
                throw new IllegalStateException(e);
              }
            });
    LARGE.lock();
    try {
      other.start();
      while (!LARGE.hasQueuedThread(other)) {
        assertTrue(other.isAlive(), "it did not wait");
        Thread.onSpinWait();
      }
      assertEquals(192, decode(small, 8, 3).length);
      assertEquals(1, decoded.getCount());
    } finally {
      LARGE.unlock();
    }
    assertTrue(decoded.await(60, TimeUnit.SECONDS));
    assertFalse(LARGE.isLocked());
  }

  @Test
  void anotherSizeThanTheDataSetsIsRefused() {
    try (PictureDecoder decoder = new PictureDecoder(32, 3, OptionalInt.of(64), LARGE)) {
      assertEquals(
          "has 63 x 63 pixels: expected 64 x 64; fetch it again, or take it out",
          assertThrows(BadPictureException.class, () -> decoder.decode(PictureFixtures.jpeg(63, 1)))
              .getMessage());
    }
  }

  private static byte[] decode(byte[] file, int size, int channels) throws BadPictureException {
    try (PictureDecoder decoder = new PictureDecoder(size, channels, OptionalInt.empty(), LARGE)) {
      return decoder.decode(file);
    }
  }

  private static String refusal(byte[] file) {
    return assertThrows(BadPictureException.class, () -> decode(file, 8, 3)).getMessage();
  }
}
