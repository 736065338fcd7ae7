package dev.margrave.protocol.worker;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What generation a GPU is of, as NVIDIA numbers them: 8.6 is of 2020, 9.0 of 2022.
 *
 * @param major kernels of another one do not run
 * @param minor kernels of a later one do not run
 */
public record ComputeCapability(int major, int minor) implements Comparable<ComputeCapability> {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,3})\\.(\\d{1,2})");

  private static final Comparator<ComputeCapability> ORDER =
      Comparator.comparingInt(ComputeCapability::major).thenComparingInt(ComputeCapability::minor);

  /** From {@code 8.6}; empty for anything else. */
  public static Optional<ComputeCapability> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new ComputeCapability(
                Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
        : Optional.empty();
  }

  /** Whether what {@code has} it is at least as new as what {@code wanted} it; empty: any. */
  public static boolean satisfies(String has, String wanted) {
    return parse(wanted)
        .map(least -> parse(has).filter(it -> it.compareTo(least) >= 0).isPresent())
        .orElse(true);
  }

  @Override
  public int compareTo(ComputeCapability other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
