package dev.margrave.workers.vae;

import dev.margrave.certificate.Certificate;
import dev.margrave.certificate.NegativeKind;
import dev.margrave.certificate.Verdict;
import dev.margrave.protocol.result.LatentAudit;
import dev.margrave.protocol.result.VaeStatistics;
import dev.margrave.workers.vae.engine.EngineState;
import dev.margrave.workers.vae.engine.TrainingEngine;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Measures a finished arm anew, from its final weights and the images: what an arm does after its
 * last step, without the training before it. The same weights, images and seeds give the same bits
 * on the same native library and instruction set with the same number of threads.
 */
public final class ArmReplay {
  private ArmReplay() {}

  /**
   * What was measured.
   *
   * @param sampled ln w at sampled z, {@code [S·m·K]}, one sample's table after another
   * @param atMean ln w at z = μ(x), {@code [m·K]}
   * @param sampledCertificate of the first table
   * @param atMeanCertificate of the second
   * @param statistics of the held-out split
   * @param train the certificate of the training split, which certifies nothing
   * @param codes what a probe and the aggregate posterior say of them
   */
  @SuppressWarnings("ArrayRecordComponent") // Numbers in bulk; compared one by one.
  public record Remeasured(
      float[] sampled,
      float[] atMean,
      Certificate sampledCertificate,
      Certificate atMeanCertificate,
      VaeStatistics statistics,
      LatentAudit audit,
      Certificate train,
      CodeInspection codes) {

    /** As of an arm that ends. */
    public Verdict verdict() {
      return Judge.verdict(sampledCertificate, audit);
    }

    /** Which way a NEGATIVE fails. */
    public Optional<NegativeKind> negativeKind() {
      return Judge.negativeKind(verdict(), atMeanCertificate);
    }
  }

  /**
   * Measures on the calling thread.
   *
   * @param trained the final weights
   * @param phase is told what comes next, in words
   * @throws IllegalArgumentException when these are no weights of the spec's network
   * @throws dev.margrave.workers.stage.RefusedStageException when the spec describes no network
   */
  public static Remeasured measure(
      ArmTask task, EngineState trained, TrainingEngine.Factory engines, Consumer<String> phase) {
    try (TrainingEngine engine = ArmTrainer.create(engines, task)) {
      engine.restore(trained);
      Measurer measurer =
          new Measurer(engine, task.run().seed(), task.experiment().alignment().samples());
      Judge judge = new Judge(task.experiment().alignment(), task.spec().teacher().orElseThrow());
      phase.accept("held-out images");
      Measurement measured = measurer.measure(task.evaluate().images(), task.evaluate().size());
      LatentAudit audit = ArmConclusion.audit(task, engine);
      phase.accept("training images");
      Certificate train = judge.sampled(task.train(), measurer.measure(task.train().images(), 0));
      phase.accept("probe and mutual information");
      CodeInspection codes = CodeInspection.of(task, engine, judge);
      return new Remeasured(
          measured.sampled(),
          measured.atMean(),
          judge.sampled(task.evaluate(), measured),
          judge.atMean(task.evaluate(), measured),
          measured.statistics(),
          audit,
          train,
          codes);
    }
  }
}
