package dev.margrave.orchestrator.stage;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.margrave.orchestrator.stage.StageSupervisor.LeaseTick;
import dev.margrave.orchestrator.stage.StageSupervisor.RepeatOrder;
import dev.margrave.orchestrator.stage.StageSupervisor.WorkerGone;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.worker.StageMessage;
import dev.margrave.protocol.worker.WorkerProtocol;
import java.time.Duration;
import java.util.List;

/**
 * A stage's side of its conversation with the worker of its current attempt, and the lease: how
 * long a worker may be silent before the attempt counts as lost. Soft: an incarnation of the
 * supervisor that has just recovered knows no node, and starts the lease anew; the worker's next
 * word brings both back.
 *
 * <p>Silence is counted in ticks, in the order in which ticks and words come in. So the time in
 * which this process itself stood still, or waited for its journal, is nobody's silence.
 */
final class AttemptLink {
  private static final RepeatOrder REPEAT = new RepeatOrder();

  /** Of a lease. It lasts one more at most, for a word may come right after a tick. */
  private static final int TICKS = 10;

  private final StageId stage;
  private final ActorContext<StageMessage> context;
  private final TimerScheduler<StageMessage> timers;
  private final LeaseSettings settings;
  private ActorRef<WorkerProtocol.Command> node;
  private WorkerProtocol.Command unheard;
  private int silentTicks;
  private Duration lease = Duration.ZERO;

  /**
   * No attempt yet.
   *
   * @param context of the supervisor, which is sent {@link WorkerGone} when the node is gone for
   *     good, and {@link LeaseTick}
   */
  AttemptLink(
      StageId stage,
      ActorContext<StageMessage> context,
      TimerScheduler<StageMessage> timers,
      LeaseSettings settings) {
    this.stage = stage;
    this.context = context;
    this.timers = timers;
    this.settings = settings;
  }

  /** Gives the current attempt to a worker; says so again until the worker is heard. */
  void begin(StageHistory history, ActorRef<WorkerProtocol.Command> worker) {
    adopt(history.attempt(), worker);
    order(
        new WorkerProtocol.Begin(
            attempt(history.attempt()),
            history.spec(),
            history.resumeFrom(),
            history.watch().rescues()));
    renew(history.attempt());
  }

  /** The attempt ran when this supervisor recovered: its worker may still be at it. */
  void recovered(int attempt) {
    startLease(attempt, settings.reattach());
  }

  /** Its worker said something; returns whether for the first time since it was told to begin. */
  boolean heard(int attempt, ActorRef<WorkerProtocol.Command> worker) {
    boolean first = unheard instanceof WorkerProtocol.Begin;
    if (first) {
      unheard = null;
      timers.cancel(REPEAT);
    }
    adopt(attempt, worker);
    renew(attempt);
    return first;
  }

  /** Asks the worker to checkpoint and end; says so again until the attempt is over. */
  void handBack(int attempt) {
    order(new WorkerProtocol.HandBack(attempt(attempt)));
  }

  private void order(WorkerProtocol.Command command) {
    unheard = command;
    repeatOrder();
  }

  /** Says again what was not heard. */
  void repeatOrder() {
    if (unheard != null) {
      if (node != null) {
        node.tell(unheard);
      }
      timers.startSingleTimer(REPEAT, settings.repeatEvery());
    }
  }

  /** The report of that number is in the journal. */
  void recorded(int attempt, int number, List<ArtefactRef> obsolete) {
    if (node != null && number != WorkerProtocol.Delivery.UNNUMBERED) {
      node.tell(new WorkerProtocol.Recorded(attempt(attempt), number, obsolete));
    }
  }

  /** The attempt is over, and its worker knows. */
  void over() {
    timers.cancel(REPEAT);
    timers.cancel(LeaseTick.class);
    unheard = null;
    unwatch();
    node = null;
  }

  private void unwatch() {
    if (node != null && !settings.limited()) {
      context.unwatch(node);
    }
  }

  /**
   * The attempt is over without its worker: whatever it still does, it does for nobody.
   *
   * @param after the state in which it is over
   */
  void revoked(int attempt, StageState after) {
    if (node != null) {
      node.tell(new WorkerProtocol.Superseded(attempt(attempt), after.named(attempt)));
    }
    over();
  }

  private void adopt(int attempt, ActorRef<WorkerProtocol.Command> worker) {
    if (worker.equals(node)) {
      return;
    }
    unwatch();
    node = worker;
    if (!settings.limited()) {
      // Only within one process: others are known by what they say, and missed when they do not.
      context.watchWith(worker, new WorkerGone(attempt));
    }
  }

  private void renew(int attempt) {
    if (settings.limited()) {
      startLease(attempt, settings.lease());
    }
  }

  private void startLease(int attempt, Duration time) {
    silentTicks = 0;
    if (!timers.isTimerActive(LeaseTick.class) || !time.equals(lease)) {
      lease = time;
      timers.startTimerWithFixedDelay(
          LeaseTick.class, new LeaseTick(attempt), time.dividedBy(TICKS));
    }
  }

  /** Whether this incarnation of the supervisor knows the attempt's worker at all. */
  boolean isKnown() {
    return node != null;
  }

  /** Some of the lease has passed in silence; returns whether all of it has. */
  boolean tick() {
    silentTicks++;
    return silentTicks > TICKS;
  }

  private AttemptId attempt(int number) {
    return new AttemptId(stage, number);
  }
}
