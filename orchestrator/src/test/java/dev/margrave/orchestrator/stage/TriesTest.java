package dev.margrave.orchestrator.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TriesTest {
  @Test
  void eachAttemptAfterTheFirstSaysWhereItWentOn() {
    Tries tries =
        Tries.NONE
            .began(1, 0)
            .ended(true, Optional.of("w1"), Optional.empty())
            .began(2, 0)
            .progressed()
            .began(3, 80);
    assertEquals(List.of(0L, 80L), tries.resumedAtSteps());
    assertEquals(List.of(0L, 80L), tries.forgotten().resumedAtSteps());
    assertEquals(List.of(), Tries.NONE.began(1, 0).resumedAtSteps());
  }

  @Test
  void aStageThatIsLostForEverIsCountedUpToALimit() {
    Tries tries = Tries.NONE;
    for (int attempt = 1; attempt <= Tries.MOST_RESUMED + 10; attempt++) {
      tries = tries.began(attempt, attempt);
    }
    assertEquals(Tries.MOST_RESUMED, tries.resumedAtSteps().size());
    assertEquals(2, tries.resumedAtSteps().get(0));
  }
}
