package dev.margrave.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class StartUpBenchmarkTest {
  @Test
  void theFirstStepAndAStageAreTimed() throws Exception {
    Said said =
        Said.by(
            StartUp::run,
            "rounds=1",
            "quickstarts=0",
            "stages=1",
            "train=400",
            "evaluate=200",
            "epochs=2",
            "command=0");
    assertTrue(said.median("from the command", "quickstart") > 0.5, said::text);
    assertTrue(said.median("a stage of 2 epochs", "evaluations on") > 0, said::text);
  }
}
