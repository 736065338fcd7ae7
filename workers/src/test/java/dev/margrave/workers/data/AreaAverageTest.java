package dev.margrave.workers.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AreaAverageTest {
  @Test
  void halvingIsTheMeanOfTwoByTwoWithHalvesUp() {
    int[][] picture = {{0, 1, 10, 10}, {1, 0, 11, 11}, {255, 255, 0, 0}, {255, 254, 0, 1}};
    // 2/4 rounds up, 42/4 too, 1019/4 = 254.75, 1/4 rounds down.
    assertArrayEquals(new byte[] {1, 11, (byte) 255, 0}, averaged(picture, 2, 1));
  }

  @Test
  void theSameSizeChangesNothing() {
    int[][] picture = random(64, 3, 1);
    byte[] out = averaged(picture, 64, 3);
    for (int i = 0; i < out.length; i++) {
      assertEquals(picture[i / 192][i % 192], out[i] & 0xff);
    }
  }

  /** Against the formula in exact fractions. */
  @ParameterizedTest
  @CsvSource({"7, 5, 1", "5, 7, 3", "64, 32, 3", "1, 4, 1", "9, 1, 3", "100, 32, 1", "33, 32, 3"})
  void everySizeFollowsTheFormula(int side, int size, int channels) {
    int[][] picture = random(side, channels, side * 1000L + size);
    byte[] out = averaged(picture, size, channels);
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        for (int channel = 0; channel < channels; channel++) {
          long sum = 0;
          for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
              long part = overlap(i, y, side, size) * overlap(j, x, side, size);
              sum += part * picture[y][x * channels + channel];
            }
          }
          int expected =
              BigDecimal.valueOf(sum)
                  .divide(BigDecimal.valueOf((long) side * side), 0, RoundingMode.HALF_UP)
                  .intValueExact();
          assertEquals(expected, out[(i * size + j) * channels + channel] & 0xff);
        }
      }
    }
  }

  @Test
  void oneColourStaysThatColourAtTheLargestSize() {
    int side = 7071;
    AreaAverage average = new AreaAverage(256, 1);
    int[] row = new int[side];
    Arrays.fill(row, 255);
    average.begin(side);
    for (int y = 0; y < side; y++) {
      average.add(row);
    }
    byte[] white = new byte[256 * 256];
    Arrays.fill(white, (byte) 255);
    assertArrayEquals(white, average.result());
  }

  private static long overlap(int out, int in, int side, int size) {
    return Math.max(
        0, Math.min((out + 1) * side, (in + 1) * size) - Math.max(out * side, in * size));
  }

  private static byte[] averaged(int[][] picture, int size, int channels) {
    AreaAverage average = new AreaAverage(size, channels);
    // Used before: nothing of it may be left.
    average.begin(1);
    average.add(new int[] {200, 200, 200});
    average.begin(picture.length);
    for (int[] row : picture) {
      average.add(row);
    }
    return average.result();
  }

  private static int[][] random(int side, int channels, long seed) {
    Random random = new Random(seed);
    int[][] picture = new int[side][];
    for (int y = 0; y < side; y++) {
      picture[y] = random.ints(side * (long) channels, 0, 256).toArray();
    }
    return picture;
  }
}
