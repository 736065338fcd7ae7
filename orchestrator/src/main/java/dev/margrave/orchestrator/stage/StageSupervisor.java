package dev.margrave.orchestrator.stage;

import akka.actor.typed.ActorRef;
import akka.actor.typed.BackoffSupervisorStrategy;
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
import dev.margrave.orchestrator.journal.JournalTags;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.orchestrator.stage.StageProtocol.Cancel;
import dev.margrave.orchestrator.stage.StageProtocol.Command;
import dev.margrave.orchestrator.stage.StageProtocol.Drain;
import dev.margrave.orchestrator.stage.StageProtocol.Drained;
import dev.margrave.orchestrator.stage.StageProtocol.Notice;
import dev.margrave.orchestrator.stage.StageProtocol.Planned;
import dev.margrave.orchestrator.stage.StageProtocol.Run;
import dev.margrave.orchestrator.stage.StageProtocol.StageChanged;
import dev.margrave.orchestrator.stage.StageProtocol.StageEnded;
import dev.margrave.orchestrator.stage.StageProtocol.Suspend;
import dev.margrave.orchestrator.stage.StageProtocol.Suspended;
import dev.margrave.orchestrator.stage.StageState.Over;
import dev.margrave.orchestrator.stage.StageState.Running;
import dev.margrave.orchestrator.stage.StageState.Unplanned;
import dev.margrave.orchestrator.stage.StageState.Waiting;
import dev.margrave.orchestrator.view.StageProgress;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.StageMessage;
import dev.margrave.protocol.worker.WorkerProtocol;
import dev.margrave.protocol.worker.WorkerProtocol.Delivery;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Takes one stage through its attempts to its one end. Whatever it does was persisted first; the
 * attempt's number is the fencing token. {@link StageProtocol} draws its conversations.
 *
 * <p>Where workers live in other processes, an attempt that runs when this supervisor recovers
 * still runs: its worker has a lease to be heard. Where they share the supervisor's process it is
 * over, and the next one goes on from the last committed checkpoint.
 */
public final class StageSupervisor
    extends EventSourcedBehavior<StageMessage, StageEvent, StageState> {

  /** Events between two snapshots. */
  private static final int SNAPSHOT_EVERY_EVENTS = 100;

  private static final int KEPT_SNAPSHOTS = 2;

  /** Over for so long without being spoken to, it leaves the memory. */
  private static final Duration REST_AFTER = Duration.ofSeconds(10);

  private static final Rest REST = new Rest();
  private static final String PAUSED = "paused";
  private static final String NEXT_START = "waits for the next start";

  /** What a supervisor is told by its own adapters, timers and watches. */
  sealed interface Internal extends Command {}

  record SlotAnswered(SchedulerProtocol.SlotReply reply) implements Internal {}

  record SchedulerGone() implements Internal {}

  record AskForSlot() implements Internal {}

  record RepeatOrder() implements Internal {}

  record WorkerGone(int attempt) implements Internal {}

  record LeaseExpired(int attempt) implements Internal {}

  record Interrupted(int attempt) implements Internal {}

  /** It is over and nobody has spoken to it for a while: it need not be held in memory. */
  record Rest() implements Internal {}

  /**
   * What a supervisor works with.
   *
   * @param scheduler finds the one that is in charge
   * @param views are told whatever changes
   * @param retry how it comes back when the journal failed it; empty: it fails too
   * @param rest is told of a supervisor that may be stopped: it is over, and the journal knows
   * @param seed of the jitter
   */
  public record Surroundings(
      ActorRef<SchedulerProtocol.Command> scheduler,
      Consumer<StageChanged> views,
      Durability durability,
      StageSettings settings,
      Optional<BackoffSupervisorStrategy> retry,
      Consumer<ActorRef<StageMessage>> rest,
      long seed) {}

  private final ActorContext<StageMessage> context;
  private final TimerScheduler<StageMessage> timers;
  private final StageId stage;
  private final Surroundings surroundings;

  // Soft: known to this incarnation only.
  private final SlotClaim slot;
  private final AttemptLink link;
  private final Set<ActorRef<Drained>> draining = new LinkedHashSet<>();
  private final Set<ActorRef<Notice>> suspending = new LinkedHashSet<>();
  private boolean suspended;
  private Optional<ActorRef<Notice>> owner = Optional.empty();
  private Optional<StageProgress> progress = Optional.empty();

  /** The supervisor of a stage; the journal knows where it stands. */
  public static Behavior<StageMessage> create(StageId stage, Surroundings surroundings) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new StageSupervisor(context, timers, stage, surroundings)));
  }

  private StageSupervisor(
      ActorContext<StageMessage> context,
      TimerScheduler<StageMessage> timers,
      StageId stage,
      Surroundings surroundings) {
    super(PersistenceId.of("stage", stage.text()), surroundings.retry().orElse(null));
    this.context = context;
    this.timers = timers;
    this.stage = stage;
    this.surroundings = surroundings;
    this.slot =
        new SlotClaim(
            stage,
            surroundings.scheduler(),
            context.messageAdapter(SchedulerProtocol.SlotReply.class, SlotAnswered::new),
            context,
            timers,
            surroundings.settings());
    this.link = new AttemptLink(stage, context, timers, surroundings.settings().lease());
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
  public Set<String> tagsFor(StageEvent event) {
    return JournalTags.of(stage.experiment());
  }

  @Override
  public SignalHandler<StageState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.instance(), this::onRecovered)
        .build();
  }

  /** A stage that waits is passive until its experiment says Run: it may be paused. */
  private void onRecovered(StageState state) {
    if (state instanceof Running running && surroundings.settings().lease().limited()) {
      link.recovered(running.history().attempt());
    } else if (state instanceof Running running) {
      context.getSelf().tell(new Interrupted(running.history().attempt()));
    } else if (state instanceof Over) {
      restSoon();
    }
    show(state);
  }

  @Override
  public CommandHandler<StageMessage, StageEvent, StageState> commandHandler() {
    var handle = newCommandHandlerBuilder();
    handle
        .forStateType(Unplanned.class)
        .onCommand(Run.class, this::onFirstRun)
        .onCommand(Cancel.class, this::onCancelOfNothing);
    handle
        .forStateType(Waiting.class)
        .onCommand(SlotAnswered.class, this::onSlotAnswered)
        .onCommand(SchedulerGone.class, this::onSchedulerGone)
        .onCommand(AskForSlot.class, this::onAskForSlot)
        .onCommand(Cancel.class, this::onCancel);
    handle
        .forStateType(Running.class)
        .onCommand(Delivery.class, this::onDelivery)
        .onCommand(Suspend.class, this::onSuspendWhileRunning)
        .onCommand(Drain.class, this::onDrainWhileRunning)
        .onCommand(Cancel.class, this::onCancel)
        .onCommand(SlotAnswered.class, (state, answer) -> ignore(state, answer))
        .onCommand(RepeatOrder.class, this::onRepeatOrder)
        .onCommand(WorkerGone.class, this::onWorkerGone)
        .onCommand(LeaseExpired.class, this::onLeaseExpired)
        .onCommand(Interrupted.class, this::onInterrupted);
    handle
        .forStateType(Over.class)
        .onCommand(Suspend.class, (over, command) -> tellEnded(over, command.replyTo()))
        .onCommand(Cancel.class, (over, command) -> tellEnded(over, command.replyTo()))
        .onCommand(Rest.class, this::onRest);
    handle
        .forAnyState()
        .onCommand(Run.class, this::onRepeatedRun)
        .onCommand(Suspend.class, this::onSuspendWhileIdle)
        .onCommand(Drain.class, this::onDrainWhileIdle)
        .onCommand(SlotAnswered.class, this::onUnwantedSlot)
        .onCommand(Delivery.class, this::onStaleDelivery)
        .onAnyCommand(this::ignore);
    return handle.build();
  }

  // ---- what the experiment wants

  private Effect<StageEvent, StageState> onFirstRun(Unplanned state, Run command) {
    owner = Optional.of(command.replyTo());
    suspended = false;
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
    suspended = false;
    return Effect()
        .persist(state.again(command))
        .thenRun(after -> afterRepeatedRun(state, after, command));
  }

  private void afterRepeatedRun(StageState before, StageState after, Run command) {
    if (after instanceof Over over) {
      command.replyTo().tell(new StageEnded(stage, over.ending()));
      restSoon();
      return;
    }
    command.replyTo().tell(new Planned(stage));
    if (before instanceof Over) {
      timers.cancel(REST);
      moved(before, after, "tried again");
    }
    if (after instanceof Waiting && !slot.pending()) {
      askForSlot(after);
    }
  }

  private Effect<StageEvent, StageState> onSuspendWhileIdle(StageState state, Suspend command) {
    suspended = true;
    waitFor(state, PAUSED);
    slot.release();
    command.replyTo().tell(new Suspended(stage));
    return Effect().none();
  }

  private Effect<StageEvent, StageState> onSuspendWhileRunning(Running state, Suspend command) {
    suspended = true;
    suspending.add(command.replyTo());
    link.handBack(state.history().attempt());
    return Effect().none();
  }

  private Effect<StageEvent, StageState> onCancelOfNothing(Unplanned state, Cancel command) {
    var ending = new StageEnding(stage.key(), new Outcome.Cancelled(), 0, Effort.NONE, List.of());
    command.replyTo().tell(new StageEnded(stage, ending));
    return Effect().none();
  }

  private Effect<StageEvent, StageState> onCancel(StageState state, Cancel command) {
    return Effect()
        .persist(new StageEvent.Cancelled())
        .thenRun(
            after -> {
              surroundings.durability().decisive();
              progress = Optional.empty();
              slot.pause("");
              slot.release();
              StageViews.history(after).ifPresent(history -> link.revoked(history.attempt()));
              moved(state, after, "cancelled");
              tellOver(after, command.replyTo());
            });
  }

  private Effect<StageEvent, StageState> tellEnded(Over over, ActorRef<Notice> replyTo) {
    replyTo.tell(new StageEnded(stage, over.ending()));
    return Effect().none();
  }

  private Effect<StageEvent, StageState> onDrainWhileIdle(StageState state, Drain command) {
    draining.add(command.replyTo());
    waitFor(state, NEXT_START);
    slot.release();
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

  private Effect<StageEvent, StageState> onSchedulerGone(Waiting state, SchedulerGone command) {
    if (slot.schedulerGone()) {
      askForSlot(state);
    }
    return Effect().none();
  }

  private void askForSlot(StageState state) {
    if (state instanceof Waiting waiting
        && draining.isEmpty()
        && !suspended
        && slot.ask(waiting.history())) {
      show(state);
    }
  }

  private void waitFor(StageState state, String reason) {
    slot.pause(reason);
    show(state);
  }

  private Effect<StageEvent, StageState> onSlotAnswered(Waiting state, SlotAnswered answer) {
    if (answer.reply() instanceof SchedulerProtocol.SlotQueued queued) {
      if (slot.queued(queued)) {
        show(state);
      }
      return Effect().none();
    }
    if (!slot.take()) {
      return onUnwantedSlot(state, answer);
    }
    var grant = (SchedulerProtocol.SlotGranted) answer.reply();
    int attempt = state.history().attempt() + 1;
    return Effect()
        .persist(new StageEvent.Assigned(attempt, grant.worker()))
        .thenRun(
            after -> {
              progress = Optional.empty();
              moved(state, after, "attempt " + attempt + " goes to worker " + grant.worker());
              link.begin(((Running) after).history(), grant.node());
            });
  }

  private Effect<StageEvent, StageState> onUnwantedSlot(StageState state, SlotAnswered answer) {
    slot.release();
    return Effect().none();
  }

  // ---- reports

  private Effect<StageEvent, StageState> onRepeatOrder(Running state, RepeatOrder command) {
    link.repeatOrder();
    return Effect().none();
  }

  private Effect<StageEvent, StageState> onDelivery(Running state, Delivery delivery) {
    WorkerProtocol.Report report = delivery.report();
    if (!report.attempt().equals(new AttemptId(stage, state.history().attempt()))) {
      return onStaleDelivery(state, delivery);
    }
    link.heard(state.history().attempt(), delivery.node());
    if (report instanceof WorkerProtocol.Ended ended) {
      return onEnded(
          state,
          delivery.number(),
          AttemptEnding.reported(
              state, ended.outcome(), ended.effort(), retry(), surroundings.seed()));
    }
    if (report instanceof WorkerProtocol.Progressed progressed) {
      progress = Optional.of(StageViews.progress(progressed));
      show(state);
      return Effect().none();
    }
    return onNews(state, delivery);
  }

  private Effect<StageEvent, StageState> onNews(Running state, Delivery delivery) {
    StageHistory history = state.history();
    List<StageEvent> news = history.news(delivery.report());
    int limit = surroundings.settings().maximumEvaluations();
    if (news.size() == 1
        && news.get(0) instanceof StageEvent.Evaluated
        && history.measured().margins().size() >= limit) {
      context.getLog().warn("{}: the limit of {} kept evaluations is reached", stage, limit);
      news = List.of();
    }
    boolean saved = delivery.report() instanceof WorkerProtocol.CheckpointSaved;
    boolean changed = !news.isEmpty();
    return Effect()
        .persist(news)
        .thenRun(
            after -> {
              SavedWork kept = ((Running) after).history().saved();
              if (changed && saved) {
                surroundings.durability().decisive();
              }
              link.recorded(
                  history.attempt(),
                  delivery.number(),
                  saved
                      ? kept.deletable(changed ? history.saved().obsolete() : List.of())
                      : List.of());
              if (changed) {
                show(after);
              }
            });
  }

  /** Of an attempt that is over. Its worker may not have heard, or may be a zombie. */
  private Effect<StageEvent, StageState> onStaleDelivery(StageState state, Delivery delivery) {
    AttemptId attempt = delivery.report().attempt();
    boolean lastOne =
        StageViews.history(state).map(StageHistory::attempt).equals(Optional.of(attempt.number()));
    if (lastOne && delivery.report() instanceof WorkerProtocol.Ended) {
      delivery.node().tell(new WorkerProtocol.Recorded(attempt, delivery.number(), List.of()));
    } else {
      context.getLog().info("{}: report of an attempt that is over", attempt);
      delivery.node().tell(new WorkerProtocol.Superseded(attempt));
    }
    return Effect().none();
  }

  // ---- the end of an attempt

  private Effect<StageEvent, StageState> onWorkerGone(Running state, WorkerGone command) {
    return command.attempt() == state.history().attempt()
        ? onEnded(
            state,
            Delivery.UNNUMBERED,
            AttemptEnding.workerGone(state, retry(), surroundings.seed()))
        : Effect().none();
  }

  private Effect<StageEvent, StageState> onLeaseExpired(Running state, LeaseExpired command) {
    return command.attempt() == state.history().attempt()
        ? onEnded(
            state,
            Delivery.UNNUMBERED,
            AttemptEnding.leaseExpired(
                state, surroundings.settings().lease().lease(), retry(), surroundings.seed()))
        : Effect().none();
  }

  private Effect<StageEvent, StageState> onInterrupted(Running state, Interrupted command) {
    return command.attempt() == state.history().attempt()
        ? onEnded(state, Delivery.UNNUMBERED, AttemptEnding.interrupted(state))
        : Effect().none();
  }

  private Effect<StageEvent, StageState> onEnded(Running state, int number, AttemptEnding ending) {
    return Effect()
        .persist(ending.event())
        .thenRun(after -> afterEnd(state, after, number, ending));
  }

  private void afterEnd(Running before, StageState after, int number, AttemptEnding ending) {
    surroundings.durability().decisive();
    int attempt = ending.event().attempt();
    String outcome = StageViews.words(ending.event().outcome());
    progress = Optional.empty();
    if (number == Delivery.UNNUMBERED) {
      link.revoked(attempt);
    } else {
      link.recorded(attempt, number, List.of());
      link.over();
    }
    slot.attemptOver(ending.cause());
    moved(before, after, "attempt " + attempt + " ended: " + outcome);
    if (after instanceof Over) {
      owner.ifPresent(known -> tellOver(after, known));
      suspending.forEach(asker -> tellOver(after, asker));
    } else if (!draining.isEmpty()) {
      waitFor(after, NEXT_START);
    } else if (suspended) {
      waitFor(after, PAUSED);
      suspending.forEach(asker -> asker.tell(new Suspended(stage)));
    } else if (ending.delay().isZero()) {
      askForSlot(after);
    } else {
      waitFor(after, outcome + "; tries again in " + StageViews.words(ending.delay()));
      slot.askAfter(ending.delay());
    }
    suspending.clear();
    draining.forEach(asker -> asker.tell(new Drained(stage)));
  }

  private void tellOver(StageState state, ActorRef<Notice> asker) {
    asker.tell(new StageEnded(stage, ((Over) state).ending()));
    restSoon();
  }

  private Effect<StageEvent, StageState> onRest(Over state, Rest command) {
    surroundings.rest().accept(context.getSelf());
    return Effect().none();
  }

  private void restSoon() {
    timers.startSingleTimer(REST, REST_AFTER);
  }

  // ---- helpers

  private Effect<StageEvent, StageState> ignore(StageState state, StageMessage command) {
    context
        .getLog()
        .debug(
            "{}: {} in state {} changes nothing", stage, command, state.getClass().getSimpleName());
    return Effect().none();
  }

  private RetrySettings retry() {
    return surroundings.settings().retry();
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
        .accept(
            new StageChanged(
                stage, StageViews.of(stage.key(), state, slot.waitingFor(), progress)));
  }
}
