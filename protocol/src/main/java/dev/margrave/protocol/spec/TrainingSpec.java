package dev.margrave.protocol.spec;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.margrave.protocol.Arm;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How an arm is trained.
 *
 * @param epochs passes over the training split, ≥ 1
 * @param armEpochs exceptions to {@code epochs}, by arm; {@link Arm#COLLAPSE} takes its limit from
 *     {@link CollapseSpec}
 * @param batch images per step, ≥ 1
 * @param learningRate of Adam, > 0
 * @param evaluateEvery between measurements of the margin on the held-out split
 * @param precision of a step's products, where that is not single precision, in which everything is
 *     measured
 * @param checkpointEvery least wall-clock time between checkpoints; never changes a result
 */
public record TrainingSpec(
    int epochs,
    Map<Arm, Integer> armEpochs,
    int batch,
    double learningRate,
    Interval evaluateEvery,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Precision> precision,
    Duration checkpointEvery) {

  /** What matrices and convolutions are multiplied in. */
  public enum Precision {
    FLOAT32,
    /** A GPU's: float32 whose significands have 10 bits while they are multiplied. */
    TF32,
    /** Brain floats, 8 bits of significand, where a product allows it. */
    BFLOAT16
  }

  public TrainingSpec {
    armEpochs = Map.copyOf(armEpochs);
    // Absent from journals of before there was a choice.
    precision =
        precision == null
            ? Optional.empty()
            : precision.filter(chosen -> chosen != Precision.FLOAT32);
  }

  /** In single precision. */
  public TrainingSpec(
      int epochs,
      Map<Arm, Integer> armEpochs,
      int batch,
      double learningRate,
      Interval evaluateEvery,
      Duration checkpointEvery) {
    this(epochs, armEpochs, batch, learningRate, evaluateEvery, Optional.empty(), checkpointEvery);
  }

  /** Epochs of an arm. */
  public int epochs(Arm arm) {
    return armEpochs.getOrDefault(arm, epochs);
  }
}
