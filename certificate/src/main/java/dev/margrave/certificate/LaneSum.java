package dev.margrave.certificate;

/** A {@link CompensatedSum} in {@link Kernel#LANES} lanes. */
final class LaneSum {
  final double[] sum = new double[Kernel.LANES];
  final double[] error = new double[Kernel.LANES];

  /** Adds the lanes, from the first to the last; rounds nothing. */
  void addTo(CompensatedSum total) {
    // Local variables: fields would make each step wait for memory.
    double all = sum[0];
    double rest = error[0];
    for (int lane = 1; lane < Kernel.LANES; lane++) {
      double x = sum[lane];
      double next = all + x;
      double shifted = next - all;
      rest += error[lane] + ((all - (next - shifted)) + (x - shifted));
      all = next;
    }
    total.add(all, rest);
  }
}
