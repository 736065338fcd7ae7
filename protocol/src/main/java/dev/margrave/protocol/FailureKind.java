package dev.margrave.protocol;

/** Why an attempt failed, which decides whether another follows. */
public enum FailureKind {
  /** A bad spec, data that is not there: no retry. */
  USER,
  /** NaN or divergence: no retry, the last good checkpoint is kept. */
  NUMERIC,
  /** Out of memory or disk: no retry on that slot. */
  RESOURCE,
  /** The node is gone: retried at once elsewhere. */
  LOST,
  /** Anything else: retried with backoff, up to the limit. */
  CRASH
}
