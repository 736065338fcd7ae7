package dev.margrave.workers.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.margrave.certificate.Certificate;
import dev.margrave.certificate.NegativeKind;
import dev.margrave.certificate.Verdict;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.result.LatentAudit;
import dev.margrave.protocol.result.TeacherRef;
import dev.margrave.protocol.result.VaeStatistics;
import dev.margrave.protocol.spec.AlignmentSpec;
import dev.margrave.workers.data.ImageShape;
import dev.margrave.workers.data.ImageSplit;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JudgeTest {
  private static final LatentAudit PASSED = new LatentAudit(true, true, true, "");
  private static final double[] TEACHER = {0.9, 0.1, 0.1, 0.9, 0.9, 0.1, 0.1, 0.9};

  private final Judge judge =
      new Judge(
          new AlignmentSpec(100, 0.05, 0.95, 1),
          new TeacherRef(new ArtefactRef("t", 0, ""), new ArtefactRef("e", 0, ""), 2, 0.01));

  private static TaughtSplit split() {
    return new TaughtSplit(
        ImageSplit.of(new ImageShape(1, 1, 1), new byte[4], new int[4]), TEACHER, 2);
  }

  /** A witness that gives each image's first component that probability. */
  private static Measurement witness(double... first) {
    float[] table = new float[8];
    for (int i = 0; i < 4; i++) {
      table[2 * i] = (float) Math.log(first[i]);
      table[2 * i + 1] = (float) Math.log(1 - first[i]);
    }
    return new Measurement(1, 4, 2, table, table, new VaeStatistics(1, 1, 1, List.of(1.0), 1));
  }

  @Test
  void anAlignedWitnessIsCertifiedOnlyWithAPassedAudit() {
    Certificate aligned = judge.sampled(split(), witness(0.9, 0.1, 0.9, 0.1));
    assertEquals(Verdict.CERTIFIED, Judge.verdict(aligned, PASSED));
    for (LatentAudit failed :
        List.of(
            new LatentAudit(false, true, true, ""),
            new LatentAudit(true, false, true, ""),
            new LatentAudit(true, true, false, ""))) {
      assertEquals(Verdict.INCONCLUSIVE, Judge.verdict(aligned, failed));
    }
  }

  @Test
  void aNegativeIsConstantOrMisaligned() {
    Certificate constant = judge.atMean(split(), witness(0.5, 0.5, 0.5, 0.5));
    Certificate misaligned = judge.atMean(split(), witness(0.1, 0.9, 0.1, 0.9));
    assertEquals(Verdict.NEGATIVE, Judge.verdict(constant, PASSED));
    assertEquals(
        Optional.of(NegativeKind.CONSTANT), Judge.negativeKind(Verdict.NEGATIVE, constant));
    assertEquals(
        Optional.of(NegativeKind.MISALIGNED), Judge.negativeKind(Verdict.NEGATIVE, misaligned));
    assertEquals(Optional.empty(), Judge.negativeKind(Verdict.INCONCLUSIVE, constant));
  }
}
