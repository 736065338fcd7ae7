package dev.margrave.workers.vae;

import dev.margrave.protocol.result.Probe;
import dev.margrave.workers.engine.Engines;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * Softmax regressions on μ(x), standardised by the training split: one to the class labels, one to
 * the teacher's rows. Fitted on the training split, judged on the held-out one.
 *
 * <p>A probe tells what the codes hold for a reader that is trained for it. It is fitted after the
 * fact, so it says nothing of the witness and never certifies.
 */
final class PostHocProbe {
  /** A dimension that hardly varies is not blown up further than this lets it. */
  private static final double LEAST_DEVIATION = 1e-6;

  /**
   * Codes, row by row.
   *
   * @param values {@code [n·latent]}
   */
  @SuppressWarnings("ArrayRecordComponent") // Numbers in bulk; compared by nobody.
  record Codes(float[] values, int latent) {}

  private final float[] train;
  private final float[] heldOut;
  private final int latent;

  private PostHocProbe(Codes train, Codes heldOut) {
    this.latent = train.latent();
    double[] mean = new double[latent];
    double[] deviation = new double[latent];
    moments(train, mean, deviation);
    this.train = standardised(train, mean, deviation);
    this.heldOut = standardised(heldOut, mean, deviation);
  }

  /** Fits both and judges them. The same arguments give the same bits. */
  static Probe fit(
      Codes trainCodes, TaughtSplit train, Codes heldOutCodes, TaughtSplit evaluate, Judge judge) {
    PostHocProbe probe = new PostHocProbe(trainCodes, heldOutCodes);
    float[] predicted = probe.predict(train.teacherAsFloats(), train.components());
    return new Probe(
        probe.labelAccuracy(train.images().labels(), evaluate.images().labels()),
        accuracy(predicted, train.components(), mostProbable(evaluate)),
        judge.certificate(evaluate, predicted).marginNats());
  }

  /** ln p of the held-out rows {@code [m·classes]}, fitted to the training split's targets. */
  private float[] predict(float[] targets, int classes) {
    float[] logits =
        Engines.here().softmaxRegression(train, latent, targets, classes).logits(heldOut);
    float[] logProbabilities = new float[logits.length];
    for (int at = 0; at < logits.length; at += classes) {
      Measurer.logSoftmax(logits, at, logProbabilities, at, classes);
    }
    return logProbabilities;
  }

  private OptionalDouble labelAccuracy(int[] trainLabels, int[] heldOutLabels) {
    int classes =
        1
            + Math.max(
                Arrays.stream(trainLabels).max().orElse(0),
                Arrays.stream(heldOutLabels).max().orElse(0));
    if (classes < 2) {
      return OptionalDouble.empty();
    }
    float[] targets = new float[trainLabels.length * classes];
    for (int i = 0; i < trainLabels.length; i++) {
      targets[i * classes + trainLabels[i]] = 1;
    }
    return OptionalDouble.of(accuracy(predict(targets, classes), classes, heldOutLabels));
  }

  private static double accuracy(float[] logProbabilities, int classes, int[] right) {
    int hits = 0;
    for (int i = 0; i < right.length; i++) {
      int best = 0;
      for (int k = 1; k < classes; k++) {
        if (logProbabilities[i * classes + k] > logProbabilities[i * classes + best]) {
          best = k;
        }
      }
      hits += best == right[i] ? 1 : 0;
    }
    return (double) hits / right.length;
  }

  /** argmax_k T_ik; of equals the first. */
  private static int[] mostProbable(TaughtSplit split) {
    int components = split.components();
    int[] best = new int[split.size()];
    for (int i = 0; i < best.length; i++) {
      for (int k = 1; k < components; k++) {
        if (split.teacher()[i * components + k] > split.teacher()[i * components + best[i]]) {
          best[i] = k;
        }
      }
    }
    return best;
  }

  private static void moments(Codes codes, double[] mean, double[] deviation) {
    int latent = codes.latent();
    int n = codes.values().length / latent;
    for (int i = 0; i < codes.values().length; i++) {
      mean[i % latent] += codes.values()[i] / (double) n;
    }
    for (int i = 0; i < codes.values().length; i++) {
      double difference = codes.values()[i] - mean[i % latent];
      deviation[i % latent] += difference * difference / n;
    }
    for (int d = 0; d < latent; d++) {
      deviation[d] = Math.max(LEAST_DEVIATION, Math.sqrt(deviation[d]));
    }
  }

  private static float[] standardised(Codes codes, double[] mean, double[] deviation) {
    float[] standardised = new float[codes.values().length];
    for (int i = 0; i < standardised.length; i++) {
      int d = i % codes.latent();
      standardised[i] = (float) ((codes.values()[i] - mean[d]) / deviation[d]);
    }
    return standardised;
  }
}
