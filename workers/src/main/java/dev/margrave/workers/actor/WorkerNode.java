package dev.margrave.workers.actor;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.WorkerProtocol;
import dev.margrave.workers.stage.StageOrder;
import dev.margrave.workers.stage.StopRequest;
import java.util.HashMap;
import java.util.Map;

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

  /** An attempt and the actor that runs it. */
  private record Running(AttemptId attempt, ActorRef<StageWorker.Command> actor) {}

  private final String worker;
  private final StageJobs jobs;
  private final ArtefactStore store;
  private final ActorRef<SchedulerProtocol.Command> scheduler;
  private final Map<StageId, Running> running = new HashMap<>();
  private final Map<AttemptId, ActorRef<StageWorker.Command>> silenced = new HashMap<>();
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
      current.actor().tell(new StageWorker.Acknowledged());
    } else if (command instanceof WorkerProtocol.Superseded) {
      silence(current);
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
      silence(current);
    }
    StageOrder order = new StageOrder(attempt, begin.spec(), begin.resumeFrom());
    ActorRef<StageWorker.Command> actor =
        getContext()
            .spawn(
                jobs.worker(order, store, begin.replyTo()),
                "%s-%d".formatted(attempt.stage().key().text(), attempt.number()));
    getContext().watchWith(actor, new WorkerStopped(attempt));
    running.put(attempt.stage(), new Running(attempt, actor));
    return this;
  }

  private void silence(Running current) {
    running.remove(current.attempt().stage());
    silenced.put(current.attempt(), current.actor());
    current.actor().tell(new StageWorker.Silence());
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
    silenced.remove(stopped.attempt());
    running.entrySet().removeIf(entry -> entry.getValue().attempt().equals(stopped.attempt()));
    return tellWhenDrained();
  }

  private Behavior<Command> tellWhenDrained() {
    if (drainedTo != null && running.isEmpty() && silenced.isEmpty()) {
      drainedTo.tell(new Drained(worker));
    }
    return this;
  }
}
