package dev.margrave.orchestrator.stage;

import akka.persistence.typed.javadsl.Effect;
import dev.margrave.orchestrator.stage.StageState.Running;
import dev.margrave.orchestrator.stage.StageState.Waiting;
import dev.margrave.orchestrator.stage.StageSupervisor.AskForSlot;
import dev.margrave.orchestrator.stage.StageSupervisor.SchedulerGone;
import dev.margrave.orchestrator.stage.StageSupervisor.SlotAnswered;
import dev.margrave.protocol.worker.SchedulerProtocol;

/** How a supervisor waits for a slot, and gives the next attempt to the worker that has it. */
final class StageSlots {
  private final StageEffects effects;
  private final SlotClaim slot;
  private final AttemptLink link;
  private final StageWishes wishes;
  private final StageDisplay display;

  /** Waits for nothing yet. */
  StageSlots(
      StageEffects effects,
      SlotClaim slot,
      AttemptLink link,
      StageWishes wishes,
      StageDisplay display) {
    this.effects = effects;
    this.slot = slot;
    this.link = link;
    this.wishes = wishes;
    this.display = display;
  }

  Effect<StageEvent, StageState> onAskForSlot(Waiting state, AskForSlot command) {
    ask(state);
    return effects.none();
  }

  Effect<StageEvent, StageState> onSchedulerGone(Waiting state, SchedulerGone command) {
    if (slot.schedulerGone()) {
      ask(state);
    }
    return effects.none();
  }

  Effect<StageEvent, StageState> onSlotAnswered(Waiting state, SlotAnswered answer) {
    if (answer.reply() instanceof SchedulerProtocol.SlotQueued queued) {
      if (slot.queued(queued)) {
        display.show(state);
      }
      return effects.none();
    }
    if (!slot.take()) {
      return onUnwantedSlot(state, answer);
    }
    var grant = (SchedulerProtocol.SlotGranted) answer.reply();
    int attempt = state.history().attempt() + 1;
    return effects
        .persist(new StageEvent.Assigned(attempt, grant.worker()))
        .thenRun(
            after -> {
              display.forgetProgress();
              display.moved(
                  state, after, "attempt " + attempt + " goes to worker " + grant.worker());
              link.begin(((Running) after).history(), grant.node());
            });
  }

  Effect<StageEvent, StageState> onUnwantedSlot(StageState state, SlotAnswered answer) {
    slot.release();
    return effects.none();
  }

  /** If the stage waits, and may start. */
  void ask(StageState state) {
    if (state instanceof Waiting waiting
        && wishes.hindrance().isEmpty()
        && slot.ask(waiting.history())) {
      display.show(state);
    }
  }

  /** Unless it is asked for already. */
  void askOnce(StageState state) {
    if (!slot.pending()) {
      ask(state);
    }
  }

  /** Wants no slot for now, and says why. */
  void waitFor(StageState state, String reason) {
    slot.pause(reason);
    display.show(state);
  }
}
