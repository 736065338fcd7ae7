package dev.margrave.orchestrator.stage;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.worker.StageMessage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The stage supervisors of this process: starts one when it is first spoken to. */
public final class StageRegion extends AbstractBehavior<StageRegion.Command> {

  /** To the region. */
  public sealed interface Command {}

  /** For the supervisor of a stage. */
  public record Deliver(StageId stage, StageMessage message) implements Command {}

  /** Start no more attempts; answer once none runs. */
  public record DrainAll(ActorRef<AllDrained> replyTo) implements Command {}

  /** No attempt of any stage runs, and none will be started. */
  public record AllDrained() {}

  /** A supervisor could not go on, and why. */
  public record Broke(Throwable cause) {}

  private record OneDrained(StageId stage) implements Command {}

  private final Function<StageId, Behavior<StageMessage>> supervisors;
  private final ActorRef<Broke> problems;
  private final Map<StageId, ActorRef<StageMessage>> live = new HashMap<>();
  private final Set<ActorRef<AllDrained>> draining = new LinkedHashSet<>();
  private final Set<StageId> notDrained = new HashSet<>();
  private final ActorRef<StageProtocol.Drained> drained;

  /**
   * A region without supervisors.
   *
   * @param supervisors how one is made
   * @param problems is told of supervisors that fail
   */
  public static Behavior<Command> create(
      Function<StageId, Behavior<StageMessage>> supervisors, ActorRef<Broke> problems) {
    return Behaviors.setup(context -> new StageRegion(context, supervisors, problems));
  }

  private StageRegion(
      ActorContext<Command> context,
      Function<StageId, Behavior<StageMessage>> supervisors,
      ActorRef<Broke> problems) {
    super(context);
    this.supervisors = supervisors;
    this.problems = problems;
    this.drained =
        context.messageAdapter(
            StageProtocol.Drained.class, drained -> new OneDrained(drained.stage()));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Deliver.class, this::onDeliver)
        .onMessage(DrainAll.class, this::onDrainAll)
        .onMessage(OneDrained.class, this::onOneDrained)
        .onSignal(ChildFailed.class, this::onChildFailed)
        .onSignal(Terminated.class, terminated -> this)
        .build();
  }

  private Behavior<Command> onDeliver(Deliver deliver) {
    supervisor(deliver.stage()).tell(deliver.message());
    return this;
  }

  private ActorRef<StageMessage> supervisor(StageId stage) {
    ActorRef<StageMessage> known = live.get(stage);
    if (known != null) {
      return known;
    }
    ActorRef<StageMessage> supervisor =
        getContext().spawn(supervisors.apply(stage), stage.text().replace('/', ':'));
    getContext().watch(supervisor);
    live.put(stage, supervisor);
    if (!draining.isEmpty()) {
      drain(stage, supervisor);
    }
    return supervisor;
  }

  private Behavior<Command> onDrainAll(DrainAll drainAll) {
    boolean first = draining.isEmpty();
    draining.add(drainAll.replyTo());
    if (first) {
      live.forEach(this::drain);
    }
    answerIfDrained();
    return this;
  }

  private void drain(StageId stage, ActorRef<StageMessage> supervisor) {
    notDrained.add(stage);
    supervisor.tell(new StageProtocol.Drain(drained));
  }

  private Behavior<Command> onOneDrained(OneDrained one) {
    notDrained.remove(one.stage());
    answerIfDrained();
    return this;
  }

  private void answerIfDrained() {
    if (notDrained.isEmpty()) {
      draining.forEach(asker -> asker.tell(new AllDrained()));
    }
  }

  private Behavior<Command> onChildFailed(ChildFailed failed) {
    live.entrySet().stream()
        .filter(entry -> entry.getValue().compareTo(failed.getRef()) == 0)
        .map(Map.Entry::getKey)
        .findFirst()
        .ifPresent(
            stage -> {
              live.remove(stage);
              notDrained.remove(stage);
            });
    problems.tell(new Broke(failed.getCause()));
    answerIfDrained();
    return this;
  }
}
