package dev.margrave.workers.actor;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.artefact.ArtefactMismatchException;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.Evaluation;
import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.protocol.worker.WorkerProtocol;
import dev.margrave.protocol.worker.WorkerProtocol.Report;
import dev.margrave.workers.job.Failures;
import dev.margrave.workers.stage.StageEnding;
import dev.margrave.workers.stage.StageJob;
import dev.margrave.workers.stage.StageListener;
import dev.margrave.workers.stage.StageOrder;
import dev.margrave.workers.stage.StopRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One attempt at one stage. The job blocks a thread of its own dispatcher; this actor stays awake
 * beside it, so that a stop is heard at once.
 *
 * <pre>
 *   Working --job ends--&gt; Reporting --EndAcknowledged--&gt; stopped
 *      \--Superseded--&gt; Silenced --job ends--&gt; stopped
 * </pre>
 *
 * The end is reported again and again until its supervisor has it in the journal: only then is the
 * slot free.
 */
final class StageWorker extends AbstractBehavior<StageWorker.Command> {
  private static final Duration REPEAT_END_EVERY = Duration.ofSeconds(2);
  private static final String BLOCKING_DISPATCHER = "margrave.worker.blocking-dispatcher";

  sealed interface Command {}

  /** Stop for good, or hand back. */
  record StopWork(StopRequest request) implements Command {}

  /** Another attempt owns the stage now: stop and say nothing. */
  record Silence() implements Command {}

  /** These checkpoints are no longer needed. */
  record Discard(List<ArtefactRef> obsolete) implements Command {}

  /** The end is in the journal. */
  record Acknowledged() implements Command {}

  /**
   * The job is over.
   *
   * @param ending null when it threw
   * @param thrown null when it did not
   */
  private record JobEnded(StageEnding ending, Throwable thrown) implements Command {}

  private record RepeatEnd() implements Command {}

  private final TimerScheduler<Command> timers;
  private final AttemptId attempt;
  private final ArtefactStore store;
  private final ActorRef<Report> supervisor;
  private final Executor blocking;
  private final AtomicReference<StopRequest> stop = new AtomicReference<>(StopRequest.NONE);
  private volatile boolean silenced;
  private StageEnding ending;

  /**
   * Starts the attempt.
   *
   * @param supervisor is told what happens
   */
  static Behavior<Command> create(
      StageOrder order, StageJob job, ArtefactStore store, ActorRef<Report> supervisor) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new StageWorker(context, timers, order, job, store, supervisor)));
  }

  private StageWorker(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      StageOrder order,
      StageJob job,
      ArtefactStore store,
      ActorRef<Report> supervisor) {
    super(context);
    this.timers = timers;
    this.attempt = order.attempt();
    this.store = store;
    this.supervisor = supervisor;
    this.blocking =
        context
            .getSystem()
            .dispatchers()
            .lookup(DispatcherSelector.fromConfig(BLOCKING_DISPATCHER));
    context.pipeToSelf(
        CompletableFuture.supplyAsync(() -> run(order, job), blocking), JobEnded::new);
    context.getLog().info("{} began", attempt);
  }

  /** Runs the job; tells apart whether it was its own checkpoint that is not what it was. */
  private StageEnding run(StageOrder order, StageJob job) {
    Reporter reporter = new Reporter();
    try {
      return job.run(order, reporter, stop::get);
    } catch (ArtefactMismatchException e) {
      Optional<CheckpointRef> damaged = order.resumeFrom().filter(this::isDamaged);
      if (damaged.isEmpty()) {
        throw e;
      }
      org.slf4j.LoggerFactory.getLogger(StageWorker.class).warn("{} cannot go on", attempt, e);
      reporter.report(new WorkerProtocol.CheckpointDamaged(attempt, damaged.get()));
      return new StageEnding(Failures.ofDamagedCheckpoint(e), Effort.NONE);
    }
  }

  private boolean isDamaged(CheckpointRef checkpoint) {
    try {
      store.fetch(checkpoint.artefact());
      return false;
    } catch (ArtefactMismatchException e) {
      return true;
    }
  }

  /** The user gets a sentence, the log the stack trace. */
  private StageEnding failed(Throwable thrown) {
    Throwable cause =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    getContext().getLog().error("{} failed", attempt, cause);
    return new StageEnding(Failures.of(cause), Effort.NONE);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(StopWork.class, this::onStopWork)
        .onMessage(Silence.class, this::onSilence)
        .onMessage(Discard.class, this::onDiscard)
        .onMessage(JobEnded.class, this::onJobEnded)
        .onMessage(RepeatEnd.class, this::onRepeatEnd)
        .onMessage(Acknowledged.class, this::onAcknowledged)
        .build();
  }

  /** A cancel overrules a hand-back, never the other way round. */
  private Behavior<Command> onStopWork(StopWork command) {
    stop.accumulateAndGet(
        command.request(), (old, asked) -> old == StopRequest.CANCEL ? StopRequest.CANCEL : asked);
    return this;
  }

  private Behavior<Command> onSilence(Silence command) {
    getContext().getLog().info("{} is superseded", attempt);
    silenced = true;
    stop.set(StopRequest.CANCEL);
    return ending == null ? this : Behaviors.stopped();
  }

  private Behavior<Command> onDiscard(Discard command) {
    blocking.execute(() -> command.obsolete().forEach(this::discard));
    return this;
  }

  private void discard(ArtefactRef artefact) {
    try {
      store.delete(artefact);
    } catch (java.io.UncheckedIOException e) {
      org.slf4j.LoggerFactory.getLogger(StageWorker.class)
          .warn("{} keeps {}: {}", attempt, artefact.path(), e.getMessage());
    }
  }

  private Behavior<Command> onJobEnded(JobEnded command) {
    if (silenced) {
      return Behaviors.stopped();
    }
    ending = command.thrown() == null ? command.ending() : failed(command.thrown());
    getContext().getLog().info("{} ended: {}", attempt, ending.outcome());
    report();
    timers.startTimerWithFixedDelay(new RepeatEnd(), REPEAT_END_EVERY);
    return this;
  }

  private Behavior<Command> onRepeatEnd(RepeatEnd command) {
    report();
    return this;
  }

  private void report() {
    supervisor.tell(new WorkerProtocol.Ended(attempt, ending.outcome(), ending.effort()));
  }

  private Behavior<Command> onAcknowledged(Acknowledged command) {
    return Behaviors.stopped();
  }

  /** Reports from the job's thread; silent once superseded. */
  private final class Reporter implements StageListener {
    private void report(Report report) {
      if (!silenced) {
        supervisor.tell(report);
      }
    }

    @Override
    public void started(long fromStep) {
      report(new WorkerProtocol.Started(attempt, fromStep));
    }

    @Override
    public void progressed(
        String phase, long done, long total, double epoch, double imagesPerSecond) {
      report(new WorkerProtocol.Progressed(attempt, phase, done, total, epoch, imagesPerSecond));
    }

    @Override
    public void evaluated(Evaluation evaluation) {
      report(new WorkerProtocol.Evaluated(attempt, evaluation));
    }

    @Override
    public void guardMeasured(RescueGuard guard) {
      report(new WorkerProtocol.GuardMeasured(attempt, guard));
    }

    @Override
    public void checkpointed(CheckpointRef checkpoint, Effort effort) {
      report(new WorkerProtocol.CheckpointSaved(attempt, checkpoint, effort));
    }
  }
}
