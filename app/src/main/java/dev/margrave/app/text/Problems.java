package dev.margrave.app.text;

import dev.margrave.protocol.spec.loading.SpecProblem;
import java.util.List;
import java.util.stream.Collectors;

/** All that is wrong with a file, for the user. */
public final class Problems {
  private Problems() {}

  /**
   * One sentence, or one line for each problem below what {@code whole} begins.
   *
   * @param whole as {@code the experiment has}
   * @param problems at least one
   */
  public static String text(String whole, List<SpecProblem> problems) {
    String lines = problems.stream().map(SpecProblem::toString).collect(Collectors.joining("\n"));
    return problems.size() == 1
        ? lines
        : whole + " " + problems.size() + " problems:\n" + lines.indent(2).stripTrailing();
  }
}
