package dev.margrave.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.margrave.workers.teacher.MixtureRig;
import dev.margrave.workers.teacher.PixelRows;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TeacherSearchBenchmarkTest {
  @Test
  void bothContendersComeToOneLikelihood() throws Exception {
    PixelRows noise =
        new PixelRows() {
          @Override
          public int rows() {
            return 600;
          }

          @Override
          public int columns() {
            return 12;
          }

          @Override
          public void fill(int from, int count, float[] into) {
            for (int i = 0; i < count; i++) {
              Random random = new Random(from + i);
              for (int j = 0; j < columns(); j++) {
                into[i * columns() + j] = (float) random.nextGaussian() + (from + i) % 3;
              }
            }
          }
        };
    List<MixtureRig.Fit> fits =
        TeacherSearchBenchmark.compare(noise, List.of("d=3", "k=3", "iterations=6", "rounds=1"));
    assertEquals(fits.get(1).meanLogLikelihood(), fits.get(0).meanLogLikelihood(), 1e-8);
  }
}
