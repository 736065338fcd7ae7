package dev.margrave.workers.vae;

import dev.margrave.protocol.Arm;
import dev.margrave.protocol.spec.AlignmentSpec;
import dev.margrave.protocol.spec.BaselinesSpec;
import dev.margrave.protocol.spec.CollapseSpec;
import dev.margrave.protocol.spec.DatasetSpec;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.Interval;
import dev.margrave.protocol.spec.RescueSpec;
import dev.margrave.protocol.spec.ResourceSpec;
import dev.margrave.protocol.spec.TeacherSpec;
import dev.margrave.protocol.spec.TrainingSpec;
import dev.margrave.protocol.spec.VaeSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Experiments that take seconds. */
public final class TestSpecs {
  /** Sized for 16 steps. */
  static final BaselinesSpec BASELINES =
      new BaselinesSpec(
          new BaselinesSpec.KlAnnealing(new Interval(1, Interval.Unit.EPOCH)),
          new BaselinesSpec.CyclicalAnnealing(4, 0.5),
          new BaselinesSpec.FreeBits(0.25, 2),
          new BaselinesSpec.InfoVae(0.75, 100, 1),
          new BaselinesSpec.BnVae(0.5, 0.1),
          new BaselinesSpec.LaggingInference(5, 2, 1, 64),
          new BaselinesSpec.Geco(0.05, 0.9, 0.1, 1e-3, 1e3));

  private TestSpecs() {}

  /** All arms on 256 images, batch 32, one evaluation an epoch. */
  public static ExperimentSpec tiny() {
    return tiny(VaeSpec.WitnessInit.BOUNDARY);
  }

  /** The same with a witness that starts there. */
  public static ExperimentSpec tiny(VaeSpec.WitnessInit witnessInit) {
    return tiny(VaeSpec.Witness.LINEAR, witnessInit);
  }

  /** The same with a witness that is fixed. */
  public static ExperimentSpec tinySimplex() {
    return tiny(VaeSpec.Witness.SIMPLEX, VaeSpec.WitnessInit.BOUNDARY);
  }

  private static ExperimentSpec tiny(VaeSpec.Witness witness, VaeSpec.WitnessInit witnessInit) {
    return new ExperimentSpec(
        "tiny",
        new DatasetSpec("shapes", Optional.empty(), 256, 128),
        List.of(3L),
        new TeacherSpec(
            TeacherSpec.Mode.PER_SEED,
            List.of(),
            List.of(6),
            List.of(8),
            List.of(TeacherSpec.Covariance.DIAGONAL),
            List.of(2.0),
            0.01),
        new VaeSpec(8, List.of(8, 8), 1, VaeSpec.Likelihood.BERNOULLI, witness, witnessInit),
        new AlignmentSpec(100, 0.05, 0.95, 2),
        new TrainingSpec(
            2,
            Map.of(Arm.DRIFT, 3),
            32,
            1e-3,
            new Interval(1, Interval.Unit.EPOCH),
            Duration.ofMinutes(10)),
        new CollapseSpec(0.1, new Interval(0.25, Interval.Unit.EPOCH), 1000, 4),
        new RescueSpec(1e-3, 1e-3),
        List.of(Arm.values()),
        new ResourceSpec(0, 0, 3),
        Optional.of(BASELINES));
  }
}
