package dev.margrave.orchestrator.experiment;

import akka.actor.typed.ActorRef;
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
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;
import dev.margrave.orchestrator.experiment.ExperimentState.Active;
import dev.margrave.orchestrator.experiment.ExperimentState.Unknown;
import dev.margrave.orchestrator.journal.Durability;
import dev.margrave.orchestrator.plan.Plan;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.GateOutcome;
import dev.margrave.orchestrator.result.Results;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.orchestrator.stage.StageProtocol;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.orchestrator.view.Views;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.WireMessage;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.StageResult;
import dev.margrave.protocol.result.StageResult.ArmTrained;
import dev.margrave.protocol.result.StageResult.TeacherFound;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.worker.StageDirectory;
import dev.margrave.protocol.worker.StageSpec;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes one experiment through its stage graph and judges its gates.
 *
 * <pre>
 *   front      --Start--&gt;        supervisor   (again: what failed is tried again)
 *   front      &lt;--Started--      supervisor
 *   supervisor --Run--&gt;          stages       (again until they are over)
 *   supervisor &lt;--StageEnded--   stages
 * </pre>
 *
 * Which stages run follows from what is over: a recovered supervisor asks for exactly those that
 * are left.
 */
public final class ExperimentSupervisor
    extends EventSourcedBehavior<ExperimentSupervisor.Command, ExperimentEvent, ExperimentState> {

  private static final int SNAPSHOT_EVERY_EVENTS = 100;
  private static final int KEPT_SNAPSHOTS = 2;

  /** To an experiment supervisor. */
  public sealed interface Command extends WireMessage {}

  /** Run the experiment, or go on with it. */
  public record Start(ExperimentSpec spec, String specHash, ActorRef<Started> replyTo)
      implements Command {}

  /** It is in the journal. */
  public record Started(ExperimentId experiment) implements WireMessage {}

  record StageNoticed(StageProtocol.Notice notice) implements Command {}

  record AskAgain() implements Command {}

  /**
   * What a supervisor works with.
   *
   * @param askAgain after which stages that are not over are asked for again
   */
  public record Surroundings(
      StageDirectory stages,
      ActorRef<Views.Command> views,
      Durability durability,
      Clock clock,
      Duration askAgain) {}

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final ExperimentId experiment;
  private final Surroundings surroundings;
  private final ActorRef<StageProtocol.Notice> notices;

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
    super(PersistenceId.of("experiment", experiment.text()));
    this.context = context;
    this.timers = timers;
    this.experiment = experiment;
    this.surroundings = surroundings;
    this.notices = context.messageAdapter(StageProtocol.Notice.class, StageNoticed::new);
  }

  @Override
  public ExperimentState emptyState() {
    return new Unknown();
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(SNAPSHOT_EVERY_EVENTS, KEPT_SNAPSHOTS);
  }

  @Override
  public EventHandler<ExperimentState, ExperimentEvent> eventHandler() {
    return ExperimentState::apply;
  }

  @Override
  public SignalHandler<ExperimentState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.instance(), this::onRecovered)
        .build();
  }

  /** A Start that waits goes first: its spec may be newer than the journal's. */
  private void onRecovered(ExperimentState state) {
    if (state instanceof Active) {
      context.getSelf().tell(new AskAgain());
    }
  }

  @Override
  public CommandHandler<Command, ExperimentEvent, ExperimentState> commandHandler() {
    var handle = newCommandHandlerBuilder();
    handle.forStateType(Unknown.class).onCommand(Start.class, this::onFirstStart);
    handle
        .forStateType(Active.class)
        .onCommand(Start.class, this::onRepeatedStart)
        .onCommand(StageNoticed.class, this::onStageNoticed)
        .onCommand(AskAgain.class, this::onAskAgain);
    handle.forAnyState().onAnyCommand(this::ignore);
    return handle.build();
  }

  private Effect<ExperimentEvent, ExperimentState> onFirstStart(Unknown state, Start command) {
    var submitted =
        new ExperimentEvent.Submitted(
            experiment, command.spec(), command.specHash(), surroundings.clock().instant());
    return Effect()
        .persist(withFinish(state, submitted))
        .thenRun(
            after -> {
              context.getLog().info("{}: submitted", experiment);
              proceed(after);
              command.replyTo().tell(new Started(experiment));
            });
  }

  /**
   * Whoever starts it again wants what failed to be tried again, and means what is not hashed of
   * the spec, where the data lies and what is spent, as it stands there now. What completed stays.
   */
  private Effect<ExperimentEvent, ExperimentState> onRepeatedStart(Active state, Start command) {
    List<ExperimentEvent> changes = new ArrayList<>();
    boolean somethingLeft = state.failed() || !state.finished();
    if (somethingLeft
        && command.specHash().equals(state.specHash())
        && !command.spec().equals(state.spec())) {
      changes.add(new ExperimentEvent.Respecified(command.spec()));
    }
    if (state.failed()) {
      changes.add(new ExperimentEvent.Reopened(surroundings.clock().instant()));
    }
    return Effect()
        .persist(changes)
        .thenRun(
            after -> {
              context.getLog().info("{}: started again, {}", experiment, changes);
              proceed(after);
              command.replyTo().tell(new Started(experiment));
            });
  }

  private Effect<ExperimentEvent, ExperimentState> onStageNoticed(
      Active state, StageNoticed command) {
    if (!(command.notice() instanceof StageProtocol.StageEnded ended)
        || !ended.stage().experiment().equals(experiment)
        || !state.isNews(ended.ending())) {
      return Effect().none();
    }
    return Effect()
        .persist(withFinish(state, new ExperimentEvent.StageEnded(ended.ending())))
        .thenRun(
            (ExperimentState after) -> {
              surroundings.durability().decisive();
              proceed(after);
            });
  }

  private Effect<ExperimentEvent, ExperimentState> onAskAgain(Active state, AskAgain command) {
    proceed(state);
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

  /** The event, and the finish if nothing is left to run after it: both or neither. */
  private List<ExperimentEvent> withFinish(ExperimentState before, ExperimentEvent event) {
    List<ExperimentEvent> events = new ArrayList<>(List.of(event));
    Active after = (Active) before.apply(event);
    Plan.Next next = Plan.of(after.spec()).next(after.fates());
    if (next.finished()) {
      GateOutcome overall = results(after, next).overall();
      context.getLog().info("{}: finished, gates {}", experiment, overall);
      events.add(new ExperimentEvent.Finished(overall, surroundings.clock().instant()));
    }
    return events;
  }

  private static ExperimentResults results(Active state, Plan.Next next) {
    return Results.of(
        state.experiment(), state.spec(), state.specHash(), state.byStage(), next.blocked());
  }

  /** Asks for the stages that can run, and shows where the experiment stands. */
  private void proceed(ExperimentState state) {
    if (!(state instanceof Active active)) {
      return;
    }
    Plan plan = Plan.of(active.spec());
    Plan.Next next = plan.next(active.fates());
    Map<StageKey, StageEnding> endings = active.byStage();
    surroundings
        .views()
        .tell(
            new Views.ExperimentMoved(
                experiment,
                plan.stages().stream().map(stage -> view(stage, plan, next, endings)).toList(),
                Results.decided(active.spec(), endings, next.blocked()),
                active.finished() ? Optional.of(results(active, next)) : Optional.empty()));
    for (StageKey stage : next.ready()) {
      StageSpec spec = stageSpec(active, stage, endings);
      surroundings
          .stages()
          .tell(
              spec.stage(),
              new StageProtocol.Run(
                  spec, plan.stages().indexOf(stage), active.forgetBefore(stage), notices));
    }
    if (next.ready().isEmpty()) {
      timers.cancel(new AskAgain());
    } else {
      timers.startSingleTimer(new AskAgain(), surroundings.askAgain());
    }
  }

  private static StageView view(
      StageKey stage, Plan plan, Plan.Next next, Map<StageKey, StageEnding> endings) {
    StageEnding ending = endings.get(stage);
    if (ending != null) {
      return new StageView(
          stage,
          ending.completed() ? StageStatus.COMPLETED : StageStatus.FAILED,
          ending.failure().orElse(""),
          ending.attempts(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          ending.result());
    }
    if (next.blocked().containsKey(stage)) {
      return StageView.pending(stage, StageStatus.BLOCKED, next.blocked().get(stage));
    }
    if (next.ready().contains(stage)) {
      return StageView.pending(stage, StageStatus.WAITING, "");
    }
    String needs =
        plan.requirements(stage).stream()
            .filter(need -> !endings.containsKey(need))
            .map(StageKey::text)
            .reduce((first, second) -> first + " and " + second)
            .orElse("");
    return StageView.pending(stage, StageStatus.PENDING, "waits for " + needs);
  }

  private static StageSpec stageSpec(
      Active state, StageKey stage, Map<StageKey, StageEnding> endings) {
    Optional<TeacherFound> teacher =
        result(new StageKey.TeacherSearch(stage.teacherSeed()), endings)
            .map(TeacherFound.class::cast);
    Optional<CheckpointRef> startFrom =
        Plan.startsFrom(stage)
            .flatMap(from -> result(from, endings))
            .map(ArmTrained.class::cast)
            .map(ArmTrained::checkpoint);
    return new StageSpec(
        new StageId(state.experiment(), stage),
        state.spec(),
        state.specHash(),
        teacher.map(TeacherFound::teacher),
        teacher.map(TeacherFound::dataHash),
        startFrom);
  }

  private static Optional<StageResult> result(StageKey stage, Map<StageKey, StageEnding> endings) {
    return Optional.ofNullable(endings.get(stage)).flatMap(StageEnding::result);
  }
}
