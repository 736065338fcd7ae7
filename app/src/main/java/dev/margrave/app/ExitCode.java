package dev.margrave.app;

import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.GateOutcome;

/** What the process ends with. */
public final class ExitCode {
  /** Done, and every gate is PASS; certify: certified; verify: everything holds. */
  public static final int DONE = 0;

  /** Ran, but a gate is not PASS; certify: not certified; verify: something differs. */
  public static final int NOT_SHOWN = 1;

  /** Bad input. */
  public static final int BAD_INPUT = 2;

  /** The run failed. */
  public static final int FAILED = 3;

  /** Interrupted, state kept: 128 + SIGINT, as the JVM ends by itself. */
  public static final int INTERRUPTED = 130;

  private ExitCode() {}

  /** Of an experiment that is over. */
  public static int of(ExperimentResults results) {
    if (!results.complete()) {
      return FAILED;
    }
    return results.overall() == GateOutcome.PASS ? DONE : NOT_SHOWN;
  }
}
