package dev.margrave.libtorch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.margrave.workers.vae.engine.EngineInfo;
import dev.margrave.workers.vae.engine.Precision;
import dev.margrave.workers.vae.engine.TrainingEngine;
import dev.margrave.workers.vae.engine.TrainingEngineContract;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // Precisions act by being open.
class LibtorchTrainingEngineTest extends TrainingEngineContract {
  @Override
  protected TrainingEngine.Factory factory() {
    return LibtorchTrainingEngine::create;
  }

  /** Near, and yet other numbers; what is measured afterwards is measured in single precision. */
  @Test
  void brainFloatsTrainNearly() {
    try (TrainingEngine single = engine(1);
        TrainingEngine brain = engine(1, Precision.BFLOAT16)) {
      double expected = trained(single, 20);
      double found = trained(brain, 20);
      assertNotEquals(expected, found);
      assertEquals(expected, found, 0.01 * expected);
      single.restore(brain.snapshot());
      float[] codes = new float[3 * single.spec().latent()];
      Arrays.fill(codes, 0.3f);
      float[] logits = new float[3 * single.spec().components()];
      float[] same = new float[logits.length];
      single.witnessLogits(codes, 3, logits);
      brain.witnessLogits(codes, 3, same);
      assertArrayEquals(logits, same);
    }
  }

  @Test
  void tf32IsRefusedOnCpus() {
    assumeFalse(Libtorch.onGpu());
    assertEquals(
        "training.precision tf32 is a GPU's, and this worker trains on its CPU; say float32 or"
            + " bfloat16, or ask for resources.gpus",
        assertThrows(IllegalArgumentException.class, () -> engine(1, Precision.TF32)).getMessage());
  }

  /** The flag is the process's: what is open of one kind keeps the other out. */
  @Test
  void stepsWithTf32AndWithoutTakeTurns() throws Exception {
    AtomicBoolean entered = new AtomicBoolean();
    Thread other =
        new Thread(
            () -> {
              try (Multiplying tf32 = Multiplying.in(Precision.TF32)) {
                entered.set(torch.globalContext().allowTF32CuBLAS());
              }
            });
    try (Multiplying first = Multiplying.in(Precision.FLOAT32);
        Multiplying second = Multiplying.in(Precision.FLOAT32)) {
      other.start();
      other.join(200);
      assertTrue(other.isAlive(), "it waits");
      assertFalse(torch.globalContext().allowTF32CuBLAS());
    }
    other.join();
    assertTrue(entered.get(), "and comes in");
    try (Multiplying again = Multiplying.in(Precision.BFLOAT16)) {
      assertFalse(torch.globalContext().allowTF32CuBLAS());
    }
  }

  @Test
  void itSaysWhatItRunsOn() {
    try (TrainingEngine engine = engine(1)) {
      EngineInfo info = engine.info();
      assertTrue(info.library().startsWith("libtorch 2."), info.library());
      assertEquals(Integer.parseInt(System.getenv("OMP_NUM_THREADS")), info.threads());
    }
  }
}
