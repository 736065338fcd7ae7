package dev.margrave.orchestrator.stage;

import dev.margrave.protocol.FailureKind;
import dev.margrave.protocol.Outcome;
import java.time.Duration;
import java.util.SplittableRandom;

/** Whether and when a stage is tried again. Pure. */
final class RetryPolicy {
  /** Doublings after which the delay is surely at its maximum. */
  private static final int MOST_DOUBLINGS = 30;

  private RetryPolicy() {}

  /**
   * What follows from an attempt's end.
   *
   * @param counted whether it counts against the limit of attempts
   * @param last whether no further attempt follows
   * @param delay before the next one
   */
  record Decision(boolean counted, boolean last, Duration delay) {}

  /**
   * Decides by the kind of the failure.
   *
   * @param history before the end
   * @param worker that had the attempt
   * @param seed of the jitter
   */
  static Decision decide(
      StageHistory history, String worker, Outcome outcome, RetrySettings settings, long seed) {
    if (outcome instanceof Outcome.HandedBack) {
      return new Decision(false, false, Duration.ZERO);
    }
    if (!(outcome instanceof Outcome.Failed failed)) {
      return new Decision(false, true, Duration.ZERO);
    }
    int limit = history.spec().experiment().resources().maxAttempts();
    return switch (failed.kind()) {
      case USER, NUMERIC -> new Decision(true, true, Duration.ZERO);
      case RESOURCE -> {
        boolean elsewhere = settings.elsewhere() && history.tries().counted() + 1 < limit;
        yield new Decision(true, !elsewhere, Duration.ZERO);
      }
      case CRASH -> {
        int counted = history.tries().counted() + 1;
        yield new Decision(true, counted >= limit, delay(history, counted, settings, seed));
      }
      case LOST -> {
        boolean again = history.tries().lostWorkers().contains(worker);
        boolean last = !again && history.tries().counted() + 1 >= limit;
        int fruitless = history.tries().lostInARow();
        Duration delay =
            again && fruitless > 0 ? delay(history, fruitless, settings, seed) : Duration.ZERO;
        yield new Decision(!again, last, delay);
      }
    };
  }

  /** initial · 2^(n−1), at most the maximum, lengthened by up to the jitter. */
  private static Duration delay(StageHistory history, int n, RetrySettings settings, long seed) {
    long initialMs = settings.initialDelay().toMillis();
    long maximumMs = settings.maximumDelay().toMillis();
    double doubled = (double) initialMs * Math.pow(2, Math.min(n - 1, MOST_DOUBLINGS));
    long stream = seed ^ ((long) history.stage().text().hashCode() << 32) ^ history.attempt();
    double stretch = 1 + settings.jitter() * new SplittableRandom(stream).nextDouble();
    return Duration.ofMillis(Math.round(Math.min(doubled, (double) maximumMs) * stretch));
  }

  /** The outcome of a stage, told with its attempts when there were several. */
  static Outcome inWords(Outcome outcome, int counted) {
    boolean repeated =
        outcome instanceof Outcome.Failed failed
            && counted > 1
            && (failed.kind() != FailureKind.USER && failed.kind() != FailureKind.NUMERIC);
    if (!repeated) {
      return outcome;
    }
    Outcome.Failed failed = (Outcome.Failed) outcome;
    return new Outcome.Failed(
        failed.kind(), "failed " + counted + " times, the last time: " + failed.message());
  }
}
