package dev.margrave.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.workers.teacher.MixtureRig;
import dev.margrave.workers.teacher.PixelRows;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TeacherSearchBenchmarkTest {
  @Test
  void aWholeSearchIsTimed() throws Exception {
    PixelRows images = noise(800, 70);
    Said said = Said.by(arguments -> TeacherSearchBenchmark.search(images, images, 1));
    assertTrue(said.median("a search of 12 candidates", "margrave") > 0, said::text);
  }

  @Test
  void bothContendersComeToOneLikelihood() throws Exception {
    List<MixtureRig.Fit> fits =
        TeacherSearchBenchmark.compare(
            noise(600, 12), List.of("d=3", "k=3", "iterations=6", "rounds=1"));
    assertEquals(fits.get(1).meanLogLikelihood(), fits.get(0).meanLogLikelihood(), 1e-8);
  }

  /** Three clusters. */
  private static PixelRows noise(int rows, int columns) {
    return new PixelRows() {
      @Override
      public int rows() {
        return rows;
      }

      @Override
      public int columns() {
        return columns;
      }

      @Override
      public void fill(int from, int count, float[] into) {
        for (int i = 0; i < count; i++) {
          Random random = new Random(from + i);
          for (int j = 0; j < columns; j++) {
            into[i * columns + j] = (float) random.nextGaussian() + (from + i) % 3;
          }
        }
      }
    };
  }
}
