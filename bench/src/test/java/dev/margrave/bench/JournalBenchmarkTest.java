package dev.margrave.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Each benchmark of durable state and of stages, at a size of seconds. */
class JournalBenchmarkTest {
  private static final List<String> RATES =
      List.of(
          "margrave-postgresql", "margrave-h2", "db-scheduler", "db-scheduler-client", "jobrunr");

  @Test
  void everyContenderChangesStates() throws Exception {
    List<Comparison> compared =
        JournalRates.measure(
            List.of(
                "seconds=1",
                "warm=1",
                "rounds=1",
                "many=4",
                "reports=20",
                "backlog=8000",
                "recovery=230"));
    assertEquals(2, compared.size());
    for (Comparison comparison : compared) {
      for (String contender : RATES) {
        double rate = comparison.median(contender);
        assertTrue(rate > 1 && rate < 1e6, contender + ": " + rate);
      }
    }
  }

  @Test
  void everyContenderEndsItsStagesNotBeforeTheyCanEnd() throws Exception {
    Comparison comparison =
        Stages.measure(List.of("stages=20", "slots=4", "milliseconds=100", "rounds=1"));
    for (String contender :
        List.of("margrave-postgresql", "margrave-h2", "db-scheduler", "jobrunr")) {
      double over = comparison.median(contender);
      assertTrue(over >= 0 && over < 1e4, contender + ": " + over);
    }
  }

  @Test
  void growthHasALineForEachSize() throws Exception {
    List<StageRun.Measured> all = GrowthStages.measure(List.of("largest=100", "per=50"));
    assertEquals(List.of(10, 100), all.stream().map(StageRun.Measured::stages).toList());
    for (StageRun.Measured measured : all) {
      assertTrue(measured.seconds() > 0 && measured.seconds() < 300, measured.toString());
      assertTrue(measured.heapBytes() > 1 << 20, measured.toString());
    }
  }
}
