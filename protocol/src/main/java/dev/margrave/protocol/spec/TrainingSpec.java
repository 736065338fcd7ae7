package dev.margrave.protocol.spec;

import dev.margrave.protocol.Arm;
import java.time.Duration;
import java.util.Map;

/**
 * How an arm is trained.
 *
 * @param epochs passes over the training split, ≥ 1
 * @param armEpochs exceptions to {@code epochs}, by arm; {@link Arm#COLLAPSE} takes its limit from
 *     {@link CollapseSpec}
 * @param batch images per step, ≥ 1
 * @param learningRate of Adam, > 0
 * @param evaluateEvery between measurements of the margin on the held-out split
 * @param checkpointEvery least wall-clock time between checkpoints; never changes a result
 */
public record TrainingSpec(
    int epochs,
    Map<Arm, Integer> armEpochs,
    int batch,
    double learningRate,
    Interval evaluateEvery,
    Duration checkpointEvery) {

  public TrainingSpec {
    armEpochs = Map.copyOf(armEpochs);
  }

  /** Epochs of an arm. */
  public int epochs(Arm arm) {
    return armEpochs.getOrDefault(arm, epochs);
  }
}
