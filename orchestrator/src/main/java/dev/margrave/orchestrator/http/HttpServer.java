package dev.margrave.orchestrator.http;

import akka.Done;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.settings.ServerSettings;
import akka.pattern.Patterns;
import akka.stream.SystemMaterializer;
import dev.margrave.orchestrator.metrics.OrchestratorMetrics;
import dev.margrave.orchestrator.read.ExperimentHistory;
import dev.margrave.orchestrator.service.ExperimentService;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** The HTTP interface of the orchestrator, while it is open. */
public final class HttpServer {
  private static final Duration SHORTEST_IDLE = Duration.ofSeconds(60);
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  private final ServerBinding binding;
  private final EventStreams streams;
  private final Pools pools;

  /**
   * Apart, so that a database or a storage that hangs keeps nobody from what needs neither: metrics
   * are asked for most when something hangs.
   */
  private record Pools(BlockingPool tables, BlockingPool artefacts, BlockingPool metrics) {
    static Pools start(HttpSettings.History tables) {
      return new Pools(
          new BlockingPool("tables", tables.threads(), tables.queue()),
          new BlockingPool("artefacts", 1, tables.queue()),
          new BlockingPool("metrics", 1, tables.queue()));
    }

    void stop() {
      tables.stop();
      artefacts.stop();
      metrics.stop();
    }
  }

  private HttpServer(ServerBinding binding, EventStreams streams, Pools pools) {
    this.binding = binding;
    this.streams = streams;
    this.pools = pools;
  }

  /**
   * Opens it. Fails with an {@link HttpStartException} when the port is taken, or when it would
   * listen beyond loopback without tokens.
   */
  public static CompletionStage<HttpServer> start(
      ActorSystem<?> system,
      HttpSettings settings,
      ExperimentService service,
      ExperimentHistory history,
      StageArtefacts artefacts,
      Clock clock) {
    Optional<HttpStartException> refusal = refusal(settings);
    if (refusal.isPresent()) {
      return CompletableFuture.failedFuture(refusal.get());
    }
    Pools pools = Pools.start(settings.history());
    EventStreams streams =
        new EventStreams(system, settings.events(), service, history, pools.tables(), clock);
    List<Endpoint> endpoints =
        Endpoints.of(
            new ExperimentHandlers(service, pools.tables()),
            new HistoryHandlers(
                service, history, pools.tables(), streams, settings.maximumPoints()),
            new StageHandlers(service, artefacts, pools.artefacts()),
            new MetricsHandler(OrchestratorMetrics.get(system).registry(), pools.metrics()));
    Api api = new Api(system, settings, endpoints);
    return Http.get(system)
        .newServerAt(settings.host(), settings.port())
        .withSettings(server(system, settings))
        .withMaterializer(SystemMaterializer.get(system).materializer())
        .bind(RootRoute.of(new PageRoute(PageFiles.load(), settings), api))
        .handle(
            (binding, thrown) -> {
              if (thrown == null) {
                return new HttpServer(binding, streams, pools);
              }
              pools.stop();
              throw cannotBind(settings, thrown);
            });
  }

  private static Optional<HttpStartException> refusal(HttpSettings settings) {
    try {
      boolean loopback = InetAddress.getByName(settings.host()).isLoopbackAddress();
      return loopback || !settings.tokens().isEmpty()
          ? Optional.empty()
          : Optional.of(
              new HttpStartException(
                  "margrave.http.interface is %s, beyond this machine, but margrave.http.tokens is"
                          .formatted(settings.host())
                      + " empty, so that everybody there could steer experiments: set tokens, or"
                      + " listen on 127.0.0.1",
                  null));
    } catch (UnknownHostException e) {
      return Optional.of(
          new HttpStartException(
              "margrave.http.interface is %s, which is no address of this machine; 127.0.0.1 or"
                      .formatted(settings.host())
                  + " 0.0.0.0 is usual",
              e));
    }
  }

  private static HttpStartException cannotBind(HttpSettings settings, Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null
        && (cause instanceof CompletionException || cause.getClass().getName().contains("akka"))) {
      cause = cause.getCause();
    }
    return new HttpStartException(
        "port %d of %s cannot be listened on (%s); set margrave.http.port to another"
            .formatted(settings.port(), settings.host(), cause.getMessage()),
        thrown);
  }

  private static ServerSettings server(ActorSystem<?> system, HttpSettings settings) {
    ServerSettings defaults = ServerSettings.create(system.settings().config());
    Duration idle =
        Collections.max(
            List.of(
                SHORTEST_IDLE,
                settings.events().heartbeat().multipliedBy(2),
                settings.requestTimeout().multipliedBy(2)));
    return defaults
        .withTimeouts(
            defaults
                .getTimeouts()
                .withRequestTimeout(scala(settings.requestTimeout()))
                .withIdleTimeout(scala(idle)))
        .withMaxConnections(settings.maximumConnections())
        .withServerHeader(Optional.empty())
        .withParsingErrorHandler(ParsingProblems.class.getName())
        .withTerminationDeadlineExceededResponse(Responses.problem(Failures.unavailable()))
        .withParserSettings(
            defaults
                .getParserSettings()
                .withMaxContentLength(settings.maximumBodyBytes())
                .withMaxToStrictBytes(settings.maximumBodyBytes())
                .withIllegalHeaderWarnings(false));
  }

  private static scala.concurrent.duration.Duration scala(Duration duration) {
    return scala.concurrent.duration.Duration.create(duration.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Where it listens; the port is the real one when any was asked for. */
  public InetSocketAddress address() {
    return binding.localAddress();
  }

  /** Streams of events that are open. */
  public int openStreams() {
    return streams.open();
  }

  /**
   * Waits until no stream of events is open: those of an experiment that is over end by themselves
   * once they have told all.
   *
   * @param limit after which it waits no more
   */
  public CompletionStage<Done> untilStreamsEnd(ActorSystem<?> system, Duration limit) {
    if (openStreams() == 0 || limit.isNegative() || limit.isZero()) {
      return CompletableFuture.completedFuture(Done.getInstance());
    }
    return Patterns.after(
        LOOK_EVERY, system, () -> untilStreamsEnd(system, limit.minus(LOOK_EVERY)));
  }

  /** Where a browser finds the page. */
  public String page() {
    InetAddress address = address().getAddress();
    String host = address.getHostAddress().replaceFirst("%.*", "");
    String shown =
        address.isAnyLocalAddress() ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host;
    return "http://" + shown + ":" + address().getPort() + "/";
  }

  /**
   * Closes it: no new connection is taken, streams end after a whole event, requests in flight are
   * answered. What is not done within the limit is cut. Idempotent.
   */
  public CompletionStage<Void> stop(Duration limit) {
    return binding
        .unbind()
        .thenCompose(unbound -> streams.stop(limit))
        .thenCompose(ended -> binding.terminate(limit))
        .handle(
            (done, thrown) -> {
              pools.stop();
              return null;
            });
  }
}
