package dev.margrave.workers.vae;

import dev.margrave.protocol.spec.BaselinesSpec;
import dev.margrave.workers.vae.engine.Batch;
import dev.margrave.workers.vae.engine.Part;
import dev.margrave.workers.vae.engine.StepLosses;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * GECO: the KL is minimised under the constraint that the reconstruction is good enough.
 *
 * <p>The constraint is on the deviance per pixel, D = (2/pixels)·(ln p(x|x) − ln p(x|z)), which for
 * a Gaussian pixel is the paper's squared error ‖x − g(z)‖² per pixel, and for a Bernoulli one its
 * counterpart. After a step
 *
 * <pre>
 *   D̄ ← α·D̄ + (1 − α)·D          (D̄ ← D at first)
 *   m ← m·exp(ν·(D̄/κ² − 1))       within [least, largest], from 1
 * </pre>
 *
 * and the step minimises KL + m·(reconstruction) as reconstruction + KL/m: the same direction, on a
 * scale of its own that Adam takes out again.
 *
 * <p><b>Source.</b> Rezende and Viola, "Taming VAEs", arXiv 1810.00597 (2018), algorithm 1.
 */
final class GecoSteps implements StepTaker {
  private static final String MULTIPLIER = "geco.multiplier";
  private static final String AVERAGE = "geco.average";

  private final BaselinesSpec.Geco geco;
  private final BestReconstruction best;
  private final TrainingContext context;
  private double multiplier = 1;
  private double average = Double.NaN;

  GecoSteps(Objective.Constrained objective, TrainingContext context) {
    this.geco = objective.geco();
    this.best = new BestReconstruction(objective.likelihood());
    this.context = context;
  }

  @Override
  public Taken take(long step) {
    Batch batch = context.feed().at(step);
    StepLosses losses = context.step(batch, beta(step), Part.ALL);
    int pixels = context.engine().spec().pixels();
    double least = best.meanNats(batch.images(), batch.count(), pixels);
    observe(2 * (losses.reconstructionNats() - least) / pixels);
    return new Taken(losses, true);
  }

  /** Takes the deviance of one step in. */
  void observe(double deviance) {
    average =
        Double.isNaN(average)
            ? deviance
            : geco.smoothing() * average + (1 - geco.smoothing()) * deviance;
    double moved = multiplier * StrictMath.exp(geco.rate() * (average / geco.tolerance() - 1));
    multiplier = Math.min(Math.max(moved, geco.leastMultiplier()), geco.largestMultiplier());
  }

  double multiplier() {
    return multiplier;
  }

  /** As it is now, whatever the step. */
  @Override
  public double beta(long step) {
    return 1 / multiplier;
  }

  @Override
  public SortedMap<String, Double> memory() {
    TreeMap<String, Double> memory = new TreeMap<>();
    memory.put(MULTIPLIER, multiplier);
    if (!Double.isNaN(average)) {
      memory.put(AVERAGE, average);
    }
    return memory;
  }

  @Override
  public void recall(SortedMap<String, Double> memory) {
    multiplier = memory.get(MULTIPLIER);
    average = memory.getOrDefault(AVERAGE, Double.NaN);
  }
}
