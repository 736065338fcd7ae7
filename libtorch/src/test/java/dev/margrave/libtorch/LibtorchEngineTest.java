package dev.margrave.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.margrave.workers.engine.EngineTest;
import dev.margrave.workers.engine.Engines;
import org.junit.jupiter.api.Test;

class LibtorchEngineTest extends EngineTest {
  @Override
  @Test
  public void theEngineOfThisClassPathIsFound() {
    assertEquals("libtorch", Engines.here().name());
  }
}
