package dev.margrave.orchestrator.experiment;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import dev.margrave.orchestrator.plan.Plan;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.WireMessage;
import dev.margrave.protocol.spec.ExperimentSpec;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** Knows which experiment has which name, and refuses a changed spec under an old one. */
public final class ExperimentRegistry
    extends EventSourcedBehavior<ExperimentRegistry.Command, RegistryEvent, RegistryState> {

  private static final int SNAPSHOT_EVERY_EVENTS = 100;
  private static final int KEPT_SNAPSHOTS = 2;

  /** To the registry. */
  public sealed interface Command extends WireMessage {}

  /** Give the spec its name, or a fresh generation of it. */
  public record Open(
      ExperimentSpec spec,
      String canonicalSpec,
      String specHash,
      boolean fresh,
      ActorRef<SubmitReply> replyTo)
      implements Command {}

  /**
   * How much is taken on.
   *
   * @param maximumExperiments names in one data directory
   * @param maximumStages of one experiment
   */
  public record Limits(int maximumExperiments, int maximumStages) {}

  private final Limits limits;
  private final Clock clock;

  /** The registry of this journal. */
  public static Behavior<Command> create(Limits limits, Clock clock) {
    return Behaviors.setup(context -> new ExperimentRegistry(limits, clock));
  }

  private ExperimentRegistry(Limits limits, Clock clock) {
    super(PersistenceId.ofUniqueId("experiments"));
    this.limits = limits;
    this.clock = clock;
  }

  @Override
  public RegistryState emptyState() {
    return new RegistryState(List.of());
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(SNAPSHOT_EVERY_EVENTS, KEPT_SNAPSHOTS);
  }

  @Override
  public EventHandler<RegistryState, RegistryEvent> eventHandler() {
    return RegistryState::apply;
  }

  @Override
  public CommandHandler<Command, RegistryEvent, RegistryState> commandHandler() {
    return newCommandHandlerBuilder().forAnyState().onCommand(Open.class, this::onOpen).build();
  }

  private Effect<RegistryEvent, RegistryState> onOpen(RegistryState state, Open command) {
    String name = command.spec().name();
    Optional<RegistryEvent.Opened> known = state.of(name);
    if (known.isPresent() && !command.fresh()) {
      command.replyTo().tell(onKnown(known.get(), command));
      return Effect().none();
    }
    Optional<String> tooMuch = tooMuch(state, command.spec());
    if (tooMuch.isPresent()) {
      command.replyTo().tell(new SubmitReply.Refused(tooMuch.get()));
      return Effect().none();
    }
    int generation = known.map(entry -> entry.experiment().generation() + 1).orElse(1);
    ExperimentId experiment = new ExperimentId(name, generation);
    return Effect()
        .persist(
            new RegistryEvent.Opened(
                experiment, command.specHash(), command.canonicalSpec(), clock.instant()))
        .thenRun(() -> command.replyTo().tell(new SubmitReply.Accepted(experiment, false)));
  }

  private static SubmitReply onKnown(RegistryEvent.Opened known, Open command) {
    if (known.specHash().equals(command.specHash())) {
      return new SubmitReply.Accepted(known.experiment(), true);
    }
    return new SubmitReply.SpecChanged(
        known.experiment(),
        "experiment "
            + known.experiment().name()
            + " exists with another spec; rename this one, undo the change, or start anew beside"
            + " the old with --fresh",
        known.canonicalSpec());
  }

  private Optional<String> tooMuch(RegistryState state, ExperimentSpec spec) {
    int stages;
    try {
      stages = Plan.of(spec).stages().size();
    } catch (IllegalArgumentException e) {
      return Optional.of(e.getMessage());
    }
    if (stages > limits.maximumStages()) {
      return Optional.of(
          "experiment "
              + spec.name()
              + " has "
              + stages
              + " stages, the limit is "
              + limits.maximumStages()
              + "; use fewer seeds, teachers or arms, or raise"
              + " margrave.orchestrator.maximum-stages");
    }
    if (state.of(spec.name()).isEmpty() && state.latest().size() >= limits.maximumExperiments()) {
      return Optional.of(
          "this data directory holds "
              + state.latest().size()
              + " experiments, which is the limit; use another --data-dir, or raise"
              + " margrave.orchestrator.maximum-experiments");
    }
    return Optional.empty();
  }
}
