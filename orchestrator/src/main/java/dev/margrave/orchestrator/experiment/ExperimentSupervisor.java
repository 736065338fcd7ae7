package dev.margrave.orchestrator.experiment;

import akka.actor.typed.ActorRef;
import akka.actor.typed.BackoffSupervisorStrategy;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.SignalHandler;
import dev.margrave.orchestrator.experiment.ExperimentState.Active;
import dev.margrave.orchestrator.experiment.ExperimentState.Mode;
import dev.margrave.orchestrator.experiment.ExperimentState.Removed;
import dev.margrave.orchestrator.experiment.ExperimentState.Unknown;
import dev.margrave.orchestrator.journal.Durability;
import dev.margrave.orchestrator.journal.JournalTags;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.GateOutcome;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.orchestrator.service.Control;
import dev.margrave.orchestrator.service.ControlReply;
import dev.margrave.orchestrator.service.ExperimentSummary;
import dev.margrave.orchestrator.stage.StageProtocol;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.orchestrator.view.Views;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.WireMessage;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.worker.StageDirectory;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Takes one experiment through its stage graph and judges its gates.
 *
 * <pre>
 *   front      --Start--&gt;             supervisor   (again: what did not complete is tried again)
 *   front      &lt;--Started--           supervisor
 *   user       --Steer--&gt;             supervisor   &lt;--ControlReply--   (idempotent)
 *   user       --Watch--&gt;             supervisor   &lt;--ExperimentView*--
 *   user       --Look, Summarise--&gt;   supervisor   &lt;--ExperimentView, ExperimentSummary--
 *   supervisor --Run, Suspend, Cancel--&gt; stages    (again until they have answered)
 *   supervisor &lt;--StageEnded, Suspended-- stages
 *   supervisor &lt;--StageShown*--       stages
 *   supervisor --Extend, Remove--&gt;    registry     (again until it has noted it)
 * </pre>
 *
 * What is said to stages follows from what is in the journal: a recovered supervisor says it again.
 * There are no snapshots: the state is its events side by side, so that one would save nothing.
 */
public final class ExperimentSupervisor
    extends EventSourcedBehavior<ExperimentSupervisor.Command, ExperimentEvent, ExperimentState> {

  /** To an experiment supervisor. */
  public sealed interface Command extends WireMessage {}

  /** Run the experiment, or go on with it, whatever stopped it. */
  public record Start(ExperimentSpec spec, String specHash, ActorRef<Started> replyTo)
      implements Command {}

  /** It is in the journal. */
  public record Started(ExperimentId experiment) implements WireMessage {}

  /** Do to it what a user wants. */
  public record Steer(Control control, ActorRef<ControlReply> replyTo) implements Command {}

  /** Send snapshots, the present one at once, until the subscriber stops. */
  public record Watch(ActorRef<ExperimentView> subscriber) implements Command {}

  /** Send one snapshot. */
  public record Look(ActorRef<ExperimentView> replyTo) implements Command {}

  /**
   * Send a line for the list.
   *
   * @param submitted as the registry knows it
   */
  public record Summarise(Instant submitted, ActorRef<ExperimentSummary> replyTo)
      implements Command {}

  /** What a stage's supervisor shows of it. */
  public record StageShown(StageProtocol.StageChanged changed) implements Command {}

  record StageNoticed(StageProtocol.Notice notice) implements Command {}

  record RegistryNoticed(ExperimentRegistry.Noted noted) implements Command {}

  record AskAgain() implements Command {}

  /**
   * What a supervisor works with.
   *
   * @param registry is told when the experiment is extended or removed
   * @param retry how it comes back when the journal failed it; empty: it fails too
   */
  public record Surroundings(
      StageDirectory stages,
      ActorRef<ExperimentRegistry.Command> registry,
      Durability durability,
      Clock clock,
      Optional<BackoffSupervisorStrategy> retry,
      ExperimentSettings settings) {}

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final ExperimentId experiment;
  private final Surroundings surroundings;
  private final ActorRef<Views.Command> views;

  // Soft: follows from the state, or is known to this incarnation only.
  private final Dispatch dispatch;
  private final RegistryNews registry;
  private Course course;
  private boolean shown;

  /** The supervisor of an experiment; the journal knows where it stands. */
  public static Behavior<Command> create(ExperimentId experiment, Surroundings surroundings) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new ExperimentSupervisor(context, timers, experiment, surroundings)));
  }

  private ExperimentSupervisor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      ExperimentId experiment,
      Surroundings surroundings) {
    super(
        PersistenceId.of("experiment", experiment.text()),
        // Those who watch stay where they are when the journal failed it.
        surroundings.retry().map(retry -> retry.withStopChildren(false)).orElse(null));
    this.context = context;
    this.timers = timers;
    this.experiment = experiment;
    this.surroundings = surroundings;
    this.views = context.spawn(Views.create(experiment, surroundings.settings().views()), "views");
    this.dispatch =
        new Dispatch(
            experiment,
            surroundings.stages(),
            context.messageAdapter(StageProtocol.Notice.class, StageNoticed::new),
            surroundings.settings().stagesInFlight());
    this.registry =
        new RegistryNews(
            surroundings.registry(),
            context.messageAdapter(ExperimentRegistry.Noted.class, RegistryNoticed::new));
  }

  @Override
  public ExperimentState emptyState() {
    return new Unknown();
  }

  @Override
  public EventHandler<ExperimentState, ExperimentEvent> eventHandler() {
    return ExperimentState::apply;
  }

  @Override
  public Set<String> tagsFor(ExperimentEvent event) {
    return JournalTags.of(experiment);
  }

  @Override
  public SignalHandler<ExperimentState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.instance(), this::onRecovered)
        .build();
  }

  /** A Start that waits goes first: its spec may be newer than the journal's. */
  private void onRecovered(ExperimentState state) {
    if (state instanceof Active active) {
      course = Course.of(active);
      dispatch.recovered(course);
      shown = false;
    }
    if (!(state instanceof Unknown)) {
      registry.recovered(state);
      context.getSelf().tell(new AskAgain());
    }
  }

  @Override
  public CommandHandler<Command, ExperimentEvent, ExperimentState> commandHandler() {
    var handle = newCommandHandlerBuilder();
    handle
        .forStateType(Unknown.class)
        .onCommand(Start.class, this::onFirstStart)
        .onCommand(Steer.class, this::onSteerOfNothing);
    handle
        .forStateType(Active.class)
        .onCommand(Start.class, this::onRepeatedStart)
        .onCommand(Steer.class, this::onSteer)
        .onCommand(StageNoticed.class, this::onStageNoticed)
        .onCommand(StageShown.class, this::onStageShown);
    handle
        .forStateType(Removed.class)
        .onCommand(Start.class, this::onStartAfterRemoval)
        .onCommand(Steer.class, this::onSteerAfterRemoval);
    handle
        .forAnyState()
        .onCommand(Watch.class, this::onWatch)
        .onCommand(Look.class, this::onLook)
        .onCommand(Summarise.class, this::onSummarise)
        .onCommand(RegistryNoticed.class, this::onRegistryNoticed)
        .onCommand(AskAgain.class, this::onAskAgain)
        .onAnyCommand(this::ignore);
    return handle.build();
  }

  // ---- what users want

  private Effect<ExperimentEvent, ExperimentState> onFirstStart(Unknown state, Start command) {
    var submitted =
        new ExperimentEvent.Submitted(
            experiment, command.spec(), command.specHash(), surroundings.clock().instant());
    return Effect()
        .persist(withFinish(state, List.of(submitted)))
        .thenRun(
            after -> {
              turn(after, "submitted");
              command.replyTo().tell(new Started(experiment));
            });
  }

  /**
   * Whoever starts it again wants it to run: what did not complete is tried again, a pause is over,
   * and what is not hashed of the spec, where the data lies and what is spent, is meant as it
   * stands there now. What completed stays.
   */
  private Effect<ExperimentEvent, ExperimentState> onRepeatedStart(Active state, Start command) {
    Instant now = surroundings.clock().instant();
    List<StageKey> unsuccessful = state.unsuccessful();
    List<ExperimentEvent> changes = new ArrayList<>();
    boolean somethingLeft = !unsuccessful.isEmpty() || !state.finished();
    if (somethingLeft
        && command.specHash().equals(state.specHash())
        && !command.spec().equals(state.spec())) {
      changes.add(new ExperimentEvent.Respecified(command.spec()));
    }
    if (!unsuccessful.isEmpty()) {
      changes.add(new ExperimentEvent.StagesReopened(unsuccessful, now));
    }
    if (somethingLeft && state.mode() == Mode.PAUSED) {
      changes.add(new ExperimentEvent.Resumed(now));
    }
    return Effect()
        .persist(changes)
        .thenRun(
            after -> {
              turn(after, "started again");
              command.replyTo().tell(new Started(experiment));
            });
  }

  private Effect<ExperimentEvent, ExperimentState> onStartAfterRemoval(
      Removed state, Start command) {
    command.replyTo().tell(new Started(experiment));
    return Effect().none();
  }

  private Effect<ExperimentEvent, ExperimentState> onSteer(Active state, Steer command) {
    Steering.Decision decision =
        Steering.decide(
            state,
            course,
            command.control(),
            surroundings.settings().maximumStages(),
            surroundings.clock().instant());
    if (decision.events().isEmpty()) {
      registry.answer(command.replyTo(), decision.reply());
      return Effect().none();
    }
    return Effect()
        .persist(withFinish(state, decision.events()))
        .thenRun(
            after -> {
              surroundings.durability().decisive();
              registry.changed(after, decision.events());
              turn(after, decision.events().get(0).getClass().getSimpleName());
              registry.answer(command.replyTo(), decision.reply());
            });
  }

  private Effect<ExperimentEvent, ExperimentState> onSteerOfNothing(Unknown state, Steer command) {
    command.replyTo().tell(new ControlReply.Unknown(experiment.text()));
    return Effect().none();
  }

  private Effect<ExperimentEvent, ExperimentState> onSteerAfterRemoval(
      Removed state, Steer command) {
    if (command.control() instanceof Control.Remove) {
      registry.answer(command.replyTo(), Steering.removed("experiment " + experiment));
    } else {
      command.replyTo().tell(new ControlReply.Unknown(experiment.text()));
    }
    return Effect().none();
  }

  private Effect<ExperimentEvent, ExperimentState> onWatch(ExperimentState state, Watch command) {
    views.tell(new Views.Subscribe(command.subscriber()));
    return Effect().none();
  }

  private Effect<ExperimentEvent, ExperimentState> onLook(ExperimentState state, Look command) {
    views.tell(new Views.Look(command.replyTo()));
    return Effect().none();
  }

  private Effect<ExperimentEvent, ExperimentState> onSummarise(
      ExperimentState state, Summarise command) {
    Optional<Active> active = state instanceof Active known ? Optional.of(known) : Optional.empty();
    command
        .replyTo()
        .tell(
            new ExperimentSummary(
                experiment,
                active.map(CourseViews::status).orElse(ExperimentView.Status.RUNNING),
                active.map(known -> known.spec().dataset().name()).orElse(""),
                active.map(known -> course.plan().stages().size()).orElse(0),
                active.map(known -> course.completed()).orElse(0),
                active.map(known -> course.failed()).orElse(0),
                active.flatMap(known -> course.finalResults(known)).map(ExperimentResults::overall),
                command.submitted()));
    return Effect().none();
  }

  // ---- what stages say

  private Effect<ExperimentEvent, ExperimentState> onStageNoticed(
      Active state, StageNoticed command) {
    StageProtocol.Notice notice = command.notice();
    if (!notice.stage().experiment().equals(experiment)) {
      return Effect().none();
    }
    if (notice instanceof StageProtocol.Suspended suspended) {
      dispatch.suspended(suspended.stage().key(), state, course);
      dispatch.give(state, course);
    }
    if (notice instanceof StageProtocol.StageEnded ended && course.isNews(ended.ending())) {
      return onNews(state, ended.ending());
    }
    return Effect().none();
  }

  private Effect<ExperimentEvent, ExperimentState> onNews(Active state, StageEnding ending) {
    var event = new ExperimentEvent.StageEnded(ending);
    if (course.overtakes(ending)) {
      return Effect()
          .persist(withFinish(state, List.of(event)))
          .thenRun(
              after -> {
                surroundings.durability().decisive();
                turn(after, ending.stage() + " completed before it was cancelled");
              });
    }
    List<ExperimentEvent> events = new ArrayList<>(List.of(event));
    if (course.finishedBy(ending)) {
      events.add(finish((Active) state.apply(event)));
    }
    return Effect()
        .persist(events)
        .thenRun(
            after -> {
              surroundings.durability().decisive();
              ended((Active) after, ending);
            });
  }

  private Effect<ExperimentEvent, ExperimentState> onStageShown(Active state, StageShown command) {
    if (command.changed().stage().experiment().equals(experiment)) {
      views.tell(new Views.StageMoved(command.changed().view()));
      dispatch.seen(command.changed().view(), state, course);
    }
    return Effect().none();
  }

  // ---- what follows

  private Effect<ExperimentEvent, ExperimentState> onRegistryNoticed(
      ExperimentState state, RegistryNoticed command) {
    registry.noted(command.noted());
    return Effect().none();
  }

  private Effect<ExperimentEvent, ExperimentState> onAskAgain(
      ExperimentState state, AskAgain command) {
    registry.repeat();
    if (state instanceof Active active) {
      dispatch.repeat(active, course);
      if (!shown) {
        showAll(active);
      }
    }
    askAgainIfWanted(state);
    return Effect().none();
  }

  private Effect<ExperimentEvent, ExperimentState> ignore(ExperimentState state, Command command) {
    context
        .getLog()
        .debug(
            "{}: {} in state {} changes nothing",
            experiment,
            command,
            state.getClass().getSimpleName());
    return Effect().none();
  }

  /** These events, and the finish if nothing is left to run after them: all or none. */
  private List<ExperimentEvent> withFinish(ExperimentState before, List<ExperimentEvent> events) {
    ExperimentState after = before;
    for (ExperimentEvent event : events) {
      after = after.apply(event);
    }
    List<ExperimentEvent> all = new ArrayList<>(events);
    if (after instanceof Active active && !active.finished() && Course.of(active).finished()) {
      all.add(finish(active));
    }
    return all;
  }

  private ExperimentEvent finish(Active after) {
    GateOutcome overall = Course.of(after).results(after).overall();
    context.getLog().info("{}: finished, gates {}", experiment, overall);
    return new ExperimentEvent.Finished(overall, surroundings.clock().instant());
  }

  /** Something else is wanted now: all stages may have to know, and everybody sees. */
  private void turn(ExperimentState state, String reason) {
    context.getLog().info("{}: {}", experiment, reason);
    if (state instanceof Active active) {
      course = Course.of(active);
      dispatch.turn(active, course);
      showAll(active);
    } else {
      views.tell(Views.Shown.nothing(ExperimentView.Status.FINISHED));
    }
    askAgainIfWanted(state);
  }

  /** One stage is over: only its neighbours are concerned. */
  private void ended(Active state, StageEnding ending) {
    List<StageKey> moved = new ArrayList<>(course.ended(ending));
    dispatch.ended(ending.stage());
    moved.addAll(dispatch.give(state, course));
    views.tell(CourseViews.moved(moved, course, stage -> dispatch.held(stage, state), state));
    askAgainIfWanted(state);
  }

  private void showAll(Active state) {
    shown = true;
    views.tell(CourseViews.all(course, stage -> dispatch.held(stage, state), state));
  }

  private void askAgainIfWanted(ExperimentState state) {
    boolean waits = state instanceof Active active && dispatch.waits(active);
    if (!waits && !registry.waits()) {
      timers.cancel(new AskAgain());
    } else if (!timers.isTimerActive(new AskAgain())) {
      timers.startSingleTimer(new AskAgain(), surroundings.settings().askAgain());
    }
  }
}
