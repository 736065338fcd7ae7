package dev.margrave.workers.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.result.Probe;
import dev.margrave.protocol.result.TeacherRef;
import dev.margrave.protocol.spec.AlignmentSpec;
import dev.margrave.workers.data.ImageShape;
import dev.margrave.workers.data.ImageSplit;
import dev.margrave.workers.vae.engine.CounterRandom;
import dev.margrave.workers.vae.engine.CounterRandom.Stream;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** A probe finds what codes hold, and nothing where they hold nothing. */
class PostHocProbeTest {
  private static final int CLASSES = 5;
  private static final int LATENT = 6;

  private final Judge judge =
      new Judge(
          new AlignmentSpec(100, 0.05, 0.95, 1),
          new TeacherRef(new ArtefactRef("t", 0, ""), new ArtefactRef("e", 0, ""), CLASSES, 0.01));

  private final TaughtSplit train = split(1500, i -> i % CLASSES);
  private final TaughtSplit heldOut = split(500, i -> (i * 7 + 3) % CLASSES);

  /** Images whose teacher gives the class 0.8. */
  private static TaughtSplit split(int n, IntUnaryOperator labelOf) {
    int[] labels = new int[n];
    double[] teacher = new double[n * CLASSES];
    for (int i = 0; i < n; i++) {
      labels[i] = labelOf.applyAsInt(i);
      for (int k = 0; k < CLASSES; k++) {
        teacher[i * CLASSES + k] = k == labels[i] ? 0.8 : 0.05;
      }
    }
    return new TaughtSplit(
        ImageSplit.of(new ImageShape(1, 1, 1), new byte[n], labels), teacher, CLASSES);
  }

  /** Noise, and on the label's dimension so much more. */
  private static PostHocProbe.Codes codes(TaughtSplit split, long seed, double signal) {
    float[] values = new float[split.size() * LATENT];
    new CounterRandom(seed, Stream.EVALUATION_NOISE, 0).fillGaussian(values);
    for (int i = 0; i < split.size(); i++) {
      values[i * LATENT + split.images().label(i)] += (float) signal;
    }
    return new PostHocProbe.Codes(values, LATENT);
  }

  private Probe probe(double signal) {
    return PostHocProbe.fit(
        codes(train, 1, signal), train, codes(heldOut, 2, signal), heldOut, judge);
  }

  @Test
  void codesThatCarryTheLabelsAreRead() {
    Probe probe = probe(8);
    double information = judge.certificate(heldOut, uniform()).teacherInformationNats();
    assertTrue(probe.labelAccuracy().getAsDouble() > 0.98, probe.toString());
    assertTrue(probe.teacherAccuracy() > 0.98, probe.toString());
    assertTrue(probe.marginNats() > 0.9 * information, probe + " of " + information);
    assertTrue(probe.marginNats() <= information, probe + " of " + information);
  }

  @Test
  void aWeakSignalIsReadInPart() {
    Probe probe = probe(2);
    assertTrue(probe.teacherAccuracy() > 0.6 && probe.teacherAccuracy() < 0.95, probe.toString());
    assertTrue(probe.marginNats() > 0.3 && probe.marginNats() < 0.8, probe.toString());
  }

  @Test
  void noiseIsGuessed() {
    Probe probe = probe(0);
    assertEquals(0.2, probe.labelAccuracy().getAsDouble(), 0.06, probe.toString());
    assertEquals(0.2, probe.teacherAccuracy(), 0.06, probe.toString());
    assertTrue(probe.marginNats() <= 0.005, probe.toString());
    assertTrue(probe.marginNats() > -0.1, probe.toString());
  }

  @Test
  void aDeadCodeIsNoError() {
    PostHocProbe.Codes dead = new PostHocProbe.Codes(new float[train.size() * LATENT], LATENT);
    PostHocProbe.Codes deadToo = new PostHocProbe.Codes(new float[heldOut.size() * LATENT], LATENT);
    Probe probe = PostHocProbe.fit(dead, train, deadToo, heldOut, judge);
    assertEquals(0.2, probe.teacherAccuracy(), 1e-9);
    assertEquals(0, probe.marginNats(), 0.005);
  }

  @Test
  void theSameCodesGiveTheSameBits() {
    assertEquals(probe(2), probe(2));
  }

  @Test
  void unitsOfTheCodeMakeNoDifference() {
    PostHocProbe.Codes trainCodes = codes(train, 1, 2);
    PostHocProbe.Codes heldOutCodes = codes(heldOut, 2, 2);
    for (float[] values : new float[][] {trainCodes.values(), heldOutCodes.values()}) {
      for (int i = 0; i < values.length; i++) {
        values[i] = values[i] * 256 + 1024;
      }
    }
    Probe scaled = PostHocProbe.fit(trainCodes, train, heldOutCodes, heldOut, judge);
    assertEquals(probe(2).marginNats(), scaled.marginNats(), 1e-3);
  }

  @Test
  void oneClassIsNoClass() {
    TaughtSplit unlabelled =
        new TaughtSplit(
            ImageSplit.of(new ImageShape(1, 1, 1), new byte[1500], new int[1500]),
            train.teacher(),
            CLASSES);
    TaughtSplit heldOutUnlabelled =
        new TaughtSplit(
            ImageSplit.of(new ImageShape(1, 1, 1), new byte[500], new int[500]),
            heldOut.teacher(),
            CLASSES);
    Probe probe =
        PostHocProbe.fit(
            codes(train, 1, 8), unlabelled, codes(heldOut, 2, 8), heldOutUnlabelled, judge);
    assertFalse(probe.labelAccuracy().isPresent());
    assertTrue(probe.teacherAccuracy() > 0.98, probe.toString());
  }

  private float[] uniform() {
    float[] table = new float[heldOut.size() * CLASSES];
    java.util.Arrays.fill(table, (float) StrictMath.log(1.0 / CLASSES));
    return table;
  }
}
