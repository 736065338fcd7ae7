package dev.margrave.workers.vae.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class Nd4jTrainingEngineTest extends TrainingEngineContract {
  @Override
  protected TrainingEngine.Factory factory() {
    return Nd4jTrainingEngine::create;
  }

  @Test
  void memoryOfTheGraphsDoesNotGrow() {
    try (Nd4jTrainingEngine engine = (Nd4jTrainingEngine) engine(1)) {
      float[] out = new float[SPEC.latent()];
      EngineFixture.train(engine, 0, 2, 5);
      engine.encode(EngineFixture.images(SPEC, 1, 1), 1, out, new float[SPEC.latent()]);
      long bytes = engine.graphBytes();
      EngineFixture.train(engine, 0, 50, 5);
      engine.encode(EngineFixture.images(SPEC, 1, 1), 1, out, new float[SPEC.latent()]);
      assertEquals(bytes, engine.graphBytes());
    }
  }

  @Test
  void anotherPrecisionIsRefused() {
    assertEquals(
        "nd4j trains in float32 alone, and training.precision asks for another; train it with"
            + " --engine libtorch",
        assertThrows(IllegalArgumentException.class, () -> engine(1, Precision.BFLOAT16))
            .getMessage());
  }

  @Test
  void itSaysWhatItRunsOn() {
    try (TrainingEngine engine = engine(1)) {
      EngineInfo info = engine.info();
      assertTrue(info.library().startsWith("nd4j 1.0.0"), info.library());
      assertTrue(info.nativeLibrary().contains("onednn"), info.nativeLibrary());
      assertTrue(info.threads() >= 1);
    }
  }

  @Test
  void theSlowNativeLibraryIsRefused() {
    assertEquals(
        "ND4J loaded its native library linux-x86_64, which trains 7 times slower than a oneDNN"
            + " build; put nd4j-native with the classifier linux-x86_64-onednn-avx2 on the class"
            + " path and the plain one off it",
        assertThrows(
                IllegalStateException.class,
                () -> Nd4jBackend.platformOf("/cache/x/linux-x86_64/libjnind4jcpu.so"))
            .getMessage());
  }

  /** Nor on its place. */
  @Test
  void anImagesBitsDependOnNothingBesideIt() {
    try (TrainingEngine engine = engine(1)) {
      EngineFixture.train(engine, 0, 3, 5);
      int count = 37;
      float[] images = EngineFixture.images(SPEC, count, 3);
      float[] mean = new float[count * SPEC.latent()];
      float[] logVariance = new float[mean.length];
      engine.encode(images, count, mean, logVariance);
      float[] nats = new float[count];
      float[] squaredError = new float[count];
      engine.reconstructionLosses(images, mean, count, nats, squaredError);
      for (int i = 0; i < count; i += 3) {
        float[] image = Arrays.copyOfRange(images, i * SPEC.pixels(), (i + 1) * SPEC.pixels());
        float[] oneMean = new float[SPEC.latent()];
        float[] oneLogVariance = new float[SPEC.latent()];
        engine.encode(image, 1, oneMean, oneLogVariance);
        int from = i * SPEC.latent();
        int to = from + SPEC.latent();
        assertArrayEquals(Arrays.copyOfRange(mean, from, to), oneMean);
        assertArrayEquals(Arrays.copyOfRange(logVariance, from, to), oneLogVariance);
        float[] oneNats = new float[1];
        float[] oneError = new float[1];
        engine.reconstructionLosses(image, oneMean, 1, oneNats, oneError);
        assertEquals(nats[i], oneNats[0]);
        assertEquals(squaredError[i], oneError[0]);
      }
    }
  }
}
