package dev.margrave.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.workers.vae.engine.EngineInfo;
import dev.margrave.workers.vae.engine.TrainingEngine;
import dev.margrave.workers.vae.engine.TrainingEngineContract;
import org.junit.jupiter.api.Test;

class LibtorchTrainingEngineTest extends TrainingEngineContract {
  @Override
  protected TrainingEngine.Factory factory() {
    return LibtorchTrainingEngine::create;
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
