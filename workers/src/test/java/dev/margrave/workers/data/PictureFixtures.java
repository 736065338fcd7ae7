package dev.margrave.workers.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;

/** Small picture files, and small data sets of them. */
final class PictureFixtures {
  private PictureFixtures() {}

  /** Coloured noise over a gradient, a function of the seed. */
  static BufferedImage image(int width, int height, int type, long seed) {
    Random random = new Random(seed);
    BufferedImage image = new BufferedImage(width, height, type);
    int tint = random.nextInt(1 << 24);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int red = (tint >> 16) + 3 * x + random.nextInt(20);
        int green = (tint >> 8) + 2 * y + random.nextInt(20);
        int blue = tint + x + y + random.nextInt(20);
        image.setRGB(x, y, (255 << 24) | ((red & 255) << 16) | ((green & 255) << 8) | (blue & 255));
      }
    }
    return image;
  }

  static byte[] encoded(BufferedImage image, String format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, out)) {
        throw new IllegalArgumentException("no writer of " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static byte[] jpeg(int side, long seed) {
    return encoded(image(side, side, BufferedImage.TYPE_INT_RGB, seed), "jpg");
  }

  static byte[] greyJpeg(int side, long seed) {
    return encoded(image(side, side, BufferedImage.TYPE_BYTE_GRAY, seed), "jpg");
  }

  static byte[] png(int width, int height, long seed) {
    return encoded(image(width, height, BufferedImage.TYPE_INT_RGB, seed), "png");
  }

  /** Tiny-ImageNet's layout below its root: classes of 3, 2 and 1 pictures, and 4 held out. */
  static Map<String, byte[]> tiny() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("words.txt", text("n00000003\tgoldfish, Carassius\nn00000001\tcrane, bird\n"));
    files.put("wnids.txt", text("n00000003\nn00000001\nn00000002\n"));
    files.put("train/n00000003/images/n00000003_10.JPEG", jpeg(64, 1));
    files.put("train/n00000003/images/n00000003_2.JPEG", jpeg(64, 2));
    files.put("train/n00000003/images/n00000003_1.JPEG", greyJpeg(64, 3));
    files.put("train/n00000003/n00000003_boxes.txt", text("n00000003_1.JPEG\t0\t1\t2\t3\n"));
    files.put("train/n00000001/images/n00000001_0.JPEG", jpeg(64, 4));
    files.put("train/n00000001/images/n00000001_1.JPEG", jpeg(64, 5));
    files.put("train/n00000002/images/n00000002_0.JPEG", jpeg(64, 6));
    files.put("val/images/val_3.JPEG", jpeg(64, 7));
    files.put("val/images/val_0.JPEG", jpeg(64, 8));
    files.put("val/images/val_1.JPEG", jpeg(64, 9));
    files.put("val/images/val_10.JPEG", greyJpeg(64, 10));
    files.put(
        "val/val_annotations.txt",
        text(
            """
            val_0.JPEG\tn00000001\t1\t2\t3\t4
            val_1.JPEG\tn00000002\t1\t2\t3\t4
            val_10.JPEG\tn00000003\t1\t2\t3\t4
            val_3.JPEG\tn00000003\t1\t2\t3\t4
            """));
    files.put("test/images/test_0.JPEG", text("not read"));
    return files;
  }

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A zip archive of files under a folder, as {@code tiny-imagenet-200/}. */
  static byte[] zip(String folder, Map<String, byte[]> files) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(folder + file.getKey()));
        zip.write(file.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
