package dev.margrave.protocol.spec.loading;

import java.util.List;
import java.util.stream.Collectors;

/** An experiment file was refused. Holds everything that is wrong with it, not only the first. */
public final class SpecException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<SpecProblem> problems;

  SpecException(List<SpecProblem> problems) {
    super(problems.stream().map(SpecProblem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** In the order of the file's sections; at least one. */
  public List<SpecProblem> problems() {
    return problems;
  }
}
