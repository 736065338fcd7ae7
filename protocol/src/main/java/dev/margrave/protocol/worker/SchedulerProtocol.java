package dev.margrave.protocol.worker;

import akka.actor.typed.ActorRef;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.WireMessage;

/**
 * How slots and stages find each other.
 *
 * <pre>
 *   worker     --RegisterWorker--&gt;  scheduler   (again whenever its slots change)
 *   supervisor --RequestSlot--&gt;     scheduler   (idempotent per stage)
 *   supervisor &lt;--SlotGranted--     scheduler
 *   supervisor --ReleaseSlot--&gt;     scheduler   (idempotent; also withdraws a request)
 *   worker     --UnregisterWorker--&gt; scheduler  (no more stages, please)
 * </pre>
 *
 * The scheduler's state is soft: it is rebuilt from what workers and supervisors say again.
 */
public interface SchedulerProtocol {
  /** To the scheduler. */
  sealed interface Command extends WireMessage {}

  /** A worker and how many stages it runs at once. */
  record RegisterWorker(String worker, int slots, ActorRef<WorkerProtocol.Command> node)
      implements Command {}

  /** The worker takes no more stages. */
  record UnregisterWorker(String worker) implements Command {}

  /**
   * A stage waits.
   *
   * @param priority higher goes first
   * @param rank within one priority lower goes first, then first come first served: how urgent the
   *     stage is within its experiment
   */
  record RequestSlot(StageId stage, int priority, int rank, ActorRef<SlotGranted> replyTo)
      implements Command {}

  /** The stage needs its slot, or its place in the queue, no more. */
  record ReleaseSlot(StageId stage) implements Command {}

  /** A slot for the stage. It is reserved until released. */
  record SlotGranted(StageId stage, String worker, ActorRef<WorkerProtocol.Command> node)
      implements WireMessage {}
}
