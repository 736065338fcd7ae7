package dev.margrave.workers.data;

import dev.margrave.workers.random.IndexedRandom;
import java.util.Comparator;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Which records of a file are used, and in which order: those with the smallest keys, by key, where
 * the key of record i is that of {@link IndexedRandom#of}(seed, split, i) compared as an unsigned
 * number, and records count from 0 through the split's files in their published order.
 *
 * <p>So a file sorted by class gives a selection that is balanced in expectation, so does every
 * range of the selection, a smaller selection is the beginning of a larger one, and nothing depends
 * on the experiment's seed: every seed of an experiment sees the same data. The seed is a constant
 * of the format.
 */
final class Selection {
  /** "selected" in ASCII. Changing it changes every content hash. */
  private static final long SEED = 0x73656c6563746564L;

  /** Each split draws from a stream of its own. */
  enum Split {
    TRAIN("train", 0),
    EVALUATE("evaluate", 1);

    private final String key;
    private final long stream;

    Split(String key, long stream) {
      this.key = key;
      this.stream = stream;
    }

    /** The stream of an {@link IndexedRandom}. */
    long stream() {
      return stream;
    }

    /** The key in the experiment file's section {@code dataset}. */
    String key() {
      return key;
    }
  }

  private Selection() {}

  /**
   * The records to use, in order.
   *
   * @param available how many there are
   * @param wanted how many to use; empty: all
   * @throws DataException if more are wanted than there are
   */
  static int[] choose(String dataset, Split split, int available, OptionalInt wanted) {
    int count = count(dataset, split, available, wanted);
    Comparator<Integer> byKey =
        (a, b) ->
            Long.compareUnsigned(
                IndexedRandom.of(SEED, split.stream(), a).key(),
                IndexedRandom.of(SEED, split.stream(), b).key());
    return IntStream.range(0, available)
        .boxed()
        .sorted(byKey)
        .limit(count)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** How many records to use. */
  static int count(String dataset, Split split, int available, OptionalInt wanted) {
    int count = wanted.orElse(available);
    if (count > available) {
      throw new DataException(
          String.format(
              "dataset.%s = %d, but %s has %d images to %s: ask for %d or fewer",
              split.key(),
              count,
              dataset,
              available,
              split == Split.TRAIN ? "train on" : "evaluate on",
              available));
    }
    return count;
  }
}
