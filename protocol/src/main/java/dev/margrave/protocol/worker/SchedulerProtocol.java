package dev.margrave.protocol.worker;

import akka.actor.typed.ActorRef;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.WireMessage;
import java.util.List;

/**
 * How slots and stages find each other.
 *
 * <pre>
 *   worker     --RegisterWorker--&gt;   scheduler   (again and again: also says what runs there)
 *   worker     --UnregisterWorker--&gt; scheduler   (no more stages, please)
 *   supervisor --RequestSlot--&gt;      scheduler   (idempotent per stage)
 *   supervisor &lt;--SlotQueued--       scheduler   (for what it waits)
 *   supervisor &lt;--SlotGranted--      scheduler
 *   supervisor --ReleaseSlot--&gt;      scheduler   (idempotent; also withdraws a request)
 *   user       --ListWorkers--&gt;      scheduler   &lt;--Workers--
 * </pre>
 *
 * The scheduler's state is soft: a new one is told everything again, by workers within one
 * registration interval, by supervisors because they watch the one that had queued them.
 */
public interface SchedulerProtocol {
  /** To the scheduler. */
  sealed interface Command extends WireMessage {}

  /**
   * A worker, what it has, and what runs there.
   *
   * @param worker its name; another node of the same name takes its place
   * @param running attempts that hold its slots, ended ones whose end is not in the journal
   *     included
   */
  record RegisterWorker(
      String worker,
      Capabilities capabilities,
      List<AttemptId> running,
      ActorRef<WorkerProtocol.Command> node)
      implements Command {
    public RegisterWorker {
      running = List.copyOf(running);
    }
  }

  /** The worker takes no more stages. */
  record UnregisterWorker(String worker) implements Command {}

  /**
   * A stage waits.
   *
   * @param priority higher goes first
   * @param rank within one priority and experiment lower goes first, then first come first served
   * @param avoid workers that it is not given to, because it ran out of their resources
   */
  record RequestSlot(
      StageId stage,
      Needs needs,
      int priority,
      int rank,
      List<String> avoid,
      ActorRef<SlotReply> replyTo)
      implements Command {
    public RequestSlot {
      avoid = List.copyOf(avoid);
    }
  }

  /** The stage needs its slot, or its place in the queue, no more. */
  record ReleaseSlot(StageId stage, Cause cause) implements Command {
    /** After a plain end. */
    public ReleaseSlot(StageId stage) {
      this(stage, Cause.DONE);
    }
  }

  /** Why a slot is released. */
  enum Cause {
    /** Nothing is wrong with the worker. */
    DONE,
    /** The worker had not enough: too often, and it is given no stages for a while. */
    EXHAUSTED,
    /** The worker fell silent: it is given no stages until it registers again. */
    LOST
  }

  /** Who is there? */
  record ListWorkers(ActorRef<Workers> replyTo) implements Command {}

  /** To a supervisor. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = SlotGranted.class, name = "granted"),
    @JsonSubTypes.Type(value = SlotQueued.class, name = "queued")
  })
  sealed interface SlotReply extends WireMessage {
    StageId stage();
  }

  /** A slot for the stage. It is reserved until released. */
  record SlotGranted(StageId stage, String worker, ActorRef<WorkerProtocol.Command> node)
      implements SlotReply {}

  /**
   * The stage waits.
   *
   * @param reason for what, as users read it: {@code waits for a slot}, {@code no worker has a GPU}
   * @param scheduler that has queued it: to be watched
   */
  record SlotQueued(StageId stage, String reason, ActorRef<Command> scheduler)
      implements SlotReply {}

  /** Those who are there, by name. */
  record Workers(List<Worker> workers) implements WireMessage {
    public Workers {
      workers = List.copyOf(workers);
    }
  }

  /**
   * A worker as the scheduler knows it.
   *
   * @param address of its node
   * @param state {@code free}, {@code busy}, {@code excluded} or {@code unreachable}
   * @param reason why it is excluded; empty otherwise
   * @param running stages that hold its slots
   */
  record Worker(
      String worker,
      String address,
      String state,
      String reason,
      Capabilities capabilities,
      List<StageId> running) {
    public Worker {
      running = List.copyOf(running);
    }
  }
}
