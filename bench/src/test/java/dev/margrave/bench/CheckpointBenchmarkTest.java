package dev.margrave.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CheckpointBenchmarkTest {
  @Test
  void savingAndLoadingAreMeasuredBesideACopy() throws Exception {
    Said said = Said.by(Checkpoint::run, "rounds=3", "warm=1");
    for (String timed : new String[] {"copy, synced", "save"}) {
      assertTrue(said.median("save, durable", timed) > 0, said::text);
    }
    for (String timed : new String[] {"copy", "load", "of it: hash"}) {
      assertTrue(said.median("load, in", timed) > 0, said::text);
    }
  }
}
