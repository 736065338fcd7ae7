package dev.margrave.orchestrator.stage;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.margrave.orchestrator.stage.StageSupervisor.AskForSlot;
import dev.margrave.orchestrator.stage.StageSupervisor.SchedulerGone;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.spec.ResourceSpec;
import dev.margrave.protocol.worker.Needs;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.StageMessage;
import java.time.Duration;

/**
 * A stage's side of its conversation with the scheduler: whether it wants a slot, and if not, for
 * what it waits. Soft: known to this incarnation of its supervisor only.
 */
final class SlotClaim {
  private static final AskForSlot ASK = new AskForSlot();

  private final StageId stage;
  private final ActorRef<SchedulerProtocol.Command> scheduler;
  private final ActorRef<SchedulerProtocol.SlotReply> replies;
  private final ActorContext<StageMessage> context;
  private final TimerScheduler<StageMessage> timers;
  private final StageSettings settings;
  private boolean wanted;
  private String waitingFor = "";
  private ActorRef<SchedulerProtocol.Command> queuedBy;

  /**
   * A claim not made yet.
   *
   * @param scheduler finds the one that is in charge
   * @param replies where a slot is offered
   * @param timers of the supervisor, which is sent {@link AskForSlot} when it is time to ask again
   */
  SlotClaim(
      StageId stage,
      ActorRef<SchedulerProtocol.Command> scheduler,
      ActorRef<SchedulerProtocol.SlotReply> replies,
      ActorContext<StageMessage> context,
      TimerScheduler<StageMessage> timers,
      StageSettings settings) {
    this.stage = stage;
    this.scheduler = scheduler;
    this.replies = replies;
    this.context = context;
    this.timers = timers;
    this.settings = settings;
  }

  /** Asks for a slot, and again until one is taken; returns whether none was wanted before. */
  boolean ask(StageHistory history) {
    ResourceSpec resources = history.spec().experiment().resources();
    scheduler.tell(
        new SchedulerProtocol.RequestSlot(
            stage,
            Needs.of(history.spec().experiment(), stage.key()),
            resources.priority(),
            history.rank(),
            history.tries().exhaustedWorkers(),
            replies));
    // Soon again, until it is known that the request was heard.
    timers.startSingleTimer(
        ASK, queuedBy == null ? settings.lease().repeatEvery() : settings.askAgain());
    boolean first = !wanted;
    if (first) {
      wanted = true;
      waitingFor = "waits for a slot";
    }
    return first;
  }

  /** The scheduler has heard; returns whether the reason is another. */
  boolean queued(SchedulerProtocol.SlotQueued reply) {
    if (!wanted) {
      release();
      return false;
    }
    if (!reply.scheduler().equals(queuedBy)) {
      forgetScheduler();
      queuedBy = reply.scheduler();
      context.watchWith(queuedBy, new SchedulerGone());
    }
    timers.startSingleTimer(ASK, settings.askAgain());
    boolean changed = !reply.reason().equals(waitingFor);
    waitingFor = reply.reason();
    return changed;
  }

  /** The scheduler that had queued it is gone; returns whether the next one is to be asked. */
  boolean schedulerGone() {
    queuedBy = null;
    return wanted;
  }

  /** Whether a slot is wanted, or will be after a delay. */
  boolean pending() {
    return wanted || timers.isTimerActive(ASK);
  }

  /** Takes the slot that is offered; returns whether one is wanted. */
  boolean take() {
    if (!wanted) {
      return false;
    }
    wanted = false;
    timers.cancel(ASK);
    forgetScheduler();
    return true;
  }

  private void forgetScheduler() {
    if (queuedBy != null) {
      context.unwatch(queuedBy);
      queuedBy = null;
    }
  }

  /** Wants no slot for now, and says why. */
  void pause(String reason) {
    wanted = false;
    waitingFor = reason;
    timers.cancel(ASK);
    forgetScheduler();
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
  void attemptOver(SchedulerProtocol.Cause cause) {
    scheduler.tell(new SchedulerProtocol.ReleaseSlot(stage, cause));
    waitingFor = "";
  }

  /** As users read it; empty: for nothing that is known. */
  String waitingFor() {
    return waitingFor;
  }
}
