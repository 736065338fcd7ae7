package dev.margrave.protocol.metrics;

import java.util.Arrays;
import java.util.List;

/** Upper bounds of classic histogram buckets, for one sort of value each. */
enum Buckets {
  /**
   * Seconds, from 1 ms to a day: a step of a small network, a recovery, a checkpoint to a far
   * store.
   */
  TRAINING(
      0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60, 120, 300,
      600, 1800, 3600, 7200, 21_600, 86_400),
  /** Seconds, from 0.1 ms: a file on a fast disk, to a server that is about to be given up. */
  JOURNAL(
      0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
      10, 30),
  /** Bytes, from 16 KiB to 4 GiB. */
  SIZES(
      16_384,
      65_536,
      262_144,
      1_048_576,
      4_194_304,
      16_777_216,
      67_108_864,
      268_435_456,
      1_073_741_824,
      4_294_967_296.0);

  // The list is an unmodifiable copy.
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<Double> bounds;

  Buckets(double... bounds) {
    this.bounds = Arrays.stream(bounds).boxed().toList();
  }

  /** Ascending, without infinity. */
  List<Double> bounds() {
    return bounds;
  }
}
