package dev.margrave.workers.vae;

import dev.margrave.protocol.spec.BaselinesSpec;
import dev.margrave.workers.vae.engine.CounterRandom;
import dev.margrave.workers.vae.engine.CounterRandom.Stream;
import dev.margrave.workers.vae.engine.Part;
import dev.margrave.workers.vae.engine.StepLosses;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Lagging inference networks: while the training is aggressive, a step is a number of updates of
 * the encoder alone, each on a batch of its own, and then one of the decoder; afterwards it is one
 * update of both.
 *
 * <p>The inner updates end when their mean loss over {@code checkEvery} of them is no lower than
 * over as many before, at the latest after {@code maximumInnerSteps}. The aggressive training ends
 * at the beginning of the epoch where {@link AggregatePosterior} of the first training images is no
 * higher than an epoch before, at the latest after {@code maximumAggressiveEpochs}; the paper takes
 * a validation split, which here would be the one that the certificate is judged on.
 *
 * <p>Each update is told one by one, so that a stage can be stopped between any two.
 *
 * <p><b>Source.</b> He, Spokoyny, Neubig, Berg-Kirkpatrick, "Lagging inference networks and
 * posterior collapse in variational autoencoders", ICLR 2019, algorithm 1.
 */
final class LaggingSteps implements StepTaker {
  private static final String AGGRESSIVE = "lagging.aggressive";
  private static final String INNER = "lagging.inner";
  private static final String SUM = "lagging.sum";
  private static final String BEFORE = "lagging.before";
  private static final String CONVERGED = "lagging.converged";
  private static final String INFORMATION = "lagging.information";

  private final BaselinesSpec.LaggingInference lagging;
  private final long stepsPerEpoch;
  private final TrainingContext context;

  private boolean aggressive = true;
  private double information = Double.NaN;

  /** Of the present step: inner updates done, the sum of their latest losses, the mean before. */
  private int inner;

  private double sum;
  private double before = Double.NaN;
  private boolean converged;

  LaggingSteps(Objective.Lagging objective, TrainingContext context) {
    this.lagging = objective.lagging();
    this.stepsPerEpoch = objective.stepsPerEpoch();
    this.context = context;
  }

  @Override
  public Taken take(long step) {
    if (aggressive && inner == 0 && step > 0 && step % stepsPerEpoch == 0) {
      reconsider(information(), step / stepsPerEpoch);
    }
    if (!aggressive) {
      return new Taken(context.step(context.feed().at(step), beta(step), Part.ALL), true);
    }
    if (decoderIsNext()) {
      forgetInner();
      return new Taken(context.step(context.feed().at(step), beta(step), Part.DECODER), true);
    }
    StepLosses losses = context.step(context.feed().inner(step, inner), beta(step), Part.ENCODER);
    observe(losses.totalNats(beta(step), 0));
    return new Taken(losses, false);
  }

  private double information() {
    return AggregatePosterior.ofAll(
            Posteriors.of(context.engine(), context.train(), lagging.informationImages()),
            new CounterRandom(context.seed(), Stream.INFORMATION_NOISE, 0))
        .nats();
  }

  /** After so many epochs the codes of the training images tell so much, nats. */
  void reconsider(double now, long epochs) {
    aggressive = !(now <= information) && epochs < lagging.maximumAggressiveEpochs();
    information = now;
  }

  boolean decoderIsNext() {
    return converged || inner >= lagging.maximumInnerSteps();
  }

  /** Takes the loss of an inner update in. */
  void observe(double nats) {
    sum += nats;
    inner++;
    if (inner % lagging.checkEvery() == 0) {
      double mean = sum / lagging.checkEvery();
      converged = mean >= before;
      before = mean;
      sum = 0;
    }
  }

  private void forgetInner() {
    inner = 0;
    sum = 0;
    before = Double.NaN;
    converged = false;
  }

  boolean aggressive() {
    return aggressive;
  }

  @Override
  public double beta(long step) {
    return 1;
  }

  @Override
  public SortedMap<String, Double> memory() {
    TreeMap<String, Double> memory = new TreeMap<>();
    memory.put(AGGRESSIVE, aggressive ? 1.0 : 0.0);
    memory.put(INNER, (double) inner);
    memory.put(SUM, sum);
    memory.put(CONVERGED, converged ? 1.0 : 0.0);
    if (!Double.isNaN(before)) {
      memory.put(BEFORE, before);
    }
    if (!Double.isNaN(information)) {
      memory.put(INFORMATION, information);
    }
    return memory;
  }

  @Override
  public void recall(SortedMap<String, Double> memory) {
    aggressive = memory.get(AGGRESSIVE) > 0;
    inner = memory.get(INNER).intValue();
    sum = memory.get(SUM);
    converged = memory.get(CONVERGED) > 0;
    before = memory.getOrDefault(BEFORE, Double.NaN);
    information = memory.getOrDefault(INFORMATION, Double.NaN);
  }
}
