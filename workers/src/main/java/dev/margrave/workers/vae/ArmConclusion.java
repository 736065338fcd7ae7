package dev.margrave.workers.vae;

import dev.margrave.certificate.Certificate;
import dev.margrave.certificate.Verdict;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.Evaluation;
import dev.margrave.protocol.result.LatentAudit;
import dev.margrave.protocol.result.Provenance;
import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.protocol.result.StageResult;
import dev.margrave.protocol.worker.RescueOrder;
import dev.margrave.workers.vae.engine.EngineInfo;
import dev.margrave.workers.vae.engine.TrainingEngine;
import dev.margrave.workers.vae.engine.WitnessHead;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What is done once when an arm has ended: audit, tables, verdict. */
final class ArmConclusion {
  private final ArmTask task;
  private final TrainingEngine engine;
  private final ArtefactStore store;
  private final Measurer measurer;
  private final Judge judge;
  private final String margraveVersion;
  private final Set<String> engines;

  ArmConclusion(
      ArmTask task,
      TrainingEngine engine,
      ArtefactStore store,
      Measurer measurer,
      Judge judge,
      String margraveVersion,
      Set<String> engines) {
    this.task = task;
    this.engine = engine;
    this.store = store;
    this.measurer = measurer;
    this.judge = judge;
    this.margraveVersion = margraveVersion;
    this.engines = engines;
  }

  /**
   * Judges the trained model.
   *
   * @param measured on the held-out split
   * @param last its certificates
   * @param checkpoint the final one
   */
  StageResult.ArmTrained conclude(
      Measurement measured,
      Evaluation last,
      CheckpointRef checkpoint,
      Optional<RescueGuard> guard) {
    LatentAudit audit = audit(task, engine);
    if (engine.spec().witness() == WitnessHead.SIMPLEX) {
      new PathWriter(task, engine, store).write(last.atMean().marginNats());
    }
    Certificate train = judge.sampled(task.train(), measurer.measure(task.train().images(), 0));
    WitnessTables tables = new WitnessTables(store, task.folder(), task.attempt().number());
    Verdict verdict = Judge.verdict(last.sampled(), audit);
    CodeInspection codes = CodeInspection.of(task, engine, judge);
    return new StageResult.ArmTrained(
            verdict,
            Judge.negativeKind(verdict, last.atMean()),
            last.sampled(),
            last.atMean(),
            train.marginNats(),
            judge.permutationPValue(task.evaluate(), measured, task.run().seed()),
            audit,
            last.statistics(),
            task.spec().startFrom(),
            checkpoint,
            tables.sampled(measured),
            tables.atMean(measured),
            guard,
            provenance())
        .with(codes.probe(), codes.mutualInformation());
  }

  /** Of the model as it stands. */
  static LatentAudit audit(ArmTask task, TrainingEngine engine) {
    int count = Math.min(engine.spec().batch(), task.evaluate().size());
    float[] images = new float[count * engine.spec().pixels()];
    task.evaluate().images().fillRange(0, count, images);
    return LatentAuditor.audit(engine, images, count, task.run().seed());
  }

  private Provenance provenance() {
    EngineInfo info = engine.info();
    return new Provenance(
        task.spec().specHash(),
        task.dataHash(),
        task.spec().teacher().orElseThrow().train().sha256(),
        String.join(", ", engines),
        info.nativeLibrary(),
        info.threads(),
        task.experiment()
            .training()
            .precision()
            .map(precision -> precision.name().toLowerCase(Locale.ROOT))
            .orElse(""),
        margraveVersion,
        task.order().rescues().stream().map(RescueOrder::step).toList());
  }
}
