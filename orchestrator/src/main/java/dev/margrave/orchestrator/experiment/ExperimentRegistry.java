package dev.margrave.orchestrator.experiment;

import akka.actor.typed.ActorRef;
import akka.actor.typed.BackoffSupervisorStrategy;
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
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Knows which experiment has which name, and refuses a changed spec under an old one.
 *
 * <pre>
 *   front      --Open--&gt;           registry   &lt;--SubmitReply--
 *   front      --Find, ListEntries--&gt; registry   &lt;--Found, Entries--
 *   supervisor --Extend, Remove--&gt; registry   &lt;--Noted--   (idempotent)
 * </pre>
 */
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

  /** What an experiment's supervisor has done to it. */
  public sealed interface News extends Command {
    /** Tells this news from others of the same experiment. */
    String subject();
  }

  /** The experiment has this spec now. */
  public record Extend(
      ExperimentId experiment, String canonicalSpec, String specHash, ActorRef<Noted> replyTo)
      implements News {
    @Override
    public String subject() {
      return specHash;
    }
  }

  /** The experiment is off the list. */
  public record Remove(ExperimentId experiment, ActorRef<Noted> replyTo) implements News {
    @Override
    public String subject() {
      return "removed";
    }
  }

  /** It is in the journal. */
  public record Noted(ExperimentId experiment, String subject) implements WireMessage {}

  /** Is there such an experiment? */
  public record Find(ExperimentId experiment, ActorRef<Found> replyTo) implements Command {}

  /**
   * Whether there is.
   *
   * @param removed whether there was, before it was taken off the list
   */
  public record Found(ExperimentId experiment, boolean known, boolean removed)
      implements WireMessage {}

  /**
   * Part of the list, the youngest first.
   *
   * @param offset experiments to leave out
   * @param limit experiments at most
   */
  public record ListEntries(int offset, int limit, ActorRef<Entries> replyTo) implements Command {}

  /** As many as there are, or as were asked for. */
  public record Entries(List<Entry> entries) implements WireMessage {
    public Entries {
      entries = List.copyOf(entries);
    }
  }

  /** An experiment on the list. */
  public record Entry(ExperimentId experiment, Instant submitted) {}

  /**
   * How much is taken on.
   *
   * @param maximumExperiments names in one data directory
   * @param maximumStages of one experiment
   */
  public record Limits(int maximumExperiments, int maximumStages) {}

  private final Limits limits;
  private final Clock clock;

  /** The registry of this journal, which fails with it. */
  public static Behavior<Command> create(Limits limits, Clock clock) {
    return create(limits, clock, Optional.empty());
  }

  /**
   * The registry of this journal.
   *
   * @param retry how it comes back when the journal failed it; empty: it fails too. Supervision
   *     from outside does not see such a failure.
   */
  public static Behavior<Command> create(
      Limits limits, Clock clock, Optional<BackoffSupervisorStrategy> retry) {
    return Behaviors.setup(context -> new ExperimentRegistry(limits, clock, retry));
  }

  private ExperimentRegistry(
      Limits limits, Clock clock, Optional<BackoffSupervisorStrategy> retry) {
    super(PersistenceId.ofUniqueId("experiments"), retry.orElse(null));
    this.limits = limits;
    this.clock = clock;
  }

  @Override
  public RegistryState emptyState() {
    return new RegistryState(List.of(), List.of());
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
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(Open.class, this::onOpen)
        .onCommand(Extend.class, this::onExtend)
        .onCommand(Remove.class, this::onRemove)
        .onCommand(Find.class, this::onFind)
        .onCommand(ListEntries.class, this::onListEntries)
        .build();
  }

  private Effect<RegistryEvent, RegistryState> onExtend(RegistryState state, Extend command) {
    boolean news =
        state
            .of(command.experiment().name())
            .filter(entry -> entry.experiment().equals(command.experiment()))
            .filter(entry -> !entry.specHash().equals(command.specHash()))
            .isPresent();
    List<RegistryEvent> events =
        news
            ? List.of(
                new RegistryEvent.EntryExtended(
                    command.experiment(), command.specHash(), command.canonicalSpec()))
            : List.of();
    return Effect()
        .persist(events)
        .thenRun(() -> command.replyTo().tell(new Noted(command.experiment(), command.subject())));
  }

  private Effect<RegistryEvent, RegistryState> onRemove(RegistryState state, Remove command) {
    List<RegistryEvent> events =
        state.knows(command.experiment())
            ? List.of(new RegistryEvent.EntryRemoved(command.experiment()))
            : List.of();
    return Effect()
        .persist(events)
        .thenRun(() -> command.replyTo().tell(new Noted(command.experiment(), command.subject())));
  }

  private Effect<RegistryEvent, RegistryState> onFind(RegistryState state, Find command) {
    command
        .replyTo()
        .tell(
            new Found(
                command.experiment(),
                state.knows(command.experiment()),
                state.removed().contains(command.experiment())));
    return Effect().none();
  }

  private Effect<RegistryEvent, RegistryState> onListEntries(
      RegistryState state, ListEntries command) {
    command
        .replyTo()
        .tell(
            new Entries(
                state.listed().stream()
                    .skip(command.offset())
                    .limit(command.limit())
                    .map(entry -> new Entry(entry.experiment(), entry.at()))
                    .toList()));
    return Effect().none();
  }

  private Effect<RegistryEvent, RegistryState> onOpen(RegistryState state, Open command) {
    String name = command.spec().name();
    Optional<RegistryEvent.Opened> known = state.of(name);
    if (known.isPresent() && !command.fresh() && state.knows(known.get().experiment())) {
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
    List<RegistryEvent.Opened> listed = state.listed();
    if (listed.size() >= limits.maximumExperiments()
        && listed.stream().noneMatch(entry -> entry.experiment().name().equals(spec.name()))) {
      return Optional.of(
          "this data directory holds "
              + listed.size()
              + " experiments, which is the limit; use another --data-dir, or raise"
              + " margrave.orchestrator.maximum-experiments");
    }
    return Optional.empty();
  }
}
