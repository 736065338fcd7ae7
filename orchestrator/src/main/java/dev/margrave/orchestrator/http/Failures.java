package dev.margrave.orchestrator.http;

import dev.margrave.protocol.spec.loading.SpecException;
import dev.margrave.protocol.spec.loading.SpecProblem;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What became of a failure that is told to a stranger: a sentence, never a trace. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
  private static final Pattern LINE = Pattern.compile(".*:(\\d+)");

  /** Whoever mends these may send it again. */
  private static final int MOST_ERRORS = 100;

  /** Some repeat what was sent. */
  private static final int LONGEST_ERROR = 1000;

  private final AtomicLong unforeseen = new AtomicLong();

  Problem problem(Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof ProblemException refused) {
      return refused.problem();
    }
    if (cause instanceof SpecException spec) {
      return invalid(spec.problems());
    }
    if (cause instanceof TimeoutException) {
      return unavailable();
    }
    long number = unforeseen.incrementAndGet();
    LOG.error("request failed, unforeseen problem {}", number, cause);
    return Problem.Kind.INTERNAL.of(
        "the server's log has it as unforeseen problem "
            + number
            + "; the request may be repeated");
  }

  /** Nobody answered: it may have been carried out or not. */
  static Problem unavailable() {
    return Problem.Kind.UNAVAILABLE.of(
        "nobody answered in time, and it may have been carried out; the request may be repeated, but"
            + " one with fresh=true begins another experiment each time: look at the list first");
  }

  private static Problem invalid(List<SpecProblem> problems) {
    return Problem.Kind.INVALID_EXPERIMENT
        .of(
            problems.size() == 1
                ? Texts.shown(problems.get(0).toString(), LONGEST_ERROR)
                : "the experiment has " + problems.size() + " problems")
        .withErrors(problems.stream().limit(MOST_ERRORS).map(Failures::fault).toList());
  }

  private static Problem.Fault fault(SpecProblem problem) {
    Matcher line = LINE.matcher(problem.where());
    return new Problem.Fault(
        problem.where(),
        line.matches() ? Optional.of(Integer.valueOf(line.group(1))) : Optional.empty(),
        Texts.shown(problem.what(), LONGEST_ERROR));
  }
}
