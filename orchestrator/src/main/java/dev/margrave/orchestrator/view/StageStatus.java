package dev.margrave.orchestrator.view;

/** Where a stage stands. */
public enum StageStatus {
  /** Stages that it needs are not done. */
  PENDING,
  /** It could run, and waits for a slot, or for the next try. */
  WAITING,
  /** A worker has it. */
  RUNNING,
  /** Done. */
  COMPLETED,
  /** It failed for good. */
  FAILED,
  /** A stage that it needs failed, so that it will never run. */
  BLOCKED;

  /** Whether it will not change any more. */
  public boolean over() {
    return this == COMPLETED || this == FAILED || this == BLOCKED;
  }
}
