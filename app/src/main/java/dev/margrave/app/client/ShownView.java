package dev.margrave.app.client;

import dev.margrave.certificate.Certificate;
import dev.margrave.certificate.LowerBounds;
import dev.margrave.certificate.NegativeKind;
import dev.margrave.certificate.Verdict;
import dev.margrave.orchestrator.http.json.ExperimentJson;
import dev.margrave.orchestrator.http.json.GateJson;
import dev.margrave.orchestrator.http.json.Labels;
import dev.margrave.orchestrator.http.json.StageJson;
import dev.margrave.orchestrator.result.Gate;
import dev.margrave.orchestrator.result.GateKind;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.orchestrator.view.StageProgress;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.Evaluation;
import dev.margrave.protocol.result.LatentAudit;
import dev.margrave.protocol.result.Provenance;
import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.protocol.result.StageResult;
import dev.margrave.protocol.result.TeacherRef;
import dev.margrave.protocol.result.VaeStatistics;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A server's snapshot for the displays of a run. It holds what they show; what the interface does
 * not send is NaN, 0 or empty. Nothing is certified, written or compared from it: results come as
 * the evidence, whole.
 */
final class ShownView {
  private static final double UNKNOWN = Double.NaN;
  private static final ArtefactRef NO_ARTEFACT = new ArtefactRef("", 0, "");

  private ShownView() {}

  static ExperimentView of(ExperimentJson json) {
    ExperimentId experiment = ExperimentId.parse(json.id());
    return new ExperimentView(
        experiment,
        Labels.parse(ExperimentView.Status.class, json.status()),
        json.problem(),
        json.stages().stream().map(stage -> stage(experiment, stage)).toList(),
        json.gates().stream().map(ShownView::gate).toList(),
        Optional.empty());
  }

  private static Gate gate(GateJson json) {
    GateKind kind =
        Arrays.stream(GateKind.values())
            .filter(known -> known.label().equals(json.gate()))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no gate is called " + json.gate()));
    return new Gate(kind, json.seed(), json.teacherSeed(), json.outcome(), json.reason());
  }

  private static StageView stage(ExperimentId experiment, StageJson json) {
    StageKey key = StageKey.parse(json.stage());
    return new StageView(
        key,
        Labels.parse(StageStatus.class, json.status()),
        json.reason(),
        json.attempt(),
        json.worker(),
        json.progress().map(ShownView::progress),
        json.margin().map(ShownView::evaluation),
        json.guard().map(ShownView::guard),
        json.result().map(result -> result(new StageId(experiment, key), result)),
        json.rescues());
  }

  private static StageProgress progress(StageJson.Progress json) {
    return new StageProgress(
        json.phase(), json.done(), json.total(), json.epoch(), json.imagesPerSecond());
  }

  private static RescueGuard guard(StageJson.Guard json) {
    return new RescueGuard(json.codeGradient(), json.headGradient(), json.reseeded());
  }

  private static Evaluation evaluation(StageJson.Margin json) {
    return new Evaluation(
        json.step(),
        json.epoch(),
        json.beta(),
        json.lambda(),
        certificate(json.marginNats(), json.standardErrorNats(), json.verdict()),
        certificate(json.marginAtMeanNats(), UNKNOWN, json.verdict()),
        statistics(json.klNats()));
  }

  private static StageResult result(StageId stage, StageJson.Result json) {
    if (json.winner().isPresent()) {
      return new StageResult.TeacherFound(
          new TeacherRef(NO_ARTEFACT, NO_ARTEFACT, 0, UNKNOWN),
          NO_ARTEFACT,
          json.winner().get(),
          UNKNOWN,
          json.teacherInformationNats().orElse(UNKNOWN),
          "");
    }
    Verdict verdict = json.verdict().orElse(Verdict.INCONCLUSIVE);
    return new StageResult.ArmTrained(
        verdict,
        json.negativeKind().map(kind -> Labels.parse(NegativeKind.class, kind)),
        certificate(
            json.marginNats().orElse(UNKNOWN), json.standardErrorNats().orElse(UNKNOWN), verdict),
        certificate(json.marginAtMeanNats().orElse(UNKNOWN), UNKNOWN, verdict),
        UNKNOWN,
        UNKNOWN,
        new LatentAudit(false, false, false, ""),
        statistics(UNKNOWN),
        Optional.empty(),
        new CheckpointRef(NO_ARTEFACT, new AttemptId(stage, 1), 0),
        NO_ARTEFACT,
        NO_ARTEFACT,
        Optional.empty(),
        new Provenance("", "", "", "", "", 0, ""));
  }

  private static Certificate certificate(
      double marginNats, double standardErrorNats, Verdict verdict) {
    return new Certificate(
        0,
        0,
        0,
        UNKNOWN,
        UNKNOWN,
        marginNats,
        UNKNOWN,
        UNKNOWN,
        UNKNOWN,
        UNKNOWN,
        standardErrorNats,
        verdict,
        false,
        new LowerBounds(UNKNOWN, OptionalDouble.empty(), UNKNOWN));
  }

  private static VaeStatistics statistics(double klNats) {
    return new VaeStatistics(UNKNOWN, UNKNOWN, klNats, List.of(), 0);
  }
}
