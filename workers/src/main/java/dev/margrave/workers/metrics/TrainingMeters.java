package dev.margrave.workers.metrics;

import dev.margrave.metrics.MetricsRegistry;
import dev.margrave.metrics.StageTable;
import dev.margrave.metrics.Timing;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.metrics.Metric;
import dev.margrave.workers.stage.TrainingInstruments;
import java.util.List;
import java.util.Optional;

/** The metrics of the attempts that run in this process. */
public final class TrainingMeters implements TrainingInstruments {
  private final StageTable images;
  private final Optional<StageTable> epochs;
  private final Timing steps;
  private final Timing checkpointSeconds;
  private final Timing checkpointBytes;

  /**
   * Of one worker.
   *
   * @param alone whether no orchestrator in this process tells the epochs
   */
  public TrainingMeters(MetricsRegistry registry, String worker, boolean alone) {
    this.images =
        registry.stages(List.of(Metric.TRAINING_IMAGES), 0, Optional.of(worker), Optional.empty());
    this.epochs =
        alone
            ? Optional.of(
                registry.stages(
                    List.of(Metric.TRAINING_EPOCH), 0, Optional.empty(), Optional.empty()))
            : Optional.empty();
    this.steps = registry.timing(Metric.TRAINING_STEP_SECONDS, worker);
    this.checkpointSeconds = registry.timing(Metric.CHECKPOINT_SECONDS, worker);
    this.checkpointBytes = registry.timing(Metric.CHECKPOINT_BYTES, worker);
  }

  @Override
  public Attempt begin(StageId stage, String dataset) {
    // From 0, so that the first images are an increase.
    images.update(stage, dataset, values -> values.add(Metric.TRAINING_IMAGES, 0));
    return new Measured(stage, dataset);
  }

  private final class Measured implements Attempt {
    private final StageId stage;
    private final String dataset;

    private Measured(StageId stage, String dataset) {
      this.stage = stage;
      this.dataset = dataset;
    }

    @Override
    public void trained(int count, double seconds, double epoch) {
      images.update(stage, dataset, values -> values.add(Metric.TRAINING_IMAGES, count));
      epochs.ifPresent(
          table ->
              table.update(stage, dataset, values -> values.set(Metric.TRAINING_EPOCH, epoch)));
      steps.observe(seconds, stage);
    }

    @Override
    public void checkpointed(double seconds, long bytes) {
      checkpointSeconds.observe(seconds, stage);
      checkpointBytes.observe((double) bytes, stage);
    }

    @Override
    public void close() {
      images.end(stage, values -> {});
      epochs.ifPresent(table -> table.end(stage, values -> {}));
    }
  }
}
