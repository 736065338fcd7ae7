package dev.margrave.workers.vae;

import dev.margrave.protocol.result.LatentAudit;
import dev.margrave.protocol.result.VaeStatistics;
import dev.margrave.protocol.spec.VaeSpec;
import dev.margrave.workers.external.TrainerException;
import dev.margrave.workers.external.TrainerMessage.Evaluated;
import dev.margrave.workers.vae.engine.RegularSimplex;
import java.util.List;
import java.util.Optional;

/**
 * What an external trainer wants measured, read from its arrays and checked. Reconstruction is
 * taken from its words, for no verdict reads it; everything that is certified is computed here.
 */
final class TrainerReport {
  private static final LatentAudit COMPUTED_HERE =
      new LatentAudit(
          true,
          true,
          true,
          "Margrave computed the witness itself, from the codes that the trainer gave and a linear"
              + " head on them: it can read nothing else");
  private static final LatentAudit NOBODY_LOOKED =
      new LatentAudit(
          false,
          false,
          false,
          "the trainer gave the witness's table and not its head: what it reads is not known");

  private final ArmTask task;
  private final TrainerFolder folder;
  private final Evaluated said;

  TrainerReport(ArmTask task, TrainerFolder folder, Evaluated said) {
    this.task = task;
    this.folder = folder;
    this.said = said;
  }

  /** Whether codes and head were given, so that the witness is computed here. */
  boolean hasCodes() {
    return said.file("mean").isPresent();
  }

  LatentAudit audit() {
    return hasCodes() ? COMPUTED_HERE : NOBODY_LOOKED;
  }

  /** Of the held-out split. */
  Measurement heldOut() {
    Measurement measured =
        hasCodes()
            ? measure(posteriors("mean", "logVariance", task.evaluate()))
            : table("witness", task.evaluate());
    VaeStatistics statistics = measured.statistics();
    return new Measurement(
        measured.samples(),
        measured.size(),
        measured.components(),
        measured.sampled(),
        measured.atMean(),
        new VaeStatistics(
            said.reconstructionNats(),
            said.meanSquaredError(),
            statistics.klNats(),
            statistics.klPerDimensionNats(),
            statistics.activeUnits()));
  }

  /** Of the training split, which is wanted once, at the end. */
  Measurement training() {
    return hasCodes() ? measure(trainingPosteriors()) : table("trainWitness", task.train());
  }

  /** Empty where no codes were given. */
  Optional<CodeInspection> codes(Judge judge) {
    return hasCodes()
        ? Optional.of(
            CodeInspection.of(
                task,
                trainingPosteriors(),
                posteriors("mean", "logVariance", task.evaluate()),
                judge))
        : Optional.empty();
  }

  private Posteriors trainingPosteriors() {
    return posteriors("trainMean", "trainLogVariance", task.train());
  }

  private Posteriors posteriors(String mean, String logVariance, TaughtSplit split) {
    int latent = task.experiment().vae().latent();
    return new Posteriors(
        split.size(),
        latent,
        folder.array(mean, name(mean), split.size(), latent),
        folder.array(logVariance, name(logVariance), split.size(), latent));
  }

  private Measurement measure(Posteriors posteriors) {
    int chunk = ArmSchedule.batch(task.experiment(), task.train().size());
    int components = task.train().components();
    int latent = posteriors.latent();
    float[] head;
    float[] bias;
    if (task.experiment().vae().witness() == VaeSpec.Witness.SIMPLEX) {
      head = new RegularSimplex(components).headWeights(latent);
      bias = new float[components];
    } else {
      head = folder.array("weights", name("weights"), latent, components);
      bias = folder.array("bias", name("bias"), components);
    }
    return new Measurer(
            chunk, latent, components, task.run().seed(), task.experiment().alignment().samples())
        .measure(new ReportedModel(posteriors, head, bias, chunk), 0);
  }

  /**
   * Natural logarithms {@code [S, n, K]}; what they are at z = μ nobody says: the first sample's.
   */
  private Measurement table(String field, TaughtSplit split) {
    int samples = task.experiment().alignment().samples();
    int components = split.components();
    float[] sampled = folder.array(field, name(field), samples, split.size(), components);
    for (int i = 0; i < sampled.length; i++) {
      if (sampled[i] > 0) {
        throw TrainerException.broken(
            "the trainer's %s holds %s at position %d; logarithms of probabilities are wanted, which are 0 at most"
                .formatted(field, sampled[i], i));
      }
    }
    float[] first = new float[split.size() * components];
    System.arraycopy(sampled, 0, first, 0, first.length);
    double kl =
        said.klNats()
            .orElseThrow(
                () ->
                    TrainerException.broken(
                        "the trainer's evaluated has neither mean and logVariance nor klNats; give the"
                            + " one or the other"));
    return new Measurement(
        samples,
        split.size(),
        components,
        sampled,
        first,
        new VaeStatistics(Double.NaN, Double.NaN, kl, List.of(), 0));
  }

  private String name(String field) {
    return said.file(field)
        .orElseThrow(
            () ->
                TrainerException.broken(
                    "the trainer's evaluated of step %d needs '%s'%s"
                        .formatted(
                            said.step(),
                            field,
                            field.startsWith("train") ? ", for it is the last before done" : "")));
  }
}
