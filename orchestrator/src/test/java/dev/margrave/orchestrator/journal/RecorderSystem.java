package dev.margrave.orchestrator.journal;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.SpawnProtocol;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.margrave.orchestrator.stage.StageEvent;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** An actor system with a recorder per persistence id, on a journal of its own. */
public final class RecorderSystem implements AutoCloseable {
  /** A server that is down answers nobody: ask again soon. */
  private static final Duration ANSWER = Duration.ofSeconds(1);

  private static final int SNAPSHOT_EVERY = 10;
  private static final int MAXIMUM_TRIES = 60;

  private final Journal journal;
  private final ActorSystem<SpawnProtocol.Command> system;
  private final Map<String, ActorRef<Recorder.Command>> recorders = new HashMap<>();

  /** Takes the journal over. */
  public RecorderSystem(Journal journal) {
    this(journal, ConfigFactory.empty());
  }

  /** Takes the journal over; some settings are the test's own. */
  public RecorderSystem(Journal journal, Config overrides) {
    this.journal = journal;
    this.system =
        ActorSystem.create(
            Behaviors.setup(context -> SpawnProtocol.create()),
            "margrave",
            overrides.withFallback(journal.configuration(ConfigFactory.load())));
  }

  public Journal journal() {
    return journal;
  }

  public ActorSystem<SpawnProtocol.Command> system() {
    return system;
  }

  /** Persists an event of a stage; answers with the count of its events. */
  public int add(ExperimentId experiment, StageKey stage, StageEvent event) {
    return add("stage|" + experiment.text() + "/" + stage.text(), experiment, event);
  }

  /** Persists an event, tried once. */
  public int add(String id, ExperimentId experiment, JournalEvent event) {
    return join(
        AskPattern.askWithStatus(
            recorder(id, experiment),
            replyTo -> new Recorder.Add(event, replyTo),
            Duration.ofSeconds(20),
            system.scheduler()));
  }

  /** How many events are persisted, asked until there is an answer. */
  public int count(String id, ExperimentId experiment) {
    return persistently(id, experiment, Recorder.Get::new);
  }

  /** Persists an event, tried until it is acknowledged: may persist it more than once. */
  public int addPersistently(String id, ExperimentId experiment, JournalEvent event) {
    return persistently(id, experiment, replyTo -> new Recorder.Add(event, replyTo));
  }

  private int persistently(
      String id,
      ExperimentId experiment,
      akka.japi.function.Function<ActorRef<akka.pattern.StatusReply<Integer>>, Recorder.Command>
          message) {
    for (int tries = 1; ; tries++) {
      try {
        return join(
            AskPattern.askWithStatus(
                recorder(id, experiment), message, ANSWER, system.scheduler()));
      } catch (CompletionException e) {
        if (tries == MAXIMUM_TRIES) {
          throw e;
        }
      }
    }
  }

  private ActorRef<Recorder.Command> recorder(String id, ExperimentId experiment) {
    return recorders.computeIfAbsent(
        id,
        key ->
            join(
                AskPattern.<SpawnProtocol.Command, ActorRef<Recorder.Command>>ask(
                    system,
                    replyTo ->
                        new SpawnProtocol.Spawn<>(
                            Recorder.create(id, experiment, SNAPSHOT_EVERY),
                            "",
                            Props.empty(),
                            replyTo),
                    Duration.ofSeconds(20),
                    system.scheduler())));
  }

  public static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  @Override
  public void close() {
    system.terminate();
    join(system.getWhenTerminated());
    journal.close();
  }
}
