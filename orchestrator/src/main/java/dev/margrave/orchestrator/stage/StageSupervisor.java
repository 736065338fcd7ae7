package dev.margrave.orchestrator.stage;

import akka.actor.typed.ActorRef;
import akka.actor.typed.BackoffSupervisorStrategy;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
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
import dev.margrave.orchestrator.stage.StageProtocol.Planned;
import dev.margrave.orchestrator.stage.StageProtocol.Run;
import dev.margrave.orchestrator.stage.StageProtocol.StageChanged;
import dev.margrave.orchestrator.stage.StageProtocol.StageEnded;
import dev.margrave.orchestrator.stage.StageProtocol.Suspend;
import dev.margrave.orchestrator.stage.StageState.Over;
import dev.margrave.orchestrator.stage.StageState.Running;
import dev.margrave.orchestrator.stage.StageState.Unplanned;
import dev.margrave.orchestrator.stage.StageState.Waiting;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.metrics.AttemptKind;
import dev.margrave.protocol.metrics.StageOutcome;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.StageMessage;
import dev.margrave.protocol.worker.WorkerProtocol.Delivery;
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

  /** What a supervisor is told by its own adapters, timers and watches. */
  sealed interface Internal extends Command {}

  record SlotAnswered(SchedulerProtocol.SlotReply reply) implements Internal {}

  record SchedulerGone() implements Internal {}

  record AskForSlot() implements Internal {}

  record RepeatOrder() implements Internal {}

  record WorkerGone(int attempt) implements Internal {}

  record LeaseTick(int attempt) implements Internal {}

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
   * @param instruments measure what happens
   */
  public record Surroundings(
      ActorRef<SchedulerProtocol.Command> scheduler,
      Consumer<StageChanged> views,
      Durability durability,
      StageSettings settings,
      Optional<BackoffSupervisorStrategy> retry,
      Consumer<ActorRef<StageMessage>> rest,
      long seed,
      StageInstruments instruments) {

    /** Nothing is measured. */
    public Surroundings(
        ActorRef<SchedulerProtocol.Command> scheduler,
        Consumer<StageChanged> views,
        Durability durability,
        StageSettings settings,
        Optional<BackoffSupervisorStrategy> retry,
        Consumer<ActorRef<StageMessage>> rest,
        long seed) {
      this(scheduler, views, durability, settings, retry, rest, seed, StageInstruments.NONE);
    }
  }

  private final ActorContext<StageMessage> context;
  private final StageId stage;
  private final Surroundings surroundings;

  // Soft: known to this incarnation only.
  private final SlotClaim slot;
  private final AttemptLink link;
  private final StageWishes wishes;
  private final StageDisplay display;

  private final StageEffects effects;
  private final StageSlots slots;
  private final StageEnds ends;
  private final StageReports reports;

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
    this.wishes = new StageWishes(stage);
    this.display =
        new StageDisplay(stage, context, surroundings.views(), surroundings.instruments(), slot);
    this.effects = new StageEffects(Effect(), stage, surroundings.instruments());
    this.slots = new StageSlots(effects, slot, link, wishes, display);
    this.ends =
        new StageEnds(stage, timers, effects, surroundings, link, slot, slots, wishes, display);
    this.reports = new StageReports(stage, context, effects, surroundings, link, ends, display);
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
        .onSignal(PostStop.instance(), state -> surroundings.instruments().left(stage))
        .build();
  }

  /** A stage that waits is passive until its experiment says Run: it may be paused. */
  private void onRecovered(StageState state) {
    if (state instanceof Running running && surroundings.settings().lease().limited()) {
      link.recovered(running.history().attempt());
    } else if (state instanceof Running running) {
      context.getSelf().tell(new Interrupted(running.history().attempt()));
    } else if (state instanceof Over) {
      ends.restSoon();
    }
    display.show(state);
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
        .onCommand(SlotAnswered.class, slots::onSlotAnswered)
        .onCommand(SchedulerGone.class, slots::onSchedulerGone)
        .onCommand(AskForSlot.class, slots::onAskForSlot)
        .onCommand(Cancel.class, this::onCancel);
    handle
        .forStateType(Running.class)
        .onCommand(Delivery.class, reports::onDelivery)
        .onCommand(Suspend.class, this::onSuspendWhileRunning)
        .onCommand(Drain.class, this::onDrainWhileRunning)
        .onCommand(Cancel.class, this::onCancel)
        .onCommand(SlotAnswered.class, (state, answer) -> ignore(state, answer))
        .onCommand(RepeatOrder.class, reports::onRepeatOrder)
        .onCommand(WorkerGone.class, ends::onWorkerGone)
        .onCommand(LeaseTick.class, ends::onLeaseTick)
        .onCommand(Interrupted.class, ends::onInterrupted);
    handle
        .forStateType(Over.class)
        .onCommand(Suspend.class, (over, command) -> ends.tellEnded(over, command.replyTo()))
        .onCommand(Cancel.class, (over, command) -> ends.tellEnded(over, command.replyTo()))
        .onCommand(Rest.class, (over, command) -> ends.onRest(over, command, context.getSelf()));
    handle
        .forAnyState()
        .onCommand(Run.class, this::onRepeatedRun)
        .onCommand(Suspend.class, this::onSuspendWhileIdle)
        .onCommand(Drain.class, this::onDrainWhileIdle)
        .onCommand(SlotAnswered.class, slots::onUnwantedSlot)
        .onCommand(Delivery.class, reports::onStaleDelivery)
        .onAnyCommand(this::ignore);
    return handle.build();
  }

  private Effect<StageEvent, StageState> onFirstRun(Unplanned state, Run command) {
    wishes.run(command.replyTo());
    return effects
        .persist(new StageEvent.Planned(command.spec(), command.rank()))
        .thenRun(
            after -> {
              command.replyTo().tell(new Planned(stage));
              display.moved(state, after, "planned");
              slots.ask(after);
            });
  }

  private Effect<StageEvent, StageState> onRepeatedRun(StageState state, Run command) {
    wishes.run(command.replyTo());
    return effects
        .persist(state.again(command))
        .thenRun(after -> afterRepeatedRun(state, after, command));
  }

  private void afterRepeatedRun(StageState before, StageState after, Run command) {
    if (after instanceof Over) {
      ends.tellOver(after, command.replyTo());
      return;
    }
    command.replyTo().tell(new Planned(stage));
    if (before instanceof Over) {
      ends.noRest();
      display.moved(before, after, "tried again");
    }
    slots.askOnce(after);
  }

  private Effect<StageEvent, StageState> onSuspendWhileIdle(StageState state, Suspend command) {
    wishes.suspend(command.replyTo());
    return giveWay(state);
  }

  private Effect<StageEvent, StageState> onSuspendWhileRunning(Running state, Suspend command) {
    wishes.suspendAfterAttempt(command.replyTo());
    link.handBack(state.history().attempt());
    return effects.none();
  }

  private Effect<StageEvent, StageState> onDrainWhileIdle(StageState state, Drain command) {
    wishes.drain(command.replyTo());
    return giveWay(state);
  }

  private Effect<StageEvent, StageState> onDrainWhileRunning(Running state, Drain command) {
    wishes.drainAfterAttempt(command.replyTo());
    return effects.none();
  }

  /** No attempt may start: it wants no slot. */
  private Effect<StageEvent, StageState> giveWay(StageState state) {
    wishes.hindrance().ifPresent(reason -> slots.waitFor(state, reason));
    surroundings.instruments().heldBack(stage);
    slot.release();
    return effects.none();
  }

  private Effect<StageEvent, StageState> onCancelOfNothing(Unplanned state, Cancel command) {
    var ending = new StageEnding(stage.key(), new Outcome.Cancelled(), 0, Effort.NONE, List.of());
    command.replyTo().tell(new StageEnded(stage, ending));
    return effects.none();
  }

  private Effect<StageEvent, StageState> onCancel(StageState state, Cancel command) {
    return effects
        .persist(new StageEvent.Cancelled())
        .thenRun(
            after -> {
              surroundings.durability().decisive();
              display.forgetProgress();
              slot.pause("");
              slot.release();
              StageViews.history(after)
                  .ifPresent(history -> link.revoked(history.attempt(), after));
              measureCancel(state);
              display.moved(state, after, "cancelled");
              ends.tellOver(after, command.replyTo());
            });
  }

  private void measureCancel(StageState before) {
    if (before instanceof Running) {
      surroundings.instruments().attemptEnded(stage, AttemptKind.CANCELLED);
    }
    surroundings.instruments().stageEnded(stage, StageOutcome.CANCELLED);
  }

  private Effect<StageEvent, StageState> ignore(StageState state, StageMessage command) {
    context
        .getLog()
        .debug(
            "{}: {} in state {} changes nothing", stage, command, state.getClass().getSimpleName());
    return effects.none();
  }
}
