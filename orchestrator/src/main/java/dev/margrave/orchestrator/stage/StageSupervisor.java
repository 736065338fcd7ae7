package dev.margrave.orchestrator.stage;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;
import dev.margrave.orchestrator.journal.Durability;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.orchestrator.stage.StageState.Over;
import dev.margrave.orchestrator.stage.StageState.Running;
import dev.margrave.orchestrator.stage.StageState.Unplanned;
import dev.margrave.orchestrator.stage.StageState.Waiting;
import dev.margrave.orchestrator.view.StageProgress;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.FailureKind;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.WireMessage;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.result.StageResult;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.StageSpec;
import dev.margrave.protocol.worker.WorkerProtocol;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes one stage through its attempts to its one end. Whatever it does was persisted first; the
 * attempt's number is the fencing token.
 *
 * <pre>
 *   experiment --Run--&gt;          supervisor   (idempotent)
 *   experiment &lt;--Planned--      supervisor
 *   experiment &lt;--StageEnded--   supervisor   (again for every Run after the end)
 * </pre>
 *
 * <p>An attempt that runs when this supervisor recovers ran in a process that is gone: it is over,
 * and the next one goes on from the last committed checkpoint.
 */
public final class StageSupervisor
    extends EventSourcedBehavior<StageSupervisor.Command, StageEvent, StageState> {

  /** Events between two snapshots. */
  private static final int SNAPSHOT_EVERY_EVENTS = 100;

  private static final int KEPT_SNAPSHOTS = 2;

  /** To a stage supervisor. */
  public sealed interface Command extends WireMessage {}

  /**
   * Run the stage.
   *
   * @param rank its place in the experiment's order of urgency
   * @param replyTo is told now and at the end
   */
  public record Run(StageSpec spec, int rank, ActorRef<Notice> replyTo) implements Command {}

  /** Start no more attempts; answer once none runs. */
  public record Drain(ActorRef<Drained> replyTo) implements Command {}

  record SlotOffered(SchedulerProtocol.SlotGranted grant) implements Command {}

  record Reported(WorkerProtocol.Report report) implements Command {}

  record WorkerGone(int attempt) implements Command {}

  record Interrupted(int attempt) implements Command {}

  record AskForSlot() implements Command {}

  /** To the experiment. */
  public sealed interface Notice extends WireMessage {
    StageId stage();
  }

  /** The stage is in the journal and will be run. */
  public record Planned(StageId stage) implements Notice {}

  /** The stage is over. */
  public record StageEnded(StageId stage, StageEnding ending) implements Notice {}

  /** No attempt of the stage runs, and none will be started. */
  public record Drained(StageId stage) implements WireMessage {}

  /** Shown to users. */
  public record StageChanged(StageId stage, StageView view) implements WireMessage {}

  /**
   * What a supervisor works with.
   *
   * @param seed of the jitter
   */
  public record Surroundings(
      ActorRef<SchedulerProtocol.Command> scheduler,
      ActorRef<StageChanged> views,
      Durability durability,
      StageSettings settings,
      long seed) {}

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final StageId stage;
  private final Surroundings surroundings;
  private final ActorRef<SchedulerProtocol.SlotGranted> grants;
  private final ActorRef<WorkerProtocol.Report> reports;

  // Soft: known to this incarnation only.
  private final Map<Integer, ActorRef<WorkerProtocol.Command>> nodes = new HashMap<>();
  private final Set<ActorRef<Drained>> draining = new LinkedHashSet<>();
  private Optional<ActorRef<Notice>> owner = Optional.empty();
  private Optional<StageProgress> progress = Optional.empty();
  private boolean wantsSlot;
  private String waitingFor = "";

  /** The supervisor of a stage; the journal knows where it stands. */
  public static Behavior<Command> create(StageId stage, Surroundings surroundings) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new StageSupervisor(context, timers, stage, surroundings)));
  }

  private StageSupervisor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      StageId stage,
      Surroundings surroundings) {
    super(PersistenceId.of("stage", stage.text()));
    this.context = context;
    this.timers = timers;
    this.stage = stage;
    this.surroundings = surroundings;
    this.grants = context.messageAdapter(SchedulerProtocol.SlotGranted.class, SlotOffered::new);
    this.reports = context.messageAdapter(WorkerProtocol.Report.class, Reported::new);
  }

  @Override
  public StageState emptyState() {
    return new Unplanned();
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(SNAPSHOT_EVERY_EVENTS, KEPT_SNAPSHOTS);
  }

  @Override
  public EventHandler<StageState, StageEvent> eventHandler() {
    return StageState::apply;
  }

  @Override
  public SignalHandler<StageState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.instance(), this::onRecovered)
        .build();
  }

  private void onRecovered(StageState state) {
    if (state instanceof Running running) {
      context.getSelf().tell(new Interrupted(running.history().attempt()));
    } else if (state instanceof Waiting) {
      context.getSelf().tell(new AskForSlot());
    }
    show(state);
  }

  @Override
  public CommandHandler<Command, StageEvent, StageState> commandHandler() {
    var handle = newCommandHandlerBuilder();
    handle
        .forStateType(Unplanned.class)
        .onCommand(Run.class, this::onFirstRun)
        .onCommand(SlotOffered.class, this::onUnwantedSlot);
    handle
        .forStateType(Waiting.class)
        .onCommand(SlotOffered.class, this::onSlot)
        .onCommand(AskForSlot.class, this::onAskForSlot);
    handle
        .forStateType(Running.class)
        .onCommand(Drain.class, this::onDrainWhileRunning)
        .onCommand(SlotOffered.class, (state, offer) -> ignore(state, offer))
        .onCommand(WorkerGone.class, this::onWorkerGone)
        .onCommand(Interrupted.class, this::onInterrupted)
        .onCommand(Reported.class, this::onReport);
    handle.forStateType(Over.class).onCommand(SlotOffered.class, this::onUnwantedSlot);
    handle
        .forAnyState()
        .onCommand(Run.class, this::onRepeatedRun)
        .onCommand(Drain.class, this::onDrainWhileIdle)
        .onCommand(Reported.class, this::onStaleReport)
        .onAnyCommand(this::ignore);
    return handle.build();
  }

  // ---- what the experiment wants

  private Effect<StageEvent, StageState> onFirstRun(Unplanned state, Run command) {
    owner = Optional.of(command.replyTo());
    return Effect()
        .persist(new StageEvent.Planned(command.spec(), command.rank()))
        .thenRun(
            after -> {
              command.replyTo().tell(new Planned(stage));
              moved(state, after, "planned");
              askForSlot(after);
            });
  }

  private Effect<StageEvent, StageState> onRepeatedRun(StageState state, Run command) {
    owner = Optional.of(command.replyTo());
    command
        .replyTo()
        .tell(
            state instanceof Over over ? new StageEnded(stage, over.ending()) : new Planned(stage));
    return Effect().none();
  }

  private Effect<StageEvent, StageState> onDrainWhileIdle(StageState state, Drain command) {
    draining.add(command.replyTo());
    waitFor(state, "waits for the next start");
    surroundings.scheduler().tell(new SchedulerProtocol.ReleaseSlot(stage));
    command.replyTo().tell(new Drained(stage));
    return Effect().none();
  }

  private Effect<StageEvent, StageState> onDrainWhileRunning(Running state, Drain command) {
    draining.add(command.replyTo());
    return Effect().none();
  }

  // ---- slots

  private Effect<StageEvent, StageState> onAskForSlot(Waiting state, AskForSlot command) {
    askForSlot(state);
    return Effect().none();
  }

  private void askForSlot(StageState state) {
    if (!(state instanceof Waiting waiting) || !draining.isEmpty()) {
      return;
    }
    StageHistory history = waiting.history();
    surroundings
        .scheduler()
        .tell(
            new SchedulerProtocol.RequestSlot(
                stage, history.spec().experiment().resources().priority(), history.rank(), grants));
    timers.startSingleTimer(new AskForSlot(), surroundings.settings().askAgain());
    if (!wantsSlot) {
      wantsSlot = true;
      waitingFor = "waits for a slot";
      show(state);
    }
  }

  private void waitFor(StageState state, String reason) {
    wantsSlot = false;
    waitingFor = reason;
    timers.cancel(new AskForSlot());
    show(state);
  }

  private Effect<StageEvent, StageState> onSlot(Waiting state, SlotOffered offer) {
    if (!wantsSlot) {
      return onUnwantedSlot(state, offer);
    }
    wantsSlot = false;
    timers.cancel(new AskForSlot());
    SchedulerProtocol.SlotGranted grant = offer.grant();
    int attempt = state.history().attempt() + 1;
    return Effect()
        .persist(new StageEvent.Assigned(attempt, grant.worker()))
        .thenRun(
            after -> {
              progress = Optional.empty();
              nodes.put(attempt, grant.node());
              context.watchWith(grant.node(), new WorkerGone(attempt));
              moved(state, after, "attempt " + attempt + " goes to worker " + grant.worker());
              grant.node().tell(begin(((Running) after).history()));
            });
  }

  private WorkerProtocol.Begin begin(StageHistory history) {
    return new WorkerProtocol.Begin(
        new AttemptId(stage, history.attempt()), history.spec(), history.resumeFrom(), reports);
  }

  private Effect<StageEvent, StageState> onUnwantedSlot(StageState state, SlotOffered offer) {
    surroundings.scheduler().tell(new SchedulerProtocol.ReleaseSlot(stage));
    return Effect().none();
  }

  // ---- reports

  private boolean ofCurrentAttempt(Running state, Reported command) {
    AttemptId attempt = command.report().attempt();
    return attempt.stage().equals(stage) && attempt.number() == state.history().attempt();
  }

  private Effect<StageEvent, StageState> onReport(Running state, Reported command) {
    WorkerProtocol.Report report = command.report();
    if (!ofCurrentAttempt(state, command)) {
      return onStaleReport(state, command);
    }
    if (report instanceof WorkerProtocol.Evaluated evaluated) {
      return onEvaluated(state, evaluated);
    }
    if (report instanceof WorkerProtocol.GuardMeasured measured) {
      return onGuardMeasured(state, measured);
    }
    if (report instanceof WorkerProtocol.CheckpointSaved saved) {
      return onCheckpointSaved(state, saved);
    }
    if (report instanceof WorkerProtocol.Ended ended) {
      return onEnded(state, ended.outcome(), ended.effort(), false);
    }
    if (report instanceof WorkerProtocol.Progressed progressed) {
      progress =
          Optional.of(
              new StageProgress(
                  progressed.phase(),
                  progressed.done(),
                  progressed.total(),
                  progressed.epoch(),
                  progressed.imagesPerSecond()));
    }
    show(state);
    return Effect().none();
  }

  private Effect<StageEvent, StageState> onEvaluated(
      Running state, WorkerProtocol.Evaluated report) {
    StageHistory history = state.history();
    if (history.evaluated(report.evaluation().step())) {
      return Effect().none();
    }
    int limit = surroundings.settings().maximumEvaluations();
    if (history.margins().size() >= limit) {
      context.getLog().warn("{}: the limit of {} kept evaluations is reached", stage, limit);
      return Effect().none();
    }
    return Effect()
        .persist(new StageEvent.Evaluated(history.attempt(), report.evaluation()))
        .thenRun(this::show);
  }

  private Effect<StageEvent, StageState> onGuardMeasured(
      Running state, WorkerProtocol.GuardMeasured report) {
    if (state.history().guard().isPresent()) {
      return Effect().none();
    }
    return Effect()
        .persist(new StageEvent.GuardMeasured(state.history().attempt(), report.guard()))
        .thenRun(this::show);
  }

  private Effect<StageEvent, StageState> onCheckpointSaved(
      Running state, WorkerProtocol.CheckpointSaved report) {
    StageHistory history = state.history();
    if (history.resumeFrom().equals(Optional.of(report.checkpoint()))) {
      acknowledgeCheckpoint(history, List.of());
      return Effect().none();
    }
    return Effect()
        .persist(new StageEvent.CheckpointCommitted(report.checkpoint(), report.effort()))
        .thenRun(
            (StageState after) -> {
              surroundings.durability().decisive();
              acknowledgeCheckpoint(((Running) after).history(), history.obsolete());
            });
  }

  private void acknowledgeCheckpoint(StageHistory history, List<ArtefactRef> givenUpBefore) {
    tellNode(
        history.attempt(),
        new WorkerProtocol.CheckpointCommitted(
            new AttemptId(stage, history.attempt()),
            history.resumeFrom().orElseThrow(),
            history.deletable(givenUpBefore)));
  }

  /** Of an attempt that is over. Its worker may not have heard, or may be a zombie. */
  private Effect<StageEvent, StageState> onStaleReport(StageState state, Reported command) {
    AttemptId attempt = command.report().attempt();
    boolean lastOne =
        history(state).map(StageHistory::attempt).equals(Optional.of(attempt.number()));
    if (lastOne && command.report() instanceof WorkerProtocol.Ended) {
      tellNode(attempt.number(), new WorkerProtocol.EndAcknowledged(attempt));
    } else {
      context.getLog().info("{}: report of an attempt that is over", attempt);
      tellNode(attempt.number(), new WorkerProtocol.Superseded(attempt));
    }
    return Effect().none();
  }

  // ---- the end of an attempt

  private Effect<StageEvent, StageState> onWorkerGone(Running state, WorkerGone command) {
    if (command.attempt() != state.history().attempt()) {
      return Effect().none();
    }
    Outcome lost = new Outcome.Failed(FailureKind.LOST, "worker " + state.worker() + " is gone");
    return onEnded(state, lost, Effort.NONE, false);
  }

  private Effect<StageEvent, StageState> onInterrupted(Running state, Interrupted command) {
    if (command.attempt() != state.history().attempt()) {
      return Effect().none();
    }
    Outcome lost =
        new Outcome.Failed(
            FailureKind.LOST, "the process ended while worker " + state.worker() + " had it");
    return onEnded(state, lost, Effort.NONE, true);
  }

  private Effect<StageEvent, StageState> onEnded(
      Running state, Outcome reported, Effort effort, boolean interrupted) {
    StageHistory history = state.history();
    Outcome outcome = plausible(reported);
    RetryPolicy.Decision decision =
        interrupted
            ? new RetryPolicy.Decision(false, false, Duration.ZERO)
            : RetryPolicy.decide(
                history,
                state.worker(),
                outcome,
                surroundings.settings().retry(),
                surroundings.seed());
    return Effect()
        .persist(
            new StageEvent.AttemptEnded(
                history.attempt(),
                outcome,
                effort,
                interrupted,
                decision.counted(),
                decision.last()))
        .thenRun(after -> afterEnd(state, after, outcome, decision.delay()));
  }

  private void afterEnd(Running before, StageState after, Outcome outcome, Duration delay) {
    surroundings.durability().decisive();
    int attempt = before.history().attempt();
    progress = Optional.empty();
    tellNode(attempt, new WorkerProtocol.EndAcknowledged(new AttemptId(stage, attempt)));
    if (nodes.containsKey(attempt)) {
      context.unwatch(nodes.get(attempt));
    }
    surroundings.scheduler().tell(new SchedulerProtocol.ReleaseSlot(stage));
    waitingFor = "";
    moved(before, after, "attempt " + attempt + " ended: " + StageViews.words(outcome));
    if (after instanceof Over over) {
      owner.ifPresent(known -> known.tell(new StageEnded(stage, over.ending())));
    } else if (!draining.isEmpty()) {
      waitFor(after, "waits for the next start");
    } else if (delay.isZero()) {
      askForSlot(after);
    } else {
      waitFor(after, StageViews.words(outcome) + "; tries again in " + StageViews.words(delay));
      timers.startSingleTimer(new AskForSlot(), delay);
    }
    draining.forEach(asker -> asker.tell(new Drained(stage)));
  }

  /** A result of the wrong kind is a fault of the worker, not a result. */
  private Outcome plausible(Outcome outcome) {
    if (!(outcome instanceof Outcome.Completed completed)) {
      return outcome;
    }
    boolean search = stage.key() instanceof StageKey.TeacherSearch;
    boolean teacher = completed.result() instanceof StageResult.TeacherFound;
    return search == teacher
        ? outcome
        : new Outcome.Failed(
            FailureKind.CRASH,
            "the worker left a "
                + completed.result().getClass().getSimpleName()
                + " for "
                + stage.key());
  }

  // ---- helpers

  private Effect<StageEvent, StageState> ignore(StageState state, Command command) {
    context
        .getLog()
        .debug(
            "{}: {} in state {} changes nothing", stage, command, state.getClass().getSimpleName());
    return Effect().none();
  }

  private void tellNode(int attempt, WorkerProtocol.Command message) {
    ActorRef<WorkerProtocol.Command> node = nodes.get(attempt);
    if (node != null) {
      node.tell(message);
    }
  }

  private static Optional<StageHistory> history(StageState state) {
    return StageViews.history(state);
  }

  private void moved(StageState before, StageState after, String reason) {
    context
        .getLog()
        .info(
            "{}: {} -> {}, {}",
            stage,
            before.getClass().getSimpleName(),
            after.getClass().getSimpleName(),
            reason);
    show(after);
  }

  private void show(StageState state) {
    surroundings
        .views()
        .tell(new StageChanged(stage, StageViews.of(stage.key(), state, waitingFor, progress)));
  }
}
