package dev.margrave.workers.actor;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.FailureKind;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.WorkerProtocol;
import dev.margrave.workers.stage.StageOrder;
import dev.margrave.workers.stage.StopRequest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A node's slots: registers them, runs one {@link StageWorker} per attempt, and on a drain hands
 * everything back.
 */
public final class WorkerNode extends AbstractBehavior<WorkerNode.Command> {

  /** What a worker node is told. */
  public sealed interface Command {}

  /** From a stage supervisor. */
  private record Deliver(WorkerProtocol.Command command) implements Command {}

  /**
   * The node goes away: every stage checkpoints and is handed back, no new one begins. Idempotent.
   *
   * @param replyTo is told when the last one has been acknowledged
   */
  public record Drain(ActorRef<Drained> replyTo) implements Command {}

  /** Nothing runs here any more. */
  public record Drained(String worker) {}

  private record WorkerStopped(AttemptId attempt) implements Command {}

  /** An attempt, the actor that runs it, and who is told of its end. */
  private record Running(
      AttemptId attempt,
      ActorRef<StageWorker.Command> actor,
      ActorRef<WorkerProtocol.Report> supervisor) {}

  private final String worker;
  private final StageJobs jobs;
  private final ArtefactStore store;
  private final ActorRef<SchedulerProtocol.Command> scheduler;
  private final Map<StageId, Running> running = new HashMap<>();

  /** Silenced or acknowledged, and about to stop. */
  private final Set<AttemptId> leaving = new HashSet<>();

  private ActorRef<Drained> drainedTo;

  /**
   * A node that registers itself.
   *
   * @param worker its name, unique among the scheduler's workers
   * @param slots stages at once, ≥ 1
   */
  public static Behavior<Command> create(
      String worker,
      int slots,
      StageJobs jobs,
      ArtefactStore store,
      ActorRef<SchedulerProtocol.Command> scheduler) {
    return Behaviors.setup(
        context -> new WorkerNode(context, worker, slots, jobs, store, scheduler));
  }

  private WorkerNode(
      ActorContext<Command> context,
      String worker,
      int slots,
      StageJobs jobs,
      ArtefactStore store,
      ActorRef<SchedulerProtocol.Command> scheduler) {
    super(context);
    this.worker = worker;
    this.jobs = jobs;
    this.store = store;
    this.scheduler = scheduler;
    ActorRef<WorkerProtocol.Command> inbox =
        context.messageAdapter(WorkerProtocol.Command.class, Deliver::new);
    scheduler.tell(new SchedulerProtocol.RegisterWorker(worker, slots, inbox));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Deliver.class, deliver -> onDelivered(deliver.command()))
        .onMessage(Drain.class, this::onDrain)
        .onMessage(WorkerStopped.class, this::onWorkerStopped)
        .build();
  }

  private Behavior<Command> onDelivered(WorkerProtocol.Command command) {
    if (command instanceof WorkerProtocol.Begin begin) {
      return onBegin(begin);
    }
    Running current = running.get(command.attempt().stage());
    if (current == null || !current.attempt().equals(command.attempt())) {
      getContext().getLog().debug("nobody here for {}", command);
      return this;
    }
    if (command instanceof WorkerProtocol.Stop) {
      current.actor().tell(new StageWorker.StopWork(StopRequest.CANCEL));
    } else if (command instanceof WorkerProtocol.CheckpointCommitted committed) {
      current.actor().tell(new StageWorker.Discard(committed.obsolete()));
    } else if (command instanceof WorkerProtocol.EndAcknowledged) {
      leave(current);
      current.actor().tell(new StageWorker.Acknowledged());
    } else if (command instanceof WorkerProtocol.Superseded) {
      leave(current);
      current.actor().tell(new StageWorker.Silence());
    }
    return this;
  }

  private Behavior<Command> onBegin(WorkerProtocol.Begin begin) {
    AttemptId attempt = begin.attempt();
    Running current = running.get(attempt.stage());
    if (current != null && current.attempt().number() >= attempt.number()) {
      return this;
    }
    if (drainedTo != null) {
      begin
          .replyTo()
          .tell(new WorkerProtocol.Ended(attempt, new Outcome.HandedBack(), Effort.NONE));
      return this;
    }
    if (current != null) {
      leave(current);
      current.actor().tell(new StageWorker.Silence());
    }
    StageOrder order = new StageOrder(attempt, begin.spec(), begin.resumeFrom());
    ActorRef<StageWorker.Command> actor =
        getContext()
            .spawn(
                jobs.worker(order, store, begin.replyTo()),
                "%s-%d".formatted(attempt.stage().key().text(), attempt.number()));
    getContext().watchWith(actor, new WorkerStopped(attempt));
    running.put(attempt.stage(), new Running(attempt, actor, begin.replyTo()));
    return this;
  }

  private void leave(Running current) {
    running.remove(current.attempt().stage());
    leaving.add(current.attempt());
  }

  private Behavior<Command> onDrain(Drain drain) {
    if (drainedTo == null) {
      scheduler.tell(new SchedulerProtocol.UnregisterWorker(worker));
      running
          .values()
          .forEach(one -> one.actor().tell(new StageWorker.StopWork(StopRequest.HAND_BACK)));
    }
    drainedTo = drain.replyTo();
    return tellWhenDrained();
  }

  private Behavior<Command> onWorkerStopped(WorkerStopped stopped) {
    Running current = running.get(stopped.attempt().stage());
    if (!leaving.remove(stopped.attempt())
        && current != null
        && current.attempt().equals(stopped.attempt())) {
      // Nobody told it to stop: it died before its end was in the journal.
      running.remove(stopped.attempt().stage());
      Outcome died =
          new Outcome.Failed(FailureKind.CRASH, "the worker of " + stopped.attempt() + " died");
      current.supervisor().tell(new WorkerProtocol.Ended(stopped.attempt(), died, Effort.NONE));
    }
    return tellWhenDrained();
  }

  private Behavior<Command> tellWhenDrained() {
    if (drainedTo != null && running.isEmpty() && leaving.isEmpty()) {
      drainedTo.tell(new Drained(worker));
    }
    return this;
  }
}
