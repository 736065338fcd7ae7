package dev.margrave.app.run;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.margrave.app.page.StoredArtefacts;
import dev.margrave.orchestrator.Orchestrator;
import dev.margrave.orchestrator.experiment.ExperimentRegistry;
import dev.margrave.orchestrator.http.HttpServer;
import dev.margrave.orchestrator.http.HttpSettings;
import dev.margrave.orchestrator.http.HttpStartException;
import dev.margrave.orchestrator.journal.Journal;
import dev.margrave.orchestrator.read.JdbcExperimentHistory;
import dev.margrave.orchestrator.read.ReadSide;
import dev.margrave.orchestrator.service.ActorExperimentService;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.worker.SchedulerProtocol;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletionException;

/**
 * The page of a run, served by the process that runs it for as long as it does: the HTTP interface
 * on loopback, over the supervisors of this process.
 */
final class RunPage {
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

  /** A browser that looks on sees the end of the run; then the process ends. */
  private static final Duration FAREWELL_LIMIT = Duration.ofSeconds(4);

  private static final Duration STOP_LIMIT = Duration.ofSeconds(1);

  /** Streams of a run that is over must not keep its process waiting. */
  private static final Config SETTLE =
      ConfigFactory.parseString("margrave.http.events.settle = 1200 ms");

  /** Any port that is free. */
  private static final Config ANY_PORT = ConfigFactory.parseString("margrave.http.port = 0");

  /** What it shows, and whom it asks. */
  record Sources(
      ActorSystem<?> system,
      Journal journal,
      ActorRef<Orchestrator.Command> orchestrator,
      ActorRef<SchedulerProtocol.Command> scheduler,
      ArtefactStore store) {}

  private final ActorSystem<?> system;
  private final HttpServer server;

  private RunPage(ActorSystem<?> system, HttpServer server) {
    this.system = system;
    this.server = server;
  }

  /**
   * Opens it at {@code margrave.http.port}, or at a free port when that one is taken.
   *
   * @throws HttpStartException when it cannot be opened at all
   * @throws IllegalArgumentException naming what is wrong with the settings
   */
  static RunPage open(Sources sources, ExperimentId experiment, Config config, Clock clock) {
    Config settings = SETTLE.withFallback(config);
    HttpSettings wanted = HttpSettings.of(settings);
    HttpSettings anyPort = HttpSettings.of(ANY_PORT.withFallback(settings));
    ReadSide.start(sources.system(), sources.journal(), false);
    var service = new RunService(service(sources), experiment);
    var history = new JdbcExperimentHistory(sources.journal());
    var artefacts = new StoredArtefacts(sources::store);
    HttpServer server;
    try {
      server =
          HttpServer.start(sources.system(), wanted, service, history, artefacts, clock)
              .exceptionallyCompose(
                  taken ->
                      HttpServer.start(
                          sources.system(), anyPort, service, history, artefacts, clock))
              .toCompletableFuture()
              .join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof HttpStartException refused ? refused : e;
    }
    return new RunPage(sources.system(), server);
  }

  private static ActorExperimentService service(Sources sources) {
    ActorRef<ExperimentRegistry.Command> registry =
        sources
            .system()
            .systemActorOf(
                Behaviors.<ExperimentRegistry.Command>receiveMessage(
                    command -> {
                      sources.orchestrator().tell(new Orchestrator.Register(command));
                      return Behaviors.same();
                    }),
                "page-registry",
                Props.empty());
    return new ActorExperimentService(
        registry,
        (experiment, command) ->
            sources.orchestrator().tell(new Orchestrator.Tell(experiment, command)),
        sources.scheduler(),
        sources.system(),
        ANSWER_TIMEOUT);
  }

  /** Where it is. */
  String address() {
    return server.page();
  }

  /** Waits until those who look on have seen the end, but not for long. */
  void farewell() {
    server.untilStreamsEnd(system, FAREWELL_LIMIT).toCompletableFuture().join();
  }

  /** Closes it. */
  void close() {
    server.stop(STOP_LIMIT).toCompletableFuture().join();
  }
}
