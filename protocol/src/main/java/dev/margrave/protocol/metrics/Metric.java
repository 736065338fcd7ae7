package dev.margrave.protocol.metrics;

import static dev.margrave.protocol.metrics.MetricLabel.ARM;
import static dev.margrave.protocol.metrics.MetricLabel.DATASET;
import static dev.margrave.protocol.metrics.MetricLabel.EXPERIMENT;
import static dev.margrave.protocol.metrics.MetricLabel.GPU;
import static dev.margrave.protocol.metrics.MetricLabel.KIND;
import static dev.margrave.protocol.metrics.MetricLabel.OUTCOME;
import static dev.margrave.protocol.metrics.MetricLabel.SEED;
import static dev.margrave.protocol.metrics.MetricLabel.STAGE;
import static dev.margrave.protocol.metrics.MetricLabel.STATE;
import static dev.margrave.protocol.metrics.MetricLabel.VERSION;
import static dev.margrave.protocol.metrics.MetricLabel.WORKER;

import java.util.List;
import java.util.Optional;

/**
 * Every metric of Margrave, by the name that is on the wire. The JVM's and the process's own come
 * beside them, under the names that Micrometer gives them.
 */
public enum Metric {
  CERTIFICATE_MARGIN(
      "margrave_certificate_margin_nats",
      Kind.GAUGE,
      "nats",
      "Margin I - L of the latest evaluation, at sampled z on the held-out split; above 0 no constant does as well.",
      Of.STAGE_LABELS),
  CERTIFICATE_SAFE_MARGIN(
      "margrave_certificate_safe_margin_nats",
      Kind.GAUGE,
      "nats",
      "Margin less the safety margin of the experiment, of the latest evaluation.",
      Of.STAGE_LABELS),
  CERTIFICATE_TEACHER_INFORMATION(
      "margrave_certificate_teacher_information_nats",
      Kind.GAUGE,
      "nats",
      "Teacher information I: the alignment loss of the best constant.",
      Of.STAGE_LABELS),
  CERTIFICATE_ALIGNMENT_LOSS(
      "margrave_certificate_alignment_loss_nats",
      Kind.GAUGE,
      "nats",
      "Alignment loss L of the latest evaluation.",
      Of.STAGE_LABELS),
  CERTIFICATE_WITNESS_INFORMATION(
      "margrave_certificate_witness_information_nats",
      Kind.GAUGE,
      "nats",
      "Information of the witness about its input, of the latest evaluation; 0 of a constant one.",
      Of.STAGE_LABELS),
  CERTIFICATE_VERDICT(
      "margrave_certificate_verdict",
      Kind.GAUGE,
      "",
      "Verdict of the latest evaluation: 1 certified, 0 inconclusive, -1 negative.",
      Of.STAGE_LABELS),

  VAE_KL(
      "margrave_vae_kl_nats",
      Kind.GAUGE,
      "nats",
      "Mean KL(q(z|x) || N(0, I)) per held-out image.",
      Of.STAGE_LABELS),
  VAE_RECONSTRUCTION(
      "margrave_vae_reconstruction_nats",
      Kind.GAUGE,
      "nats",
      "Mean -ln p(x|z) per held-out image, at sampled z.",
      Of.STAGE_LABELS),
  VAE_ACTIVE_UNITS(
      "margrave_vae_active_units",
      Kind.GAUGE,
      "",
      "Dimensions of the code whose mean varies by more than 0.01 over the held-out images.",
      Of.STAGE_LABELS),

  TRAINING_IMAGES(
      "margrave_training_images_total",
      Kind.COUNTER,
      "images",
      "Images trained on by this worker; its rate is images per second.",
      List.of(EXPERIMENT, DATASET, SEED, ARM, STAGE, WORKER)),
  TRAINING_STEP_SECONDS(
      "margrave_training_step_seconds",
      Kind.HISTOGRAM,
      "seconds",
      "Time of one optimiser step, with its batch.",
      List.of(WORKER),
      Buckets.TRAINING),
  TRAINING_EPOCH(
      "margrave_training_epoch",
      Kind.GAUGE,
      "",
      "Passes over the training split so far.",
      Of.STAGE_LABELS),

  STAGE_STATE(
      "margrave_stage_state",
      Kind.GAUGE,
      "",
      "Where the stage stands: 1 waiting, 2 running, 3 completed, 4 failed.",
      Of.STAGE_LABELS),
  STAGE_ATTEMPT(
      "margrave_stage_attempt",
      Kind.GAUGE,
      "",
      "Number of the stage's current or last attempt; it grows with every restart.",
      Of.STAGE_LABELS),
  STAGE_PROGRESS(
      "margrave_stage_progress_ratio",
      Kind.GAUGE,
      "ratio",
      "Part of the attempt's present work that is done, from 0 to 1, as its worker last said.",
      Of.STAGE_LABELS),
  STAGE_RESCUES(
      "margrave_stage_rescues",
      Kind.GAUGE,
      "",
      "Automatic rescues of the stage that were started.",
      Of.STAGE_LABELS),
  STAGE_CHECKPOINT_STEP(
      "margrave_stage_checkpoint_step",
      Kind.GAUGE,
      "",
      "Optimiser step of the stage's last committed checkpoint.",
      Of.STAGE_LABELS),

  STAGES_ENDED(
      "margrave_stages_ended_total",
      Kind.COUNTER,
      "",
      "Stages that ended under this orchestrator since it started.",
      List.of(EXPERIMENT, OUTCOME)),
  ATTEMPTS(
      "margrave_attempts_total",
      Kind.COUNTER,
      "",
      "Attempts that ended under this orchestrator since it started.",
      List.of(EXPERIMENT, KIND)),
  CHECKPOINTS_COMMITTED(
      "margrave_checkpoints_committed_total",
      Kind.COUNTER,
      "",
      "Checkpoints that this orchestrator committed since it started.",
      List.of(EXPERIMENT)),
  RECOVERY_SECONDS(
      "margrave_recovery_seconds",
      Kind.HISTOGRAM,
      "seconds",
      "From the end of an attempt by loss, crash or interruption to the next one's first sign of life.",
      List.of(KIND),
      Buckets.TRAINING),

  QUEUE_LENGTH(
      "margrave_queue_length",
      Kind.GAUGE,
      "",
      "Stages that wait for a slot; on the orchestrator that schedules.",
      List.of()),
  WORKERS(
      "margrave_workers",
      Kind.GAUGE,
      "",
      "Workers, by what the scheduler may give them; on the orchestrator that schedules.",
      List.of(STATE)),

  CHECKPOINT_SECONDS(
      "margrave_checkpoint_seconds",
      Kind.HISTOGRAM,
      "seconds",
      "Time to write one checkpoint and sync it.",
      List.of(WORKER),
      Buckets.TRAINING),
  CHECKPOINT_BYTES(
      "margrave_checkpoint_bytes",
      Kind.HISTOGRAM,
      "bytes",
      "Size of a checkpoint that was written.",
      List.of(WORKER),
      Buckets.SIZES),
  JOURNAL_PERSIST_SECONDS(
      "margrave_journal_persist_seconds",
      Kind.HISTOGRAM,
      "seconds",
      "From a stage supervisor's decision to its event in the journal.",
      List.of(),
      Buckets.JOURNAL),

  GPU_MEMORY_USED(
      "margrave_gpu_memory_used_bytes",
      Kind.GAUGE,
      "bytes",
      "Memory of a GPU in use, by whomever.",
      List.of(WORKER, GPU)),
  GPU_MEMORY_TOTAL(
      "margrave_gpu_memory_total_bytes",
      Kind.GAUGE,
      "bytes",
      "Memory of a GPU.",
      List.of(WORKER, GPU)),

  METRICS_SERIES(
      "margrave_metrics_series",
      Kind.GAUGE,
      "",
      "Series of stages and experiments that this process offers, of at most margrave.metrics.maximum-series.",
      List.of()),
  METRICS_DROPPED(
      "margrave_metrics_dropped_total",
      Kind.COUNTER,
      "",
      "Stages that got no series because margrave.metrics.maximum-series was reached.",
      List.of()),
  BUILD_INFO(
      "margrave_build_info",
      Kind.GAUGE,
      "",
      "1, with the version of Margrave that runs.",
      List.of(VERSION));

  /** What Prometheus does with it. */
  public enum Kind {
    /** A value that goes up and down. */
    GAUGE,
    /** A count that only grows, from 0 at each start of its process. */
    COUNTER,
    /** Counts by classic buckets, with sum and count. */
    HISTOGRAM
  }

  /** Enums may not name their own statics. */
  private static final class Of {
    private static final List<MetricLabel> STAGE_LABELS =
        List.of(EXPERIMENT, DATASET, SEED, ARM, STAGE);
  }

  private static final String TOTAL = "_total";
  private static final String INFO = "_info";

  private final String wireName;
  private final Kind kind;
  private final String unit;
  private final String help;

  // The list is an unmodifiable copy.
  @SuppressWarnings("ImmutableEnumChecker")
  private final List<MetricLabel> labels;

  private final Optional<Buckets> buckets;

  Metric(String wireName, Kind kind, String unit, String help, List<MetricLabel> labels) {
    this(wireName, kind, unit, help, labels, null);
  }

  Metric(
      String wireName,
      Kind kind,
      String unit,
      String help,
      List<MetricLabel> labels,
      Buckets buckets) {
    this.wireName = wireName;
    this.kind = kind;
    this.unit = unit;
    this.help = help;
    this.labels = List.copyOf(labels);
    this.buckets = Optional.ofNullable(buckets);
  }

  /** Its full name; of a histogram without {@code _bucket}, {@code _sum} and {@code _count}. */
  public String wireName() {
    return wireName;
  }

  /** The name without the suffix that the exposition format appends by itself. */
  public String familyName() {
    for (String suffix : List.of(TOTAL, INFO)) {
      if (wireName.endsWith(suffix)) {
        return wireName.substring(0, wireName.length() - suffix.length());
      }
    }
    return wireName;
  }

  public Kind kind() {
    return kind;
  }

  /** The base unit; empty for a plain number. */
  public String unit() {
    return unit;
  }

  /** One sentence, also on the wire. */
  public String help() {
    return help;
  }

  /** All of them, in their order. */
  public List<MetricLabel> labels() {
    return labels;
  }

  /** Upper bounds of a histogram's buckets, ascending, without infinity; empty of another kind. */
  public List<Double> buckets() {
    return buckets.map(Buckets::bounds).orElse(List.of());
  }
}
