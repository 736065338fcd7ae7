package dev.margrave.orchestrator.schedule;

import org.junit.jupiter.api.Test;

class SlotBookFaultsTest {
  private static final int SEEDS = 50;

  @Test
  void everyStageComesToItsEndAndNoSlotIsLost() {
    long firstSeed = System.nanoTime();
    System.out.println("slot book under faults, seeds from " + firstSeed);
    for (long seed = firstSeed; seed < firstSeed + SEEDS; seed++) {
      new SlotBookSimulation(seed).run();
    }
  }
}
