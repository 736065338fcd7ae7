package dev.margrave.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TrainingStepBenchmarkTest {
  /** That all compute the same losses is checked by the benchmark itself. */
  @Test
  void contendersTrainTheSameNetwork() throws Exception {
    Said said = Said.by(TrainingStep::run, "rounds=1", "warm=3", "steps=3", "threads=1");
    for (String contender : new String[] {"djl-nhwc", "djl-nchw", "nd4j"}) {
      assertTrue(said.median("training steps", contender) > 1, said::text);
      double megabytes = said.median("peak resident memory", contender);
      assertTrue(megabytes > 100 && megabytes < 2000, said::text);
    }
  }
}
