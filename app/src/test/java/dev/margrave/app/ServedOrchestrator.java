package dev.margrave.app;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import dev.margrave.orchestrator.http.HttpServer;
import dev.margrave.orchestrator.http.HttpSettings;
import dev.margrave.orchestrator.http.StageArtefacts;
import dev.margrave.orchestrator.read.ExperimentHistory;
import dev.margrave.orchestrator.read.MarginRow;
import dev.margrave.orchestrator.service.ExperimentService;
import dev.margrave.orchestrator.service.WorkerStatus;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.ExperimentId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** The real HTTP server over supervisors and tables that only pretend. */
public abstract class ServedOrchestrator
    implements ExperimentService, ExperimentHistory, AutoCloseable {
  public static final Instant AT = Instant.parse("2026-11-22T10:00:00Z");

  private final ActorSystem<Void> system =
      ActorSystem.create(
          Behaviors.empty(),
          "http",
          ConfigFactory.parseString(
                  "akka { loglevel = OFF, stdout-loglevel = OFF, jvm-shutdown-hooks = off,"
                      + " actor.provider = local, log-dead-letters = off }")
              .withFallback(ConfigFactory.load()));
  private final String settings;
  private HttpServer server;

  /**
   * One that does not listen yet.
   *
   * @param settings of {@code margrave.http}
   */
  protected ServedOrchestrator(String settings) {
    this.settings = settings;
  }

  /** Listens; 0 is any free port. */
  public final void open(int port) {
    HttpSettings read =
        HttpSettings.of(
            ConfigFactory.parseString(
                    "margrave.http { port = %d, events { poll = 20 ms, settle = 200 ms }, %s }"
                        .formatted(port, settings))
                .withFallback(ConfigFactory.load()));
    server =
        await(HttpServer.start(system, read, this, this, StageArtefacts.none(), Clock.systemUTC()));
  }

  /** Is away. */
  public final void shut() {
    await(server.stop(Duration.ofSeconds(5)));
  }

  public final int port() {
    return server.address().getPort();
  }

  /** The address of the page, with the token when one is wanted. */
  public final String page() {
    return server.page();
  }

  private static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  @Override
  public final void close() {
    shut();
    system.terminate();
    await(system.getWhenTerminated());
  }

  @Override
  public CompletionStage<List<WorkerStatus>> workers() {
    return CompletableFuture.completedFuture(List.of());
  }

  @Override
  public List<MarginRow> margins(
      ExperimentId experiment, Optional<Arm> arm, Optional<Long> seed, long fromStep) {
    return List.of();
  }

  @Override
  public List<MarginRow> margins(
      ExperimentId experiment, Optional<Arm> arm, Optional<Long> seed, long fromStep, int points) {
    return List.of();
  }
}
