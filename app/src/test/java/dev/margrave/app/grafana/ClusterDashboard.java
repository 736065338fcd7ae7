package dev.margrave.app.grafana;

import static dev.margrave.app.grafana.Panel.lines;
import static dev.margrave.app.grafana.Panel.number;
import static dev.margrave.app.grafana.Panel.query;
import static dev.margrave.app.grafana.Panel.times;

import dev.margrave.app.grafana.Dashboard.Row;
import dev.margrave.app.grafana.Dashboard.Variable;
import dev.margrave.app.grafana.Panel.Look;
import dev.margrave.app.grafana.Panel.Named;
import java.util.ArrayList;
import java.util.List;

/** What waits, what works, what broke and how soon it went on. */
final class ClusterDashboard {
  private static final String NODE = "{instance=~\"$instance\"}";

  private static final List<Named> STATES =
      List.of(
          new Named(1, "waiting", "yellow"),
          new Named(2, "running", "blue"),
          new Named(3, "completed", "green"),
          new Named(4, "failed", "red"));

  private ClusterDashboard() {}

  static Dashboard dashboard() {
    List<Variable> variables = new ArrayList<>(MarginsDashboard.RUNS);
    variables.add(new Variable("instance", "Node", "label_values(margrave_build_info, instance)"));
    return new Dashboard(
        "margrave-cluster",
        "Margrave: Cluster",
        "Queue and slots, attempts and recoveries, the journal, and the processes themselves.",
        "now-1h",
        variables,
        Marks.all(),
        List.of(
            new Row("Now", List.of(queued(), free(), busy(), away(), nodes(), running())),
            new Row("Queue and workers", List.of(queue(), workers())),
            new Row("Attempts and recovery", List.of(attempts(), ended(), recovery(), slots())),
            new Row("Stages", List.of(stages())),
            new Row("Journal and checkpoints", List.of(journal(), checkpoints(), bytes())),
            new Row(
                "Processes",
                List.of(heap(), collections(), processors(), threads(), series(), gpu()))));
  }

  private static Panel queued() {
    return number(
        "Waiting",
        "none",
        "Stages that could run and wait for a slot.",
        "sum(margrave_queue_length)");
  }

  private static Panel free() {
    return workersIn("Free", "free", "Workers with a free slot.");
  }

  private static Panel busy() {
    return workersIn("Busy", "busy", "Workers all of whose slots are taken.");
  }

  private static Panel away() {
    return workersIn(
        "Away",
        "unreachable|excluded",
        "Workers that are silent, or are given nothing for a while because they ran out of memory or disk.");
  }

  private static Panel workersIn(String title, String states, String description) {
    return number(
        title,
        "none",
        description,
        "sum(margrave_workers{state=~\"" + states + "\"}) or vector(0)");
  }

  private static Panel nodes() {
    return number(
        "Nodes",
        "none",
        "Orchestrators and workers that Prometheus reaches.",
        "count(margrave_build_info) or vector(0)");
  }

  private static Panel running() {
    return number(
        "Images per second",
        "suffix: images/s",
        "All workers together, over the last minute.",
        "sum(rate(margrave_training_images_total[1m])) or vector(0)");
  }

  private static Panel queue() {
    return lines(
        "Queue",
        "none",
        "Stages that wait for a slot. `margrave status` says for what each waits.",
        query("sum(margrave_queue_length)", "waiting"));
  }

  private static Panel workers() {
    return lines(
        "Workers by state",
        "none",
        "free and busy work; unreachable ones are silent, excluded ones ran out of memory or disk.",
        query("sum by (state) (margrave_workers)", "{{state}}"));
  }

  private static Panel attempts() {
    return lines(
        "Attempts by kind",
        "none",
        "How attempts ended, since the orchestrators started. lost, crash and interrupted ones go on from the last"
            + " checkpoint; user, numeric and resource ones end their stage or their worker's turn.",
        query("sum by (kind) (margrave_attempts_total{experiment=~\"$experiment\"})", "{{kind}}"));
  }

  private static Panel ended() {
    return lines(
        "Stages ended by outcome",
        "none",
        "Since the orchestrators started.",
        query(
            "sum by (outcome) (margrave_stages_ended_total{experiment=~\"$experiment\"})",
            "{{outcome}}"));
  }

  private static Panel recovery() {
    return times(
        "Recovery",
        "From the end of an attempt by loss, crash or interruption to the next one's first sign of life, over the"
            + " last 15 minutes. Empty: nothing broke.",
        "margrave_recovery_seconds",
        "15m",
        "0.95",
        "19 of 20");
  }

  private static Panel stages() {
    return lines(
            "Stages",
            "none",
            "Where each chosen stage stands. waiting: for a slot or its next try. A stage that waits for another one,"
                + " or was never begun, is not shown.",
            query(
                "max by (experiment, stage) (margrave:stage_state{experiment=~\"$experiment\"})",
                "{{experiment}} {{stage}}"))
        .drawnAs(Look.STRIPES)
        .named(STATES)
        .sized(24, 10);
  }

  private static Panel slots() {
    return lines(
        "Slots taken",
        "none",
        "Stages that run: each holds a slot of a worker.",
        query(
            "sum by (experiment) (margrave:stage_state{experiment=~\"$experiment\"} == bool 2)",
            "{{experiment}}"));
  }

  private static Panel journal() {
    return times(
        "Journal",
        "Time until an event is in the journal. Nothing is done before that.",
        "margrave_journal_persist_seconds",
        "$__rate_interval",
        "0.99",
        "99 of 100");
  }

  private static Panel checkpoints() {
    return times(
        "Time of a checkpoint",
        "Until a checkpoint is in the store, whole. Its arm stands still meanwhile.",
        "margrave_checkpoint_seconds",
        "5m",
        "0.95",
        "19 of 20");
  }

  private static Panel bytes() {
    return lines(
        "Size of a checkpoint",
        "bytes",
        "Mean size of what was written: weights and the optimiser's moments.",
        query(
            "sum by (worker) (rate(margrave_checkpoint_bytes_sum[5m]))"
                + " / sum by (worker) (rate(margrave_checkpoint_bytes_count[5m]) > 0)",
            "{{worker}}"));
  }

  private static Panel heap() {
    return lines(
        "Java heap",
        "bytes",
        "Networks and tables lie outside of it, in native memory.",
        query(
            "sum by (instance) (jvm_memory_used_bytes{instance=~\"$instance\", area=\"heap\"})",
            "{{instance}} used"),
        query(
            "sum by (instance) (jvm_memory_max_bytes{instance=~\"$instance\", area=\"heap\"} > 0)",
            "{{instance}} most"));
  }

  private static Panel collections() {
    return lines(
        "Garbage collection",
        "percentunit",
        "Share of the time in which the process stands still to collect.",
        query(
            "sum by (instance) (rate(jvm_gc_pause_seconds_sum" + NODE + "[$__rate_interval]))",
            "{{instance}}"));
  }

  private static Panel processors() {
    return lines(
        "Processor",
        "percentunit",
        "Share of all cores of its machine that the process uses.",
        query("max by (instance) (process_cpu_usage" + NODE + ")", "{{instance}}"));
  }

  private static Panel threads() {
    return lines(
        "Threads",
        "none",
        "Of the Java process.",
        query("max by (instance) (jvm_threads_live_threads" + NODE + ")", "{{instance}}"));
  }

  private static Panel series() {
    return lines(
        "Metrics of stages",
        "none",
        "Series that each node offers, and stages that got none because margrave.metrics.maximum-series was reached.",
        query("max by (instance) (margrave_metrics_series" + NODE + ")", "{{instance}} series"),
        query(
            "max by (instance) (margrave_metrics_dropped_total" + NODE + ")",
            "{{instance}} stages without"));
  }

  private static Panel gpu() {
    return lines(
        "GPU memory",
        "bytes",
        "In use, by whomever, and what the GPU has. Empty where no worker has one.",
        query("max by (worker, gpu) (margrave_gpu_memory_used_bytes)", "{{worker}} {{gpu}} used"),
        query("max by (worker, gpu) (margrave_gpu_memory_total_bytes)", "{{worker}} {{gpu}} all"));
  }
}
