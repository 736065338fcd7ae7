package dev.margrave.workers.actor;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.Evaluation;
import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.protocol.worker.StageDirectory;
import dev.margrave.protocol.worker.WorkerProtocol;
import dev.margrave.protocol.worker.WorkerProtocol.Delivery;
import dev.margrave.protocol.worker.WorkerProtocol.Report;
import dev.margrave.workers.job.Failures;
import dev.margrave.workers.stage.AttemptFiles;
import dev.margrave.workers.stage.StageEnding;
import dev.margrave.workers.stage.StageListener;
import dev.margrave.workers.stage.StageOrder;
import dev.margrave.workers.stage.StopRequest;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One attempt at one stage. The job runs beside this actor, which stays awake: a stop is heard at
 * once, and whoever supervises the stage hears often that the attempt is alive.
 *
 * <pre>
 *   Working --job ends--&gt; Reporting --its end is in the journal--&gt; stopped
 *      \\--Superseded--&gt; Silenced --job ends--&gt; stopped
 * </pre>
 *
 * What must be in the journal is said again and again until it is: an attempt that loses its
 * orchestrators goes on, and tells later.
 */
final class StageWorker extends AbstractBehavior<StageWorker.Command> {

  sealed interface Command {}

  /** Stop for good, or hand back. */
  record StopWork(StopRequest request) implements Command {}

  /**
   * Another attempt owns the stage now: stop and say nothing.
   *
   * @param named what the journal names of the stage; empty when that is not known
   */
  record Silence(Optional<List<String>> named) implements Command {}

  /** A report is in the journal. */
  record Recorded(int number, List<ArtefactRef> obsolete) implements Command {}

  /** The job has something to say. */
  private record Said(Report report) implements Command {}

  /**
   * The job is over.
   *
   * @param ending null when it threw
   * @param thrown null when it did not
   */
  private record JobEnded(StageEnding ending, Throwable thrown) implements Command {}

  private record Speak() implements Command {}

  /**
   * What an attempt works with.
   *
   * @param node where the answers of its supervisor are wanted
   * @param speakEvery between two signs of life
   */
  record Surroundings(
      StageLauncher launcher,
      ArtefactStore store,
      StageDirectory supervisors,
      ActorRef<WorkerProtocol.Command> node,
      Duration speakEvery) {}

  private final AttemptId attempt;
  private final Surroundings surroundings;
  private final Outbox outbox;
  private final AtomicReference<StopRequest> stop = new AtomicReference<>(StopRequest.NONE);
  private Optional<List<String>> named = Optional.empty();
  private boolean silenced;
  private boolean jobEnded;

  /** Starts the attempt. */
  static Behavior<Command> create(StageOrder order, Surroundings surroundings) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new StageWorker(context, timers, order, surroundings)));
  }

  private StageWorker(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      StageOrder order,
      Surroundings surroundings) {
    super(context);
    this.attempt = order.attempt();
    this.surroundings = surroundings;
    this.outbox = new Outbox(attempt);
    timers.startTimerWithFixedDelay(new Speak(), surroundings.speakEvery());
    context.pipeToSelf(
        surroundings.launcher().launch(order, new Reporter(attempt, context.getSelf()), stop::get),
        JobEnded::new);
    context.getLog().info("{} began", attempt);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(StopWork.class, this::onStopWork)
        .onMessage(Silence.class, this::onSilence)
        .onMessage(Said.class, said -> onSaid(said.report()))
        .onMessage(JobEnded.class, this::onJobEnded)
        .onMessage(Speak.class, this::onSpeak)
        .onMessage(Recorded.class, this::onRecorded)
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
    named = command.named();
    stop.set(StopRequest.CANCEL);
    return jobEnded ? leave() : this;
  }

  /**
   * It may have stood still while a later attempt came to the end of the stage: nobody else deletes
   * what it wrote when it woke.
   */
  private Behavior<Command> leave() {
    ArtefactStore store = surroundings.store();
    named.ifPresent(
        all ->
            surroundings
                .launcher()
                .run(() -> AttemptFiles.deleteUnnamed(store, attempt, all::contains)));
    return Behaviors.stopped();
  }

  private Behavior<Command> onSaid(Report report) {
    if (silenced) {
      return this;
    }
    if (report instanceof WorkerProtocol.Started || report instanceof WorkerProtocol.Progressed) {
      send(report, Delivery.UNNUMBERED);
      return this;
    }
    boolean first = outbox.first().isEmpty();
    outbox.add(report).ifPresent(untold -> discard(List.of(untold.artefact())));
    if (first) {
      sendFirst();
    }
    return this;
  }

  private Behavior<Command> onJobEnded(JobEnded command) {
    jobEnded = true;
    if (silenced) {
      return leave();
    }
    StageEnding ending = command.thrown() == null ? command.ending() : failed(command.thrown());
    getContext().getLog().info("{} ended: {}", attempt, ending.outcome());
    return onSaid(new WorkerProtocol.Ended(attempt, ending.outcome(), ending.effort()));
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

  private Behavior<Command> onSpeak(Speak command) {
    if (!silenced && outbox.first().isEmpty()) {
      send(new WorkerProtocol.AtWork(attempt), Delivery.UNNUMBERED);
    } else if (!silenced) {
      sendFirst();
    }
    return this;
  }

  private void sendFirst() {
    outbox.first().ifPresent(report -> send(report, outbox.number()));
  }

  private void send(Report report, int number) {
    surroundings
        .supervisors()
        .tell(attempt.stage(), new Delivery(report, number, surroundings.node()));
  }

  private Behavior<Command> onRecorded(Recorded command) {
    discard(command.obsolete());
    var recorded = outbox.recorded(command.number());
    if (recorded.isPresent() && recorded.get() instanceof WorkerProtocol.Ended) {
      return Behaviors.stopped();
    }
    if (recorded.isPresent()) {
      sendFirst();
    }
    return this;
  }

  private void discard(List<ArtefactRef> obsolete) {
    if (!obsolete.isEmpty()) {
      ArtefactStore store = surroundings.store();
      surroundings.launcher().run(() -> obsolete.forEach(artefact -> discard(store, artefact)));
    }
  }

  private static void discard(ArtefactStore store, ArtefactRef artefact) {
    try {
      store.delete(artefact);
    } catch (UncheckedIOException e) {
      org.slf4j.LoggerFactory.getLogger(StageWorker.class)
          .warn("{} stays: {}", artefact.path(), e.getMessage());
    }
  }

  /** Hands on what the job says, from the job's thread. */
  private record Reporter(AttemptId attempt, ActorRef<Command> worker) implements StageListener {
    private void say(Report report) {
      worker.tell(new Said(report));
    }

    @Override
    public void started(long fromStep) {
      say(new WorkerProtocol.Started(attempt, fromStep));
    }

    @Override
    public void progressed(
        String phase, long done, long total, double epoch, double imagesPerSecond) {
      say(new WorkerProtocol.Progressed(attempt, phase, done, total, epoch, imagesPerSecond));
    }

    @Override
    public void evaluated(Evaluation evaluation) {
      say(new WorkerProtocol.Evaluated(attempt, evaluation));
    }

    @Override
    public void guardMeasured(RescueGuard guard) {
      say(new WorkerProtocol.GuardMeasured(attempt, guard));
    }

    @Override
    public void checkpointed(CheckpointRef checkpoint, Effort effort) {
      say(new WorkerProtocol.CheckpointSaved(attempt, checkpoint, effort));
    }

    @Override
    public void checkpointDamaged(CheckpointRef checkpoint) {
      say(new WorkerProtocol.CheckpointDamaged(attempt, checkpoint));
    }
  }
}
