package dev.margrave.protocol.metrics;

import java.util.Locale;

/** What may stand beside a metric. Each has few values per experiment, or a closed set of them. */
public enum MetricLabel {
  /** The experiment's id: its name, or {@code name~2} after a fresh start. */
  EXPERIMENT,
  /** The data set's name. */
  DATASET,
  /** The training's seed; of a teacher search the teacher's. */
  SEED,
  /** The arm; {@code teacher} of a teacher search. */
  ARM,
  /** The stage within its experiment, as {@code full-0}. */
  STAGE,
  /** How a stage ended: {@link StageOutcome}. */
  OUTCOME,
  /** How an attempt ended: {@link AttemptKind}. */
  KIND,
  /** A worker's name. */
  WORKER,
  /** Of a worker: {@code free}, {@code busy}, {@code excluded} or {@code unreachable}. */
  STATE,
  /** The number of a GPU on its machine. */
  GPU,
  /** Of Margrave. */
  VERSION;

  /** As Prometheus sees it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
