package dev.margrave.orchestrator.http.json;

import dev.margrave.certificate.Verdict;
import dev.margrave.orchestrator.view.StageProgress;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.result.Evaluation;
import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.protocol.result.StageResult;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One stage.
 *
 * @param stage {@code teacher-0}, {@code full-0}, {@code full-0-t11}
 * @param status {@code pending}, {@code waiting}, {@code running}, {@code completed}, {@code
 *     failed} or {@code blocked}
 * @param reason why it waits, failed or is blocked, and the automatic rescue it is in; empty where
 *     nothing needs saying
 * @param attempt the current or last one; 0 before the first
 * @param worker that has it
 * @param margin the latest one measured
 * @param guard of the latest rescue, once measured
 * @param result of a completed stage
 * @param rescues automatic ones that were started
 */
public record StageJson(
    String stage,
    String status,
    String reason,
    int attempt,
    Optional<String> worker,
    Optional<Progress> progress,
    Optional<Margin> margin,
    Optional<Guard> guard,
    Optional<Result> result,
    int rescues) {

  /**
   * Where the current attempt is.
   *
   * @param done units done, of {@code total}
   * @param imagesPerSecond over the last few seconds; 0 where it means nothing
   */
  public record Progress(
      String phase, long done, long total, double epoch, double imagesPerSecond) {}

  /** A margin on the held-out split; {@code marginNats} is at sampled z. */
  public record Margin(
      long step,
      double epoch,
      double beta,
      double lambda,
      double marginNats,
      double marginAtMeanNats,
      double standardErrorNats,
      double safeMarginNats,
      double klNats,
      Verdict verdict) {}

  /** What a rescue measured before it started; a simplex witness has no head gradient. */
  public record Guard(double codeGradient, OptionalDouble headGradient, boolean reseeded) {}

  /**
   * What a completed stage left; a teacher search has the first two, an arm the others.
   *
   * @param winner the teacher in words
   * @param teacherInformationNats of the held-out split
   * @param negativeKind {@code constant} or {@code misaligned}
   */
  public record Result(
      Optional<String> winner,
      Optional<Double> teacherInformationNats,
      Optional<Verdict> verdict,
      Optional<String> negativeKind,
      Optional<Double> marginNats,
      Optional<Double> marginAtMeanNats,
      Optional<Double> standardErrorNats) {}

  static StageJson of(StageView view) {
    return new StageJson(
        view.stage().text(),
        Labels.of(view.status()),
        view.reason(),
        view.attempt(),
        view.worker(),
        view.progress().map(StageJson::progress),
        view.evaluation().map(StageJson::margin),
        view.guard().map(StageJson::guard),
        view.result().map(StageJson::result),
        view.rescues());
  }

  private static Progress progress(StageProgress progress) {
    return new Progress(
        progress.phase(),
        progress.done(),
        progress.total(),
        progress.epoch(),
        progress.imagesPerSecond());
  }

  private static Margin margin(Evaluation evaluation) {
    return new Margin(
        evaluation.step(),
        evaluation.epoch(),
        evaluation.beta(),
        evaluation.lambda(),
        evaluation.sampled().marginNats(),
        evaluation.atMean().marginNats(),
        evaluation.sampled().standardErrorNats(),
        evaluation.sampled().safeMarginNats(),
        evaluation.statistics().klNats(),
        evaluation.sampled().verdict());
  }

  private static Guard guard(RescueGuard guard) {
    return new Guard(guard.codeGradient(), guard.headGradient(), guard.reseeded());
  }

  private static Result result(StageResult result) {
    if (result instanceof StageResult.TeacherFound teacher) {
      return new Result(
          Optional.of(teacher.winner()),
          Optional.of(teacher.evaluateInformationNats()),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }
    StageResult.ArmTrained arm = (StageResult.ArmTrained) result;
    return new Result(
        Optional.empty(),
        Optional.empty(),
        Optional.of(arm.verdict()),
        arm.negativeKind().map(Labels::of),
        Optional.of(arm.sampled().marginNats()),
        Optional.of(arm.atMean().marginNats()),
        Optional.of(arm.sampled().standardErrorNats()));
  }
}
