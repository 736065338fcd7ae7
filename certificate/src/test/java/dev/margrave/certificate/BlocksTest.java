package dev.margrave.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlocksTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void blocksArriveInOrderAndCoverEveryItemOnce(int threads) {
    List<Long> seen = new ArrayList<>();
    Blocks.forEach(
        1003,
        10,
        threads,
        (from, to) -> List.of(from, to),
        block -> {
          assertEquals(seen.size() * 10L, block.get(0));
          assertEquals(Math.min(1003, block.get(0) + 10), block.get(1));
          seen.add(block.get(0));
        });
    assertEquals(101, seen.size());
  }

  @Test
  void resultsWaitInBoundedNumber() {
    // The first block ends only after as many others have begun as may wait beside it.
    int threads = 2;
    CountDownLatch othersDone = new CountDownLatch(7);
    List<Long> order = new ArrayList<>();
    Blocks.forEach(
        1000,
        1,
        threads,
        (from, to) -> {
          if (from == 0) {
            await(othersDone);
            assertEquals(0, othersDone.getCount());
          } else {
            othersDone.countDown();
          }
          return from;
        },
        order::add);
    assertEquals(1000, order.size());
  }

  @Test
  void failuresAndErrorsReachTheCallerAsTheyAre() {
    IllegalArgumentException failure = new IllegalArgumentException("block 3");
    assertSame(
        failure,
        assertThrows(
            IllegalArgumentException.class,
            () -> Blocks.forEach(100, 1, 3, (from, to) -> thrown(from, failure), ignored -> {})));
    StackOverflowError error = new StackOverflowError();
    assertSame(
        error,
        assertThrows(
            StackOverflowError.class,
            () -> Blocks.forEach(100, 1, 3, (from, to) -> thrown(from, error), ignored -> {})));
  }

  @Test
  void interruptionEndsTheWorkAndStaysVisible() throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch started = new CountDownLatch(1);
    AtomicReference<String> message = new AtomicReference<>();
    AtomicReference<Boolean> interrupted = new AtomicReference<>(false);
    Thread caller =
        new Thread(
            () -> {
              try {
                Blocks.forEach(
                    2,
                    1,
                    2,
                    (from, to) -> {
                      started.countDown();
                      await(never);
                      return from;
                    },
                    ignored -> {});
              } catch (IllegalStateException expected) {
                message.set(expected.getMessage());
                interrupted.set(Thread.currentThread().isInterrupted());
              }
            });
    caller.start();
    started.await();
    caller.interrupt();
    caller.join();
    assertEquals("interrupted while computing a certificate", message.get());
    assertTrue(interrupted.get());
  }

  private static long thrown(long from, RuntimeException failure) {
    if (from >= 3) {
      throw from == 3 ? failure : new IllegalArgumentException("block " + from);
    }
    return from;
  }

  private static long thrown(long from, Error error) {
    if (from == 3) {
      throw error;
    }
    return from;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interruption) {
      Thread.currentThread().interrupt();
    }
  }
}
