package dev.margrave.workers.teacher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.workers.random.IndexedRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrainingSplitTest {

  @Test
  void everyRowIsInExactlyOnePartAndThePartsHaveTheStatedSizes() {
    TrainingSplit split = TrainingSplit.of(1003, 0.2, IndexedRandom.along(5, 1));
    assertEquals(201, split.heldOutRows());
    assertEquals(802, split.fitRows());
    assertEquals(1003, split.rows());
    assertEquals(201, IntStream.range(0, 1003).filter(split::isHeldOut).count());
    Points all = new Points(IntStream.range(0, 1003).asDoubleStream().toArray(), 1);
    double[] heldOut = all.select(split::isHeldOut).values();
    double[] fit = all.select(row -> !split.isHeldOut(row)).values();
    assertEquals(
        1003, IntStream.concat(ints(heldOut), ints(fit)).distinct().count(), "disjoint, all there");
  }

  @Test
  void theHeldOutPartIsSpreadOverTheSplitAndDependsOnTheSeed() {
    TrainingSplit split = TrainingSplit.of(10_000, 0.2, IndexedRandom.along(5, 1));
    TrainingSplit other = TrainingSplit.of(10_000, 0.2, IndexedRandom.along(6, 1));
    long inFirstHalf = IntStream.range(0, 5000).filter(split::isHeldOut).count();
    assertTrue(inFirstHalf > 880 && inFirstHalf < 1120, inFirstHalf + " of 2000 in the first half");
    long common =
        IntStream.range(0, 10_000).filter(split::isHeldOut).filter(other::isHeldOut).count();
    assertNotEquals(2000, common);
    assertTrue(common > 280 && common < 520, common + " of 2000 held out by both seeds");
  }

  @Test
  void aSplitTooSmallToHoldAnythingOutHoldsNothingOut() {
    TrainingSplit split = TrainingSplit.of(2, 0.2, IndexedRandom.along(5, 1));
    assertEquals(0, split.heldOutRows());
    assertEquals(0, IntStream.range(0, 2).filter(split::isHeldOut).count());
  }

  private static IntStream ints(double[] values) {
    return java.util.Arrays.stream(values).mapToInt(value -> (int) value);
  }
}
