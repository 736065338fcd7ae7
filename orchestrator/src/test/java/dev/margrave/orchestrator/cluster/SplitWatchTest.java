package dev.margrave.orchestrator.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which of several clusters end. That they do is tested on real processes, in the module app. */
class SplitWatchTest {
  private static Presence.Said said(int host, long upSinceMs) {
    return new Presence.Said("margrave@10.0.0." + host + ":25520", host, upSinceMs, 0);
  }

  /** Whether a member of one cluster ends, seeing all others. */
  private static boolean ends(int self, List<List<Presence.Said>> clusters) {
    return clusters.stream()
        .filter(cluster -> cluster != clusters.get(self))
        .flatMap(List::stream)
        .anyMatch(stranger -> SplitWatch.isOlder(stranger, clusters.get(self)));
  }

  @Test
  void theLaterOneEnds() {
    assertTrue(SplitWatch.isOlder(said(2, 1), List.of(said(1, 2000))));
    assertFalse(SplitWatch.isOlder(said(1, 2000), List.of(said(2, 1))));
  }

  /** The whole cluster stays: also who came up later than the stranger. */
  @Test
  void aClusterIsAsOldAsItsOldest() {
    assertFalse(SplitWatch.isOlder(said(3, 2), List.of(said(1, 1), said(2, 4))));
  }

  @Test
  void exactlyOneClusterStays() {
    long seed = Long.getLong("margrave.test.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 1000; round++) {
      List<List<Presence.Said>> clusters = new ArrayList<>();
      int host = 0;
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        List<Presence.Said> cluster = new ArrayList<>();
        for (int j = 1 + random.nextInt(3); j > 0; j--) {
          // Often of the same age.
          cluster.add(said(host++, random.nextInt(4)));
        }
        clusters.add(cluster);
      }
      int stay = 0;
      for (int i = 0; i < clusters.size(); i++) {
        stay += ends(i, clusters) ? 0 : 1;
      }
      assertEquals(1, stay, () -> "seed " + seed + ": " + clusters);
    }
  }
}
