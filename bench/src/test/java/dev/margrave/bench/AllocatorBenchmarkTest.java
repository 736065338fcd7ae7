package dev.margrave.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AllocatorBenchmarkTest {
  @Test
  void everySettingTrains() throws Exception {
    Said said = Said.by(Allocator::run, "rounds=1", "warm=3", "steps=3", "quickstarts=0");
    for (String setting : new String[] {"1M", "32M", "32M-trim-256M"}) {
      assertTrue(said.median("training steps on one thread, in images/s", setting) > 1, said::text);
    }
  }
}
