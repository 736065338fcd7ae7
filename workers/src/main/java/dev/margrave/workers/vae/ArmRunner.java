package dev.margrave.workers.vae;

import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.artefact.ArtefactMismatchException;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.Evaluation;
import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.protocol.spec.AlignmentSpec;
import dev.margrave.workers.stage.AttemptFiles;
import dev.margrave.workers.stage.StageEnding;
import dev.margrave.workers.stage.StageListener;
import dev.margrave.workers.stage.StopRequest;
import dev.margrave.workers.stage.TrainingInstruments;
import dev.margrave.workers.vae.engine.EngineState;
import dev.margrave.workers.vae.engine.StepLosses;
import dev.margrave.workers.vae.engine.TrainingEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Supplier;

/** One attempt at one arm on one engine: its state while it runs. One thread's. */
final class ArmRunner {
  /** Images whose reconstruction is measured along the way; at the end all are. */
  private static final int RECONSTRUCTED_ALONG_THE_WAY = 1000;

  private static final double SECONDS_BETWEEN_PROGRESS = 0.5;

  private final ArmTask task;
  private final TrainingEngine engine;
  private final ArtefactStore store;
  private final StageListener listener;
  private final Supplier<StopRequest> stop;
  private final Stopwatch stopwatch;
  private final String margraveVersion;
  private final TrainingInstruments.Attempt instruments;

  private final ArmSchedule schedule;
  private final Measurer measurer;
  private final Judge judge;
  private final SampleWriter samples;
  private final OrderedRescues rescues;
  private final Optional<MarginGuard> marginGuard;
  private final long noiseSeed;
  private final StepTaker steps;

  /** That trained this arm, the one that trains now last. */
  private final Set<String> engines = new LinkedHashSet<>();

  private long step;
  private double lambda;
  private boolean over;
  private boolean finalCommitted;
  private Optional<RescueGuard> guard = Optional.empty();
  private Optional<CheckpointRef> lastCheckpoint = Optional.empty();
  private long lastProgress;

  ArmRunner(
      ArmTask task,
      TrainingEngine engine,
      ArtefactStore store,
      StageListener listener,
      Supplier<StopRequest> stop,
      Stopwatch stopwatch,
      String margraveVersion,
      TrainingInstruments.Attempt instruments) {
    this.task = task;
    this.engine = engine;
    this.store = store;
    this.listener = listener;
    this.stop = stop;
    this.stopwatch = stopwatch;
    this.margraveVersion = margraveVersion;
    this.instruments = instruments;
    this.schedule = task.schedule();
    this.measurer =
        new Measurer(engine, task.run().seed(), task.experiment().alignment().samples());
    this.judge = new Judge(task.experiment().alignment(), task.spec().teacher().orElseThrow());
    this.samples =
        new SampleWriter(
            task.attempt().stage(), task.evaluate().images(), engine, store, stopwatch);
    this.rescues = new OrderedRescues(task.order().rescues());
    this.marginGuard = marginGuard();
    this.lambda = schedule.lambda();
    this.noiseSeed = ArmSchedule.noiseSeed(task.arm(), task.run().seed());
    this.steps =
        StepTaker.of(
            task.objective(),
            new TrainingContext(
                engine,
                new BatchFeed(task.train(), engine.spec(), noiseSeed, schedule.stepsPerEpoch()),
                task.train().images(),
                noiseSeed,
                () -> lambda,
                task.experiment().training().learningRate()));
    this.engines.add(engine.info().library());
    this.lastProgress = stopwatch.now();
  }

  private Optional<MarginGuard> marginGuard() {
    AlignmentSpec alignment = task.experiment().alignment();
    return task.arm().aligned() && alignment.guard().enabled()
        ? Optional.of(new MarginGuard(alignment, task.train(), measurer, judge))
        : Optional.empty();
  }

  StageEnding run() {
    store.deleteTemporaries(
        task.folder(), path -> AttemptFiles.attempt(path) <= task.attempt().number());
    deleteSuperseded();
    if (task.resumeFrom().isPresent()) {
      resume(task.resumeFrom().get());
      listener.started(step);
    } else {
      listener.started(0);
      start();
      evaluate();
    }
    while (!over) {
      StopRequest request = stop.get();
      if (request != StopRequest.NONE) {
        return stopped(request);
      }
      rescueIfDue();
      if (!trainStep()) {
        continue;
      }
      if (step < schedule.totalSteps() && schedule.evaluatesAt(step)) {
        evaluate();
        marginGuard.ifPresent(margin -> lambda = margin.next(lambda));
      } else {
        over = schedule.isOver(step, Double.POSITIVE_INFINITY);
      }
      if (!over && stopwatch.secondsSinceLap() >= checkpointSeconds()) {
        checkpoint();
      }
    }
    return finish();
  }

  private void deleteSuperseded() {
    long committed = task.resumeFrom().map(CheckpointRef::step).orElse(-1L);
    AttemptFiles.deleteSuperseded(
        store, task.attempt(), path -> CheckpointPaths.isUpTo(path, committed));
  }

  private double checkpointSeconds() {
    return task.experiment().training().checkpointEvery().toMillis() * 1e-3;
  }

  private void resume(CheckpointRef checkpoint) {
    TrainingState state = read(checkpoint);
    checkBelongs(state, checkpoint);
    engine.restore(state.engine());
    step = state.step();
    over = state.over();
    finalCommitted = over;
    guard = state.guard();
    rescues.resume(state.rescues());
    if (!state.memory().isEmpty()) {
      steps.recall(state.memory());
    }
    lambda = state.lambda().orElse(lambda);
    engines.clear();
    engines.addAll(state.engines());
    engines.remove(engine.info().library());
    engines.add(engine.info().library());
    lastCheckpoint = Optional.of(checkpoint);
  }

  /** A checkpoint says itself what it is of. */
  private void checkBelongs(TrainingState state, CheckpointRef checkpoint) {
    Optional<String> start = task.spec().startFrom().map(from -> from.artefact().sha256());
    if (!state.specHash().equals(task.spec().specHash())
        || !state.stage().equals(task.attempt().stage().key().text())
        || !state.startedFromSha256().equals(start)) {
      throw new ArtefactMismatchException(
          "%s is a checkpoint of %s under the spec %s started from %s; %s under %s from %s was expected"
              .formatted(
                  checkpoint.artefact().path(),
                  state.stage(),
                  state.specHash(),
                  state.startedFromSha256().orElse("nothing"),
                  task.attempt().stage().key(),
                  task.spec().specHash(),
                  start.orElse("nothing")));
    }
  }

  /** A fresh start, or one from another arm's end with an optimiser that has seen nothing. */
  private void start() {
    if (task.spec().startFrom().isEmpty()) {
      return;
    }
    engine.restore(read(task.spec().startFrom().get()).engine().withFreshOptimiser());
    if (task.arm().aligned()) {
      RescueGuard measured =
          SaddleGuard.apply(engine, task.train(), task.experiment().rescue(), noiseSeed, 0);
      guard = Optional.of(measured);
      listener.guardMeasured(measured);
    }
  }

  /** The margin was lost at this step, and the orchestrator wants it back. */
  private void rescueIfDue() {
    while (rescues.due(step)) {
      RescueGuard measured =
          rescues.apply(engine, task.train(), task.experiment().rescue(), noiseSeed);
      guard = Optional.of(measured);
      if (rescues.isLatest()) {
        listener.guardMeasured(measured);
      }
    }
  }

  private TrainingState read(CheckpointRef checkpoint) {
    try {
      return CheckpointFile.read(store.fetch(checkpoint.artefact()));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /** The step's next update; whether it was its last. */
  private boolean trainStep() {
    long start = stopwatch.now();
    StepTaker.Taken taken = steps.take(step);
    StepLosses losses = taken.losses();
    if (!losses.isFinite()) {
      throw diverged(
          step + 1,
          "reconstruction %s, KL %s, alignment %s nats per image"
              .formatted(losses.reconstructionNats(), losses.klNats(), losses.alignmentNats()));
    }
    step += taken.whole() ? 1 : 0;
    int batch = engine.spec().batch();
    double seconds = stopwatch.trained(start, batch);
    instruments.trained(batch, seconds, schedule.epochs(step));
    progress("training", false);
    return taken.whole();
  }

  private NumericFailureException diverged(long atStep, String how) {
    return new NumericFailureException(
        ("%s diverged at step %d: %s; the last good checkpoint is kept; lower"
                + " training.learning-rate or alignment.weight")
            .formatted(task.attempt().stage(), atStep, how));
  }

  private void progress(String phase, boolean always) {
    long now = stopwatch.now();
    if (always || (now - lastProgress) * 1e-9 >= SECONDS_BETWEEN_PROGRESS) {
      lastProgress = now;
      listener.progressed(
          phase, step, schedule.totalSteps(), schedule.epochs(step), stopwatch.imagesPerSecond());
    }
  }

  /** Measures along the way; ends the collapse arm when its code is dead. */
  private void evaluate() {
    progress("evaluating", true);
    Measurement measured = measurer.measure(task.evaluate().images(), RECONSTRUCTED_ALONG_THE_WAY);
    listener.evaluated(evaluation(measured));
    samples.writeIfDue();
    over = schedule.isOver(step, measured.statistics().klNats());
  }

  private Evaluation evaluation(Measurement measured) {
    if (!measured.isFinite()) {
      throw diverged(step, "the witness or the KL on the held-out images is not a number");
    }
    return new Evaluation(
        step,
        schedule.epochs(step),
        steps.beta(Math.max(0, step - 1)),
        lambda,
        judge.sampled(task.evaluate(), measured),
        judge.atMean(task.evaluate(), measured),
        measured.statistics());
  }

  private void checkpoint() {
    long start = stopwatch.now();
    TrainingState state =
        new TrainingState(
            task.spec().specHash(),
            task.attempt().stage().key().text(),
            step,
            over,
            guard,
            rescues.applied(),
            marginGuard.isPresent() ? OptionalDouble.of(lambda) : OptionalDouble.empty(),
            task.spec().startFrom().map(from -> from.artefact().sha256()),
            steps.memory(),
            List.copyOf(engines),
            finite(engine.snapshot()));
    String path = CheckpointPaths.of(task.folder(), step, task.attempt().number());
    ArtefactRef artefact = store.put(path, out -> CheckpointFile.write(state, out));
    instruments.checkpointed(stopwatch.secondsSince(start), artefact.bytes());
    CheckpointRef checkpoint = new CheckpointRef(artefact, task.attempt(), step);
    lastCheckpoint = Optional.of(checkpoint);
    listener.checkpointed(checkpoint, stopwatch.lap());
  }

  /** A checkpoint that cannot be gone on from must not replace one that can. */
  private EngineState finite(EngineState state) {
    state
        .tensors()
        .forEach(
            (name, tensor) -> {
              for (float value : tensor.values()) {
                if (!Float.isFinite(value)) {
                  throw diverged(step, name + " holds " + value);
                }
              }
            });
    return state;
  }

  private StageEnding stopped(StopRequest request) {
    if (request == StopRequest.CANCEL) {
      return new StageEnding(new Outcome.Cancelled(), stopwatch.lap());
    }
    if (lastCheckpoint.map(CheckpointRef::step).orElse(0L) < step) {
      checkpoint();
    }
    return new StageEnding(new Outcome.HandedBack(), stopwatch.lap());
  }

  /** The final checkpoint, then the measurements that the certificate is made of. */
  private StageEnding finish() {
    if (!finalCommitted) {
      checkpoint();
    }
    progress("evaluating", true);
    Measurement measured = measurer.measure(task.evaluate().images(), task.evaluate().size());
    Evaluation last = evaluation(measured);
    listener.evaluated(last);
    samples.write();
    progress("certifying", true);
    // Once more: a superseded attempt that stood still may have written since.
    deleteSuperseded();
    Outcome outcome =
        new Outcome.Completed(
            new ArmConclusion(task, engine, store, measurer, judge, margraveVersion, engines)
                .conclude(measured, last, lastCheckpoint.orElseThrow(), guard));
    return new StageEnding(outcome, stopwatch.lap());
  }
}
