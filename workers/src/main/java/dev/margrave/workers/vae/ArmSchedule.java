package dev.margrave.workers.vae;

import dev.margrave.protocol.Arm;
import dev.margrave.protocol.spec.ExperimentSpec;

/**
 * How λ and the length of an arm follow from its spec: a pure function of the step, so that a
 * resumed run needs no schedule state. What it minimises is its {@link Objective}'s.
 */
public final class ArmSchedule {
  private final Arm arm;
  private final ExperimentSpec spec;
  private final long stepsPerEpoch;
  private final long evaluateEverySteps;

  /**
   * @param trainImages n of the training split; the incomplete last batch of an epoch is left out,
   *     for every epoch shuffles anew
   */
  public ArmSchedule(Arm arm, ExperimentSpec spec, int trainImages) {
    this.arm = arm;
    this.spec = spec;
    this.stepsPerEpoch = Math.max(1, trainImages / batch(spec, trainImages));
    this.evaluateEverySteps = spec.training().evaluateEvery().steps(stepsPerEpoch);
  }

  /** Images per step: the spec's, or all there are when they are fewer. */
  public static int batch(ExperimentSpec spec, int trainImages) {
    return Math.min(spec.training().batch(), trainImages);
  }

  public long stepsPerEpoch() {
    return stepsPerEpoch;
  }

  /** Steps of the arm; for {@link Arm#COLLAPSE} the limit at which it gives up. */
  public long totalSteps() {
    int epochs =
        arm == Arm.COLLAPSE ? spec.collapse().maximumEpochs() : spec.training().epochs(arm);
    return Math.multiplyExact(epochs, stepsPerEpoch);
  }

  /** λ at the start of an arm, and for all of it where no {@link MarginGuard} steers it. */
  public double lambda() {
    return arm.aligned() ? spec.alignment().weight() : 0;
  }

  /** Whether the margin is measured once {@code step} steps are done. */
  public boolean evaluatesAt(long step) {
    return step % evaluateEverySteps == 0 || step == totalSteps();
  }

  /** Whether the arm is over once {@code step} steps are done and the held-out KL is this. */
  public boolean isOver(long step, double klNats) {
    return step >= totalSteps() || (arm == Arm.COLLAPSE && klNats < spec.collapse().klTargetNats());
  }

  /** Passes over the training split that {@code steps} are. */
  public double epochs(long steps) {
    return (double) steps / stepsPerEpoch;
  }

  /**
   * The seed of an arm's data order and noise. Arms that start fresh share theirs, so that {@code
   * full} and {@code ablation} differ in λ alone, and a baseline in its objective; an arm that goes
   * on from another draws anew.
   */
  public static long noiseSeed(Arm arm, long seed) {
    long golden = 0x9E3779B97F4A7C15L;
    return arm.startsFrom().isEmpty() ? seed : seed ^ (golden * (arm.label().hashCode() | 1L));
  }
}
