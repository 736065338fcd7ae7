package dev.margrave.workers.vae;

import dev.margrave.certificate.Verdict;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.artefact.SmallFile;
import dev.margrave.protocol.result.Evaluation;
import dev.margrave.protocol.result.Provenance;
import dev.margrave.protocol.result.StageResult;
import dev.margrave.protocol.spec.TrainerSpec;
import dev.margrave.workers.external.TrainerException;
import dev.margrave.workers.external.TrainerMessage;
import dev.margrave.workers.external.TrainerProcess;
import dev.margrave.workers.stage.AttemptFiles;
import dev.margrave.workers.stage.StageEnding;
import dev.margrave.workers.stage.StageListener;
import dev.margrave.workers.stage.StopRequest;
import dev.margrave.workers.stage.TrainingInstruments;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt at one arm by an external trainer: its state while it runs. One thread's. */
final class ExternalArm {
  private static final Logger LOG = LoggerFactory.getLogger(ExternalArm.class);
  private static final long LISTEN_MILLIS = 100;
  private static final double PROGRESS_SECONDS = 0.2;
  private static final String ENGINE = "external";

  /** Exit codes of setsid, as of a shell. */
  private static final int NOT_EXECUTABLE = 126;

  private static final int NOT_FOUND = 127;

  private final ArmTask task;
  private final TrainerSpec trainer;
  private final TrainerFolder folder;
  private final ArtefactStore store;
  private final StageListener listener;
  private final Supplier<StopRequest> stop;
  private final Stopwatch stopwatch;
  private final String margraveVersion;
  private final TrainingInstruments.Attempt instruments;
  private final ArmSchedule schedule;
  private final Judge judge;

  private String name;
  private long step;
  private Optional<CheckpointRef> lastCheckpoint = Optional.empty();
  private Optional<Evaluation> lastEvaluation = Optional.empty();
  private Optional<TrainerMessage.Evaluated> lastReport = Optional.empty();
  private long shown;
  private long heard;
  private boolean done;

  ExternalArm(
      ArmTask task,
      TrainerFolder folder,
      ArtefactStore store,
      StageListener listener,
      Supplier<StopRequest> stop,
      Stopwatch stopwatch,
      String margraveVersion,
      TrainingInstruments.Attempt instruments) {
    this.task = task;
    this.trainer = task.experiment().trainer().orElseThrow();
    this.folder = folder;
    this.store = store;
    this.listener = listener;
    this.stop = stop;
    this.stopwatch = stopwatch;
    this.margraveVersion = margraveVersion;
    this.instruments = instruments;
    this.schedule = task.schedule();
    this.judge = new Judge(task.experiment().alignment(), task.spec().teacher().orElseThrow());
    this.name = String.join(" ", trainer.command());
  }

  StageEnding run() {
    store.deleteTemporaries(
        task.folder(), path -> AttemptFiles.attempt(path) <= task.attempt().number());
    deleteSuperseded();
    Optional<Path> resume =
        task.resumeFrom().map(from -> folder.copy("resume", store.fetch(from.artefact())));
    Optional<Path> start =
        task.spec().startFrom().map(from -> folder.copy("start", store.fetch(from.artefact())));
    lastCheckpoint = task.resumeFrom();
    step = task.resumeFrom().map(CheckpointRef::step).orElse(0L);
    listener.started(step);
    var environment = TrainerEnvironment.of(task, folder, resume, start);
    try (TrainerProcess process =
        TrainerProcess.start(trainer.command(), environment, folder.path())) {
      try {
        return follow(process);
      } catch (TrainerException e) {
        process.kill();
        throw e;
      } finally {
        keepOutput(process);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new StageEnding(new Outcome.Cancelled(), stopwatch.lap());
    }
  }

  /** What it has said by now, where people look for it. The stage does not hang on it. */
  private void keepOutput(TrainerProcess process) {
    byte[] output = process.output();
    if (output.length > 0) {
      try {
        store.putSmall(task.attempt().stage(), SmallFile.TRAINER_OUTPUT, output);
      } catch (UncheckedIOException e) {
        LOG.warn("what {} said is not kept: {}", task.attempt(), e.getMessage());
      }
    }
  }

  private void deleteSuperseded() {
    long committed = task.resumeFrom().map(CheckpointRef::step).orElse(-1L);
    AttemptFiles.deleteSuperseded(
        store, task.attempt(), path -> CheckpointPaths.isUpTo(path, committed));
  }

  private StageEnding follow(TrainerProcess process) throws InterruptedException {
    StopRequest stopped = StopRequest.NONE;
    long stoppedAt = 0;
    heard = stopwatch.now();
    while (true) {
      Optional<TrainerMessage> message = process.next(LISTEN_MILLIS);
      if (message.isPresent()) {
        hear(message.get());
        if (message.get() instanceof TrainerMessage.Checkpointed) {
          keepOutput(process);
        }
        heard = stopwatch.now();
      }
      if (stopped == StopRequest.NONE && stop.get() != StopRequest.NONE) {
        stopped = stop.get();
        stoppedAt = stopwatch.now();
        process.terminate();
      }
      if (stopped != StopRequest.NONE && isPast(stoppedAt, trainer.grace().toMillis())) {
        process.kill();
        return stopped(stopped);
      }
      OptionalInt code = message.isPresent() ? OptionalInt.empty() : process.exitCode();
      if (code.isPresent()) {
        return ended(code.getAsInt(), stopped, process);
      }
      if (isPast(heard, trainer.silence().toMillis())) {
        throw TrainerException.crashed(
            "the trainer said nothing for %d s (trainer.silence) and was ended%s"
                .formatted(trainer.silence().toSeconds(), process.lastLines()));
      }
    }
  }

  private boolean isPast(long since, long millis) {
    return stopwatch.secondsSince(since) * 1000 > millis;
  }

  private StageEnding stopped(StopRequest request) {
    return new StageEnding(
        request == StopRequest.CANCEL ? new Outcome.Cancelled() : new Outcome.HandedBack(),
        stopwatch.lap());
  }

  private StageEnding ended(int code, StopRequest stopped, TrainerProcess process) {
    if (done && code == 0 && stopped != StopRequest.CANCEL) {
      return finish();
    }
    if (stopped != StopRequest.NONE) {
      return stopped(stopped);
    }
    if (code == 0) {
      throw TrainerException.broken(
          "the trainer ended without a message 'done'" + process.lastLines());
    }
    if (code == NOT_FOUND || code == NOT_EXECUTABLE) {
      throw TrainerException.broken(
          "trainer.command does not start here, exit code %d%s; name the program by its whole path"
              .formatted(code, process.lastLines()));
    }
    throw TrainerException.crashed(
        "the trainer ended with exit code %d%s%s"
            .formatted(
                code, code > 128 ? " (signal " + (code - 128) + ")" : "", process.lastLines()));
  }

  // ---- what it says

  private void hear(TrainerMessage message) {
    if (done) {
      throw TrainerException.broken("the trainer said more after 'done'");
    }
    if (message instanceof TrainerMessage.Hello hello) {
      name = hello.name();
    } else if (message instanceof TrainerMessage.Progress progress) {
      advance(progress.step());
      show(progress);
    } else if (message instanceof TrainerMessage.Evaluated evaluated) {
      advance(evaluated.step());
      evaluate(evaluated);
    } else if (message instanceof TrainerMessage.Checkpointed checkpoint) {
      advance(checkpoint.step());
      // One that is asked to end may have written one just now.
      if (!lastCheckpoint.map(CheckpointRef::step).equals(Optional.of(step))) {
        commit(folder.file("checkpoint", checkpoint.path()));
      }
      folder.discard(checkpoint.path());
    } else if (message instanceof TrainerMessage.Done end) {
      advance(end.step());
      checkDone();
      done = true;
    }
  }

  /** A program may say so after each step; nobody sees more than a few a second. */
  private void show(TrainerMessage.Progress progress) {
    if (shown == 0 || stopwatch.secondsSince(shown) > PROGRESS_SECONDS) {
      shown = stopwatch.now();
      listener.progressed(
          "training",
          step,
          schedule.totalSteps(),
          schedule.epochs(step),
          progress.imagesPerSecond() > 0
              ? progress.imagesPerSecond()
              : stopwatch.imagesPerSecond());
    }
  }

  private void advance(long to) {
    if (to < step) {
      throw TrainerException.broken(
          "the trainer went from step %d back to step %d; steps only grow, and a resumed arm goes on from %d"
              .formatted(step, to, task.resumeFrom().map(CheckpointRef::step).orElse(0L)));
    }
    if (to > schedule.totalSteps()) {
      throw TrainerException.broken(
          "the trainer is at step %d; the arm has %d, as MARGRAVE_TOTAL_STEPS says"
              .formatted(to, schedule.totalSteps()));
    }
    if (to > step) {
      int batch = ArmSchedule.batch(task.experiment(), task.train().size());
      int images = (int) Math.min(Integer.MAX_VALUE, (to - step) * batch);
      double seconds = stopwatch.trained(heard, images);
      instruments.trained(images, seconds, schedule.epochs(to));
    }
    step = to;
  }

  private void evaluate(TrainerMessage.Evaluated said) {
    if (lastEvaluation.map(Evaluation::step).equals(Optional.of(step))) {
      throw TrainerException.broken(
          "the trainer said 'evaluated' twice at step %d".formatted(step));
    }
    Measurement measured = new TrainerReport(task, folder, said).heldOut();
    if (!measured.isFinite()) {
      throw TrainerException.broken(
          "what the trainer gave at step %d makes a witness or a KL that is no number"
              .formatted(said.step()));
    }
    Evaluation evaluation =
        new Evaluation(
            step,
            schedule.epochs(step),
            said.beta().orElse(task.experiment().vae().beta()),
            schedule.lambda(),
            judge.sampled(task.evaluate(), measured),
            judge.atMean(task.evaluate(), measured),
            measured.statistics());
    lastReport.stream()
        .flatMap(before -> before.files().values().stream())
        .filter(name -> !said.files().containsValue(name))
        .forEach(folder::discard);
    lastEvaluation = Optional.of(evaluation);
    lastReport = Optional.of(said);
    listener.evaluated(evaluation);
  }

  private void commit(Path file) {
    long began = stopwatch.now();
    ArtefactRef artefact =
        store.put(
            CheckpointPaths.of(task.folder(), step, task.attempt().number()),
            out -> Files.copy(file, out));
    instruments.checkpointed(stopwatch.secondsSince(began), artefact.bytes());
    CheckpointRef checkpoint = new CheckpointRef(artefact, task.attempt(), step);
    lastCheckpoint = Optional.of(checkpoint);
    listener.checkpointed(checkpoint, stopwatch.lap());
  }

  private void checkDone() {
    if (lastEvaluation.map(Evaluation::step).orElse(-1L) != step) {
      throw TrainerException.broken(
          "the trainer is done at step %d, and its last 'evaluated' is not of that step"
              .formatted(step));
    }
    if (lastCheckpoint.map(CheckpointRef::step).orElse(-1L) != step) {
      throw TrainerException.broken(
          "the trainer is done at step %d, and its last 'checkpoint' is not of that step"
              .formatted(step));
    }
    if (!schedule.isOver(step, lastEvaluation.orElseThrow().statistics().klNats())) {
      throw TrainerException.broken(
          "the trainer is done at step %d; the arm has %d, as MARGRAVE_TOTAL_STEPS says"
              .formatted(step, schedule.totalSteps()));
    }
  }

  // ---- its end

  private StageEnding finish() {
    listener.progressed("certifying", step, schedule.totalSteps(), schedule.epochs(step), 0);
    deleteSuperseded();
    TrainerReport report = new TrainerReport(task, folder, lastReport.orElseThrow());
    Measurement measured = report.heldOut();
    Evaluation last = lastEvaluation.orElseThrow();
    Verdict verdict = Judge.verdict(last.sampled(), report.audit());
    WitnessTables tables = new WitnessTables(store, task.folder(), task.attempt().number());
    StageResult.ArmTrained trained =
        new StageResult.ArmTrained(
            verdict,
            Judge.negativeKind(verdict, last.atMean()),
            last.sampled(),
            last.atMean(),
            judge.sampled(task.train(), report.training()).marginNats(),
            judge.permutationPValue(task.evaluate(), measured, task.run().seed()),
            report.audit(),
            last.statistics(),
            task.spec().startFrom(),
            lastCheckpoint.orElseThrow(),
            tables.sampled(measured),
            tables.atMean(measured),
            Optional.empty(),
            provenance());
    StageResult.ArmTrained inspected =
        report
            .codes(judge)
            .map(codes -> trained.with(codes.probe(), codes.mutualInformation()))
            .orElse(trained);
    return new StageEnding(new Outcome.Completed(inspected), stopwatch.lap());
  }

  private Provenance provenance() {
    return new Provenance(
        task.spec().specHash(),
        task.dataHash(),
        task.spec().teacher().orElseThrow().train().sha256(),
        ENGINE,
        name,
        Integer.parseInt(Optional.ofNullable(System.getenv("OMP_NUM_THREADS")).orElse("1")),
        "",
        margraveVersion,
        List.of());
  }
}
