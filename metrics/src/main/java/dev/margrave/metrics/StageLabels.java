package dev.margrave.metrics;

import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.metrics.MetricLabel;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Clock;
import java.util.Optional;

/** What the series and exemplars of a stage are labelled with. */
final class StageLabels {
  private static final String TEACHER = "teacher";

  /** OpenMetrics allows 128 characters, the label's name included. */
  private static final int LONGEST_EXEMPLAR = 120;

  private StageLabels() {}

  static Labels of(StageId stage, String dataset, Optional<String> worker) {
    StageKey key = stage.key();
    boolean search = key instanceof StageKey.TeacherSearch;
    Labels labels =
        Labels.of(
            MetricLabel.EXPERIMENT.text(),
            stage.experiment().text(),
            MetricLabel.DATASET.text(),
            dataset,
            MetricLabel.SEED.text(),
            Long.toString(key instanceof StageKey.ArmRun run ? run.seed() : key.teacherSeed()),
            MetricLabel.ARM.text(),
            search ? TEACHER : ((StageKey.ArmRun) key).arm().label(),
            MetricLabel.STAGE.text(),
            key.text());
    return worker.map(name -> labels.add(MetricLabel.WORKER.text(), name)).orElse(labels);
  }

  /** Of an exemplar: the end of a name that is too long says more than its beginning. */
  static Exemplar exemplar(StageId stage, double value, Clock clock) {
    String text = stage.text();
    return Exemplar.builder()
        .value(value)
        .labels(
            Labels.of(
                MetricLabel.STAGE.text(),
                text.substring(Math.max(0, text.length() - LONGEST_EXEMPLAR))))
        .timestampMillis(clock.millis())
        .build();
  }
}
