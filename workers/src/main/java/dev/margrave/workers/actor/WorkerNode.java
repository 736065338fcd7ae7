package dev.margrave.workers.actor;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.Terminated;
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
import dev.margrave.protocol.worker.StageDirectory;
import dev.margrave.protocol.worker.WorkerProtocol;
import dev.margrave.workers.stage.StageOrder;
import dev.margrave.workers.stage.StopRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private record Register() implements Command {}

  /** An attempt, and the actor that runs it. */
  private record Running(AttemptId attempt, ActorRef<StageWorker.Command> actor) {}

  /** Stages whose last attempt is remembered after it ended: an order for it may come late. */
  private static final int REMEMBERED_STAGES = 1024;

  private final NodeSettings settings;
  private final ActorRef<SchedulerProtocol.Command> scheduler;
  private final StageDirectory supervisors;
  private final ActorRef<WorkerProtocol.Command> inbox;
  private final StageWorker.Surroundings surroundings;
  private final Map<StageId, Running> running = new LinkedHashMap<>();
  private final Map<StageId, Integer> latest =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<StageId, Integer> eldest) {
          return size() > REMEMBERED_STAGES;
        }
      };

  /** Orders that came before the slot was free, the first first. */
  private final Map<StageId, WorkerProtocol.Begin> early = new LinkedHashMap<>();

  /** Of the actors that live. */
  private final Map<ActorRef<Void>, AttemptId> attempts = new HashMap<>();

  /** Silenced, and about to stop: their jobs have what a slot has until then. */
  private final Set<AttemptId> leaving = new LinkedHashSet<>();

  private ActorRef<Drained> drainedTo;

  /**
   * A node that registers itself, again and again.
   *
   * @param scheduler finds the one that is in charge
   * @param supervisors finds who supervises a stage
   */
  public static Behavior<Command> create(
      NodeSettings settings,
      StageLauncher launcher,
      ArtefactStore store,
      ActorRef<SchedulerProtocol.Command> scheduler,
      StageDirectory supervisors) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(new Register(), settings.registerEvery());
                  return new WorkerNode(context, settings, launcher, store, scheduler, supervisors);
                }));
  }

  private WorkerNode(
      ActorContext<Command> context,
      NodeSettings settings,
      StageLauncher launcher,
      ArtefactStore store,
      ActorRef<SchedulerProtocol.Command> scheduler,
      StageDirectory supervisors) {
    super(context);
    this.settings = settings;
    this.scheduler = scheduler;
    this.supervisors = supervisors;
    this.inbox = context.messageAdapter(WorkerProtocol.Command.class, Deliver::new);
    this.surroundings =
        new StageWorker.Surroundings(launcher, store, supervisors, inbox, settings.speakEvery());
    register();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Deliver.class, deliver -> onDelivered(deliver.command()))
        .onMessage(Register.class, this::onRegister)
        .onMessage(Drain.class, this::onDrain)
        .onSignal(ChildFailed.class, failed -> onStopped(failed.getRef(), true))
        .onSignal(Terminated.class, ended -> onStopped(ended.getRef(), false))
        .build();
  }

  private Behavior<Command> onRegister(Register register) {
    refuseEarly();
    register();
    return this;
  }

  private void register() {
    if (drainedTo != null) {
      scheduler.tell(new SchedulerProtocol.UnregisterWorker(settings.worker()));
      return;
    }
    List<AttemptId> held = new ArrayList<>(leaving);
    running.values().forEach(one -> held.add(one.attempt()));
    scheduler.tell(
        new SchedulerProtocol.RegisterWorker(
            settings.worker(), settings.capabilities(), held, inbox));
  }

  private Behavior<Command> onDelivered(WorkerProtocol.Command command) {
    if (command instanceof WorkerProtocol.Begin begin) {
      return onBegin(begin);
    }
    if (command instanceof WorkerProtocol.Superseded) {
      early.values().removeIf(begin -> begin.attempt().equals(command.attempt()));
    }
    Running current = running.get(command.attempt().stage());
    if (current == null || !current.attempt().equals(command.attempt())) {
      getContext().getLog().debug("nobody here for {}", command);
      return this;
    }
    if (command instanceof WorkerProtocol.HandBack) {
      current.actor().tell(new StageWorker.StopWork(StopRequest.HAND_BACK));
    } else if (command instanceof WorkerProtocol.Recorded recorded) {
      current.actor().tell(new StageWorker.Recorded(recorded.number(), recorded.obsolete()));
    } else if (command instanceof WorkerProtocol.Superseded superseded) {
      silence(current, superseded.named());
    }
    return this;
  }

  private Behavior<Command> onBegin(WorkerProtocol.Begin begin) {
    AttemptId attempt = begin.attempt();
    if (latest.getOrDefault(attempt.stage(), 0) >= attempt.number()) {
      return this;
    }
    Running current = running.get(attempt.stage());
    if (current != null) {
      // The newer one deletes what this one leaves.
      silence(current, Optional.empty());
    }
    if (drainedTo != null) {
      tellEnd(attempt, new Outcome.HandedBack());
      return this;
    }
    if (!hasFreeSlot()) {
      early.put(attempt.stage(), begin);
      return this;
    }
    start(begin);
    return this;
  }

  private boolean hasFreeSlot() {
    return running.size() + leaving.size() < settings.capabilities().slots();
  }

  private void start(WorkerProtocol.Begin begin) {
    AttemptId attempt = begin.attempt();
    latest.remove(attempt.stage());
    latest.put(attempt.stage(), attempt.number());
    StageOrder order = new StageOrder(attempt, begin.spec(), begin.resumeFrom(), begin.rescues());
    ActorRef<StageWorker.Command> actor =
        getContext()
            .spawn(
                StageWorker.create(order, surroundings),
                attempt.stage().text().replace('/', ':') + "-" + attempt.number());
    getContext().watch(actor);
    attempts.put(actor.unsafeUpcast(), attempt);
    running.put(attempt.stage(), new Running(attempt, actor));
  }

  /** A slot is free: whoever was given it before that takes it. */
  private void startEarly() {
    Iterator<WorkerProtocol.Begin> next = early.values().iterator();
    while (next.hasNext() && hasFreeSlot()) {
      WorkerProtocol.Begin begin = next.next();
      next.remove();
      start(begin);
    }
  }

  /** More than there are slots for: the scheduler was wrong, and hears what runs here. */
  private void refuseEarly() {
    early.values().forEach(begin -> tellEnd(begin.attempt(), new Outcome.HandedBack()));
    early.clear();
  }

  private void silence(Running current, Optional<List<String>> named) {
    running.remove(current.attempt().stage());
    leaving.add(current.attempt());
    current.actor().tell(new StageWorker.Silence(named));
  }

  /** The first and last word of an attempt that never ran, or does not run any more. */
  private void tellEnd(AttemptId attempt, Outcome outcome) {
    supervisors.tell(
        attempt.stage(),
        new WorkerProtocol.Delivery(
            new WorkerProtocol.Ended(attempt, outcome, Effort.NONE), 1, inbox));
  }

  private Behavior<Command> onDrain(Drain drain) {
    boolean first = drainedTo == null;
    drainedTo = drain.replyTo();
    if (first) {
      refuseEarly();
      register();
      running
          .values()
          .forEach(one -> one.actor().tell(new StageWorker.StopWork(StopRequest.HAND_BACK)));
    }
    return tellWhenDrained();
  }

  /**
   * @param died before its end was in the journal
   */
  private Behavior<Command> onStopped(ActorRef<Void> actor, boolean died) {
    AttemptId attempt = attempts.remove(actor);
    if (!leaving.remove(attempt)) {
      running.remove(attempt.stage());
      if (died) {
        tellEnd(
            attempt, new Outcome.Failed(FailureKind.CRASH, "the worker of " + attempt + " died"));
      }
    }
    if (drainedTo == null) {
      startEarly();
    }
    return tellWhenDrained();
  }

  private Behavior<Command> tellWhenDrained() {
    if (drainedTo != null && running.isEmpty() && leaving.isEmpty()) {
      drainedTo.tell(new Drained(settings.worker()));
    }
    return this;
  }
}
