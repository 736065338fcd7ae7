package dev.margrave.orchestrator.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.margrave.protocol.ExperimentId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JournalTagsTest {
  /** They are written in journals: another tag for the same experiment would divide its events. */
  @Test
  void anExperimentKeepsItsTagForEver() {
    assertEquals(List.of("margrave-0", "margrave-1", "margrave-2", "margrave-3"), JournalTags.ALL);
    assertEquals(Set.of("margrave-3"), JournalTags.of(new ExperimentId("demo", 1)));
    assertEquals(Set.of("margrave-3"), JournalTags.of(new ExperimentId("demo", 2)));
    assertEquals(Set.of("margrave-3"), JournalTags.of(new ExperimentId("cifar100-paper", 1)));
  }

  @Test
  void experimentsSpreadOverAllTags() {
    Set<String> used = new HashSet<>();
    for (int number = 0; number < 100; number++) {
      used.addAll(JournalTags.of(new ExperimentId("experiment-" + number, 1)));
    }
    assertEquals(Set.copyOf(JournalTags.ALL), used);
  }
}
