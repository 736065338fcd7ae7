package dev.margrave.orchestrator.journal;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.pattern.StatusReply;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import dev.margrave.protocol.ExperimentId;
import java.util.Set;

/** Persists what it is told to, tagged as the supervisors tag, and counts what it recovers. */
public final class Recorder
    extends EventSourcedBehavior<Recorder.Command, JournalEvent, Recorder.Count> {

  /** To the recorder. */
  public sealed interface Command {}

  /** Persists an event and answers with the count of all so far. */
  public record Add(JournalEvent event, ActorRef<StatusReply<Integer>> replyTo)
      implements Command {}

  /** Answers with the count. */
  public record Get(ActorRef<StatusReply<Integer>> replyTo) implements Command {}

  /** Its state, also as a snapshot. */
  public record Count(int events) implements JournalState {}

  private final ExperimentId experiment;
  private final int snapshotEvery;

  private Recorder(
      PersistenceId id, ExperimentId experiment, int snapshotEvery, JournalRetry retry) {
    super(id, retry.strategy());
    this.experiment = experiment;
    this.snapshotEvery = snapshotEvery;
  }

  /**
   * A recorder.
   *
   * @param id as supervisors have it: {@code stage|demo/full-0}, {@code experiment|demo}
   */
  public static Behavior<Command> create(String id, ExperimentId experiment, int snapshotEvery) {
    return new Recorder(
        PersistenceId.ofUniqueId(id), experiment, snapshotEvery, TestJournals.RETRY);
  }

  @Override
  public Count emptyState() {
    return new Count(0);
  }

  @Override
  public CommandHandler<Command, JournalEvent, Count> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(
            Add.class,
            (state, add) ->
                Effect()
                    .persist(add.event())
                    .thenRun(now -> add.replyTo().tell(StatusReply.success(now.events()))))
        .onCommand(
            Get.class,
            (state, get) -> {
              get.replyTo().tell(StatusReply.success(state.events()));
              return Effect().none();
            })
        .build();
  }

  @Override
  public EventHandler<Count, JournalEvent> eventHandler() {
    return newEventHandlerBuilder()
        .forAnyState()
        .onAnyEvent((state, event) -> new Count(state.events() + 1));
  }

  @Override
  public Set<String> tagsFor(JournalEvent event) {
    return JournalTags.of(experiment);
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(snapshotEvery, 2);
  }
}
