package dev.margrave.orchestrator.stage;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.persistence.typed.javadsl.Effect;
import dev.margrave.orchestrator.stage.StageProtocol.Notice;
import dev.margrave.orchestrator.stage.StageProtocol.StageEnded;
import dev.margrave.orchestrator.stage.StageState.Over;
import dev.margrave.orchestrator.stage.StageState.Running;
import dev.margrave.orchestrator.stage.StageState.Waiting;
import dev.margrave.orchestrator.stage.StageSupervisor.Interrupted;
import dev.margrave.orchestrator.stage.StageSupervisor.LeaseTick;
import dev.margrave.orchestrator.stage.StageSupervisor.Rest;
import dev.margrave.orchestrator.stage.StageSupervisor.WorkerGone;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.metrics.AttemptKind;
import dev.margrave.protocol.metrics.StageOutcome;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.StageMessage;
import dev.margrave.protocol.worker.WorkerProtocol;
import dev.margrave.protocol.worker.WorkerProtocol.Delivery;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How a supervisor takes the end of an attempt, and tells the end of the stage. */
final class StageEnds {
  /** Over for so long without being spoken to, a supervisor leaves the memory. */
  private static final Duration REST_AFTER = Duration.ofSeconds(10);

  private static final Rest REST = new Rest();

  private final StageId stage;
  private final TimerScheduler<StageMessage> timers;
  private final StageEffects effects;
  private final StageSupervisor.Surroundings surroundings;
  private final AttemptLink link;
  private final SlotClaim slot;
  private final StageSlots slots;
  private final StageWishes wishes;
  private final StageDisplay display;

  /** Nothing has ended yet. */
  StageEnds(
      StageId stage,
      TimerScheduler<StageMessage> timers,
      StageEffects effects,
      StageSupervisor.Surroundings surroundings,
      AttemptLink link,
      SlotClaim slot,
      StageSlots slots,
      StageWishes wishes,
      StageDisplay display) {
    this.stage = stage;
    this.timers = timers;
    this.effects = effects;
    this.surroundings = surroundings;
    this.link = link;
    this.slot = slot;
    this.slots = slots;
    this.wishes = wishes;
    this.display = display;
  }

  Effect<StageEvent, StageState> onReported(
      Running state, int number, WorkerProtocol.Ended report) {
    return ended(
        state,
        number,
        AttemptEnding.reported(
            state, report.outcome(), report.effort(), retry(), surroundings.seed()));
  }

  Effect<StageEvent, StageState> onWorkerGone(Running state, WorkerGone command) {
    return command.attempt() == state.history().attempt()
        ? ended(
            state,
            Delivery.UNNUMBERED,
            AttemptEnding.workerGone(state, retry(), surroundings.seed()))
        : effects.none();
  }

  Effect<StageEvent, StageState> onLeaseTick(Running state, LeaseTick tick) {
    if (tick.attempt() != state.history().attempt() || !link.tick()) {
      return effects.none();
    }
    LeaseSettings lease = surroundings.settings().lease();
    return ended(
        state,
        Delivery.UNNUMBERED,
        link.isKnown()
            ? AttemptEnding.leaseExpired(state, lease.lease(), retry(), surroundings.seed())
            : AttemptEnding.neverHeardAgain(state, lease.reattach()));
  }

  Effect<StageEvent, StageState> onInterrupted(Running state, Interrupted command) {
    return command.attempt() == state.history().attempt()
        ? ended(state, Delivery.UNNUMBERED, AttemptEnding.interrupted(state))
        : effects.none();
  }

  /**
   * Ends the attempt, whose worker trains on with a lost margin, and asks for a slot for the next
   * one, which applies a rescue.
   */
  Effect<StageEvent, StageState> onMarginLost(Running state, StageEvent.Evaluated evaluated) {
    var rescue = state.history().rescue(evaluated.evaluation());
    return effects
        .persist(List.of(evaluated, rescue))
        .thenRun(
            after -> {
              surroundings.durability().decisive();
              display.forgetProgress();
              link.revoked(rescue.attempt(), after);
              slot.attemptOver(SchedulerProtocol.Cause.DONE);
              surroundings.instruments().attemptEnded(stage, AttemptKind.RESCUED);
              display.moved(
                  state,
                  after,
                  "attempt "
                      + rescue.attempt()
                      + " lost its margin: "
                      + StageViews.rescue(((Waiting) after).history()));
              goOn(after, Duration.ZERO, "");
            });
  }

  private Effect<StageEvent, StageState> ended(Running state, int number, AttemptEnding ending) {
    return effects.persist(ending.event()).thenRun(after -> afterEnd(state, after, number, ending));
  }

  private void afterEnd(Running before, StageState after, int number, AttemptEnding ending) {
    surroundings.durability().decisive();
    int attempt = ending.event().attempt();
    String outcome = StageViews.words(ending.event().outcome());
    display.forgetProgress();
    if (number == Delivery.UNNUMBERED) {
      link.revoked(attempt, after);
    } else {
      link.recorded(attempt, number, List.of());
      link.over();
    }
    slot.attemptOver(ending.cause());
    measure(after, ending.event());
    display.moved(before, after, "attempt " + attempt + " ended: " + outcome);
    if (after instanceof Over) {
      wishes.stageOver(asker -> tellOver(after, asker));
      return;
    }
    goOn(after, ending.delay(), outcome);
  }

  private void measure(StageState after, StageEvent.AttemptEnded event) {
    surroundings
        .instruments()
        .attemptEnded(
            stage, event.interrupted() ? AttemptKind.INTERRUPTED : AttemptKind.of(event.outcome()));
    if (after instanceof Over over) {
      surroundings.instruments().stageEnded(stage, StageOutcome.of(over.outcome()));
    }
  }

  /** Another attempt follows, unless somebody does not want that now. */
  private void goOn(StageState after, Duration delay, String outcome) {
    Optional<String> hindrance = wishes.hindrance();
    if (hindrance.isPresent()) {
      surroundings.instruments().heldBack(stage);
      slots.waitFor(after, hindrance.get());
    } else if (delay.isZero()) {
      slots.ask(after);
    } else {
      slots.waitFor(after, outcome + "; tries again in " + StageViews.words(delay));
      slot.askAfter(delay);
    }
    wishes.attemptOver();
  }

  /** To somebody who waits for the end, or asks after it. */
  void tellOver(StageState state, ActorRef<Notice> asker) {
    tellEnded((Over) state, asker);
    restSoon();
  }

  Effect<StageEvent, StageState> tellEnded(Over over, ActorRef<Notice> asker) {
    asker.tell(new StageEnded(stage, over.ending()));
    return effects.none();
  }

  Effect<StageEvent, StageState> onRest(Over state, Rest command, ActorRef<StageMessage> self) {
    surroundings.rest().accept(self);
    return effects.none();
  }

  /** Unless it is spoken to, and goes on. */
  void restSoon() {
    timers.startSingleTimer(REST, REST_AFTER);
  }

  void noRest() {
    timers.cancel(REST);
  }

  private RetrySettings retry() {
    return surroundings.settings().retry();
  }
}
