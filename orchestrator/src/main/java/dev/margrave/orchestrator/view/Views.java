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
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts together what supervisors say into one snapshot per experiment, and sends it to those who
 * watch: at most one per interval while stages move, at once when something is decided.
 */
public final class Views extends AbstractBehavior<Views.Command> {

  /** To the views. */
  public sealed interface Command {}

  /** A stage moved. */
  public record StageMoved(StageId stage, StageView view) implements Command {}

  /**
   * An experiment moved.
   *
   * @param stages all of them, in their order, as far as the experiment knows; what a stage's own
   *     supervisor says is preferred
   */
  public record ExperimentMoved(
      ExperimentId experiment,
      List<StageView> stages,
      List<Gate> gates,
      Optional<ExperimentResults> results)
      implements Command {}

  /** Nothing goes on in this process. */
  public record Broke(String problem) implements Command {}

  /** Somebody wants to see. */
  public record Subscribe(ExperimentId experiment, ActorRef<ExperimentView> subscriber)
      implements Command {}

  private record SubscriberGone(ActorRef<ExperimentView> subscriber) implements Command {}

  private record Publish() implements Command {}

  private static final class Shown {
    private final Map<StageKey, StageView> fromExperiment = new LinkedHashMap<>();
    private final Map<StageKey, StageView> fromStage = new HashMap<>();
    private final Set<ActorRef<ExperimentView>> subscribers = new LinkedHashSet<>();
    private List<Gate> gates = List.of();
    private Optional<ExperimentResults> results = Optional.empty();
  }

  private final TimerScheduler<Command> timers;
  private final ViewSettings settings;
  private final Map<ExperimentId, Shown> shown = new HashMap<>();
  private final Set<ExperimentId> changed = new HashSet<>();
  private Optional<String> problem = Optional.empty();

  /** Views of nothing yet. */
  public static Behavior<Command> create(ViewSettings settings) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new Views(context, timers, settings)));
  }

  private Views(
      ActorContext<Command> context, TimerScheduler<Command> timers, ViewSettings settings) {
    super(context);
    this.timers = timers;
    this.settings = settings;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(StageMoved.class, this::onStageMoved)
        .onMessage(ExperimentMoved.class, this::onExperimentMoved)
        .onMessage(Broke.class, this::onBroke)
        .onMessage(Subscribe.class, this::onSubscribe)
        .onMessage(SubscriberGone.class, this::onSubscriberGone)
        .onMessage(Publish.class, this::onPublish)
        .build();
  }

  private Behavior<Command> onStageMoved(StageMoved moved) {
    ExperimentId experiment = moved.stage().experiment();
    shown(experiment).fromStage.put(moved.stage().key(), moved.view());
    changed.add(experiment);
    if (!timers.isTimerActive(Publish.class)) {
      timers.startSingleTimer(Publish.class, new Publish(), settings.interval());
    }
    return this;
  }

  private Behavior<Command> onExperimentMoved(ExperimentMoved moved) {
    Shown view = shown(moved.experiment());
    view.fromExperiment.clear();
    moved.stages().forEach(stage -> view.fromExperiment.put(stage.stage(), stage));
    view.gates = moved.gates();
    view.results = moved.results();
    publish(moved.experiment());
    return this;
  }

  private Behavior<Command> onBroke(Broke broke) {
    if (problem.isEmpty()) {
      problem = Optional.of(broke.problem());
    }
    List.copyOf(shown.keySet()).forEach(this::publish);
    return this;
  }

  private Behavior<Command> onSubscribe(Subscribe subscribe) {
    shown(subscribe.experiment()).subscribers.add(subscribe.subscriber());
    getContext().watchWith(subscribe.subscriber(), new SubscriberGone(subscribe.subscriber()));
    subscribe.subscriber().tell(snapshot(subscribe.experiment()));
    return this;
  }

  private Behavior<Command> onSubscriberGone(SubscriberGone gone) {
    shown.values().forEach(view -> view.subscribers.remove(gone.subscriber()));
    return this;
  }

  private Behavior<Command> onPublish(Publish publish) {
    List.copyOf(changed).forEach(this::publish);
    return this;
  }

  private void publish(ExperimentId experiment) {
    changed.remove(experiment);
    ExperimentView snapshot = snapshot(experiment);
    shown(experiment).subscribers.forEach(subscriber -> subscriber.tell(snapshot));
  }

  private ExperimentView snapshot(ExperimentId experiment) {
    Shown view = shown(experiment);
    List<StageView> stages =
        view.fromExperiment.values().stream()
            .map(
                stage ->
                    stage.status().over()
                        ? latest(stage, view)
                        : view.fromStage.getOrDefault(stage.stage(), stage))
            .toList();
    Status status = problem.isPresent() ? Status.BROKEN : Status.RUNNING;
    return new ExperimentView(
        experiment,
        view.results.isPresent() ? Status.FINISHED : status,
        view.results.isPresent() ? Optional.empty() : problem,
        stages,
        view.gates,
        view.results);
  }

  /** The experiment knows that the stage is over; its supervisor, if it was started, knows more. */
  private static StageView latest(StageView stage, Shown view) {
    StageView own = view.fromStage.get(stage.stage());
    return own != null && own.status() == stage.status() ? own : stage;
  }

  private Shown shown(ExperimentId experiment) {
    return shown.computeIfAbsent(experiment, id -> new Shown());
  }
}
