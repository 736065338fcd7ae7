package dev.margrave.app.simulation;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The actors of one run, so that none of them outlives it. */
final class Actors {
  private final ActorSystem<?> system;
  private final String prefix;
  private final List<ActorRef<?>> all = new ArrayList<>();
  private final Map<ActorRef<?>, ActorRef<?>> doors = new HashMap<>();

  Actors(ActorSystem<?> system, long run) {
    this.system = system;
    this.prefix = "run-" + run + "-";
  }

  <T> ActorRef<T> spawn(Behavior<T> behavior, String name) {
    ActorRef<T> actor = system.systemActorOf(behavior, prefix + name, Props.empty());
    all.add(actor);
    return actor;
  }

  /** An address at which something is done with each message. */
  <T> ActorRef<T> address(String name, Consumer<T> then) {
    return spawn(
        Behaviors.receiveMessage(
            message -> {
              then.accept(message);
              return Behaviors.same();
            }),
        name);
  }

  /** Another address of the same actor, to which the way is longer: always the same one. */
  @SuppressWarnings("unchecked")
  <T> ActorRef<T> door(ActorRef<T> actor, Consumer<T> then) {
    return (ActorRef<T>) doors.computeIfAbsent(actor, key -> address("door-" + doors.size(), then));
  }

  void stop(ActorRef<?> actor) {
    Adapter.toClassic(system).stop(Adapter.toClassic(actor));
  }

  void stopAll() {
    all.forEach(this::stop);
  }
}
