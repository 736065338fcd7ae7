package dev.margrave.orchestrator.stage;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.margrave.orchestrator.stage.StageSupervisor.AskForSlot;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.worker.SchedulerProtocol;
import java.time.Duration;

/**
 * A stage's side of its conversation with the scheduler: whether it wants a slot, and if not, for
 * what it waits. Soft: known to this incarnation of its supervisor only.
 */
final class SlotClaim {
  private static final AskForSlot ASK = new AskForSlot();

  private final StageId stage;
  private final ActorRef<SchedulerProtocol.Command> scheduler;
  private final ActorRef<SchedulerProtocol.SlotGranted> grants;
  private final TimerScheduler<StageProtocol.Command> timers;
  private final Duration askAgain;
  private boolean wanted;
  private String waitingFor = "";

  /**
   * A claim not made yet.
   *
   * @param grants where a slot is offered
   * @param timers of the supervisor, which is sent {@link AskForSlot} when it is time to ask again
   * @param askAgain after which a scheduler that has not answered is asked again
   */
  SlotClaim(
      StageId stage,
      ActorRef<SchedulerProtocol.Command> scheduler,
      ActorRef<SchedulerProtocol.SlotGranted> grants,
      TimerScheduler<StageProtocol.Command> timers,
      Duration askAgain) {
    this.stage = stage;
    this.scheduler = scheduler;
    this.grants = grants;
    this.timers = timers;
    this.askAgain = askAgain;
  }

  /** Asks for a slot, and again until one is taken; returns whether none was wanted before. */
  boolean ask(StageHistory history) {
    scheduler.tell(
        new SchedulerProtocol.RequestSlot(
            stage, history.spec().experiment().resources().priority(), history.rank(), grants));
    timers.startSingleTimer(ASK, askAgain);
    boolean first = !wanted;
    if (first) {
      wanted = true;
      waitingFor = "waits for a slot";
    }
    return first;
  }

  /** Takes the slot that is offered; returns whether one is wanted. */
  boolean take() {
    if (!wanted) {
      return false;
    }
    wanted = false;
    timers.cancel(ASK);
    return true;
  }

  /** Wants no slot for now, and says why. */
  void pause(String reason) {
    wanted = false;
    waitingFor = reason;
    timers.cancel(ASK);
  }

  /** The supervisor is to ask after that time. */
  void askAfter(Duration delay) {
    timers.startSingleTimer(ASK, delay);
  }

  /** Gives back what the scheduler has granted or was asked for. */
  void release() {
    scheduler.tell(new SchedulerProtocol.ReleaseSlot(stage));
  }

  /** Gives back the slot of an attempt that is over. */
  void attemptOver() {
    release();
    waitingFor = "";
  }

  /** As users read it; empty: for nothing that is known. */
  String waitingFor() {
    return waitingFor;
  }
}
