package dev.margrave.orchestrator.view;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.Gate;
import dev.margrave.orchestrator.view.ExperimentView.Status;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageKey;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Puts together what the supervisors of an experiment and of its stages say into one snapshot, and
 * sends it to those who watch: at once when nothing was sent for an interval, else at its end.
 */
public final class Views extends AbstractBehavior<Views.Command> {

  /** To the views. */
  public sealed interface Command {}

  /** A stage moved, says its own supervisor. */
  public record StageMoved(StageView view) implements Command {}

  /**
   * The whole experiment, as far as its supervisor knows.
   *
   * @param stages all of them, in the order in which they would like to run; what a stage's own
   *     supervisor says is preferred
   * @param reportOrder all of them, in the order of the report
   * @param gates those decided
   * @param results once every stage is over
   */
  public record Shown(
      Status status,
      List<StageView> stages,
      List<StageKey> reportOrder,
      Map<StageKey, Gate> gates,
      Optional<ExperimentResults> results)
      implements Command {
    /** Of an experiment that has no stages yet, or none any more. */
    public static Shown nothing(Status status) {
      return new Shown(status, List.of(), List.of(), Map.of(), Optional.empty());
    }
  }

  /**
   * What is different since then.
   *
   * @param stages that stand differently
   * @param gates that were decided meanwhile
   */
  public record Moved(
      Status status,
      List<StageView> stages,
      Map<StageKey, Gate> gates,
      Optional<ExperimentResults> results)
      implements Command {}

  /** Somebody wants to see, now and whenever it changes. */
  public record Subscribe(ActorRef<ExperimentView> subscriber) implements Command {}

  /** Somebody wants to see once. */
  public record Look(ActorRef<ExperimentView> replyTo) implements Command {}

  private record SubscriberGone(ActorRef<ExperimentView> subscriber) implements Command {}

  private record Publish() implements Command {}

  private final TimerScheduler<Command> timers;
  private final ExperimentId experiment;
  private final ViewSettings settings;
  private final Map<StageKey, StageView> fromExperiment = new LinkedHashMap<>();
  private final Map<StageKey, StageView> fromStage = new HashMap<>();
  private final Map<StageKey, Gate> gates = new HashMap<>();
  private final Set<ActorRef<ExperimentView>> subscribers = new LinkedHashSet<>();
  private List<StageKey> reportOrder = List.of();
  private Status status = Status.RUNNING;
  private Optional<ExperimentResults> results = Optional.empty();
  private boolean changed;

  /** The view of an experiment of which nothing is known yet. */
  public static Behavior<Command> create(ExperimentId experiment, ViewSettings settings) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new Views(context, timers, experiment, settings)));
  }

  private Views(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      ExperimentId experiment,
      ViewSettings settings) {
    super(context);
    this.timers = timers;
    this.experiment = experiment;
    this.settings = settings;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(StageMoved.class, this::onStageMoved)
        .onMessage(Shown.class, this::onShown)
        .onMessage(Moved.class, this::onMoved)
        .onMessage(Subscribe.class, this::onSubscribe)
        .onMessage(Look.class, this::onLook)
        .onMessage(SubscriberGone.class, this::onSubscriberGone)
        .onMessage(Publish.class, this::onPublish)
        .build();
  }

  private Behavior<Command> onStageMoved(StageMoved moved) {
    fromStage.put(moved.view().stage(), moved.view());
    return changed();
  }

  private Behavior<Command> onShown(Shown shown) {
    fromExperiment.clear();
    shown.stages().forEach(stage -> fromExperiment.put(stage.stage(), stage));
    // An end that is forgotten is not shown until the stage's supervisor has heard of it.
    fromStage
        .values()
        .removeIf(
            own -> {
              StageView known = fromExperiment.get(own.stage());
              return known == null || (own.status().over() && !known.status().over());
            });
    reportOrder = shown.reportOrder();
    gates.clear();
    gates.putAll(shown.gates());
    status = shown.status();
    results = shown.results();
    return changed();
  }

  private Behavior<Command> onMoved(Moved moved) {
    moved.stages().forEach(stage -> fromExperiment.put(stage.stage(), stage));
    gates.putAll(moved.gates());
    status = moved.status();
    results = moved.results();
    return changed();
  }

  private Behavior<Command> onSubscribe(Subscribe subscribe) {
    subscribers.add(subscribe.subscriber());
    getContext().watchWith(subscribe.subscriber(), new SubscriberGone(subscribe.subscriber()));
    subscribe.subscriber().tell(snapshot());
    return this;
  }

  private Behavior<Command> onLook(Look look) {
    look.replyTo().tell(snapshot());
    return this;
  }

  private Behavior<Command> onSubscriberGone(SubscriberGone gone) {
    subscribers.remove(gone.subscriber());
    return this;
  }

  private Behavior<Command> changed() {
    changed = true;
    if (!timers.isTimerActive(Publish.class)) {
      publish();
    }
    return this;
  }

  private Behavior<Command> onPublish(Publish publish) {
    if (changed) {
      publish();
    }
    return this;
  }

  private void publish() {
    changed = false;
    if (!subscribers.isEmpty()) {
      ExperimentView snapshot = snapshot();
      subscribers.forEach(subscriber -> subscriber.tell(snapshot));
    }
    timers.startSingleTimer(Publish.class, new Publish(), settings.interval());
  }

  private ExperimentView snapshot() {
    return new ExperimentView(
        experiment,
        status,
        Optional.empty(),
        fromExperiment.values().stream().map(this::merged).toList(),
        reportOrder.stream()
            .map(gates::get)
            .filter(Objects::nonNull)
            .sorted(Comparator.comparing(Gate::kind))
            .toList(),
        results);
  }

  /** The experiment knows whether a stage is over or held back; its own supervisor knows more. */
  private StageView merged(StageView known) {
    StageView own = fromStage.get(known.stage());
    if (own == null) {
      return known;
    }
    if (known.status().over()) {
      return own.status() == known.status() ? own : known;
    }
    boolean held = known.status() == StageStatus.WAITING && !known.reason().isEmpty();
    return held && own.status() == StageStatus.WAITING ? own.because(known.reason()) : own;
  }
}
