package dev.margrave.app.client;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import dev.margrave.app.Samples;
import dev.margrave.orchestrator.experiment.SubmitReply;
import dev.margrave.orchestrator.http.HttpServer;
import dev.margrave.orchestrator.http.HttpSettings;
import dev.margrave.orchestrator.http.StageArtefacts;
import dev.margrave.orchestrator.read.EventRow;
import dev.margrave.orchestrator.read.ExperimentHistory;
import dev.margrave.orchestrator.read.MarginRow;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.Gate;
import dev.margrave.orchestrator.service.Control;
import dev.margrave.orchestrator.service.ControlReply;
import dev.margrave.orchestrator.service.ExperimentService;
import dev.margrave.orchestrator.service.ExperimentSummary;
import dev.margrave.orchestrator.service.WorkerStatus;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.spec.ExperimentSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/** The real HTTP server over supervisors and tables that only pretend. */
final class FakeOrchestrator implements ExperimentService, ExperimentHistory, AutoCloseable {
  static final Instant AT = Instant.parse("2026-11-22T10:00:00Z");

  final Map<ExperimentId, ExperimentView> views = new ConcurrentHashMap<>();
  final List<ExperimentSummary> summaries = new CopyOnWriteArrayList<>();
  final List<ExperimentSpec> submitted = new CopyOnWriteArrayList<>();
  final List<Control> controls = new CopyOnWriteArrayList<>();
  final List<EventRow> events = new CopyOnWriteArrayList<>();
  final List<Long> askedAfter = new CopyOnWriteArrayList<>();
  final AtomicInteger viewed = new AtomicInteger();
  volatile BiFunction<ExperimentSpec, Boolean, SubmitReply> onSubmit =
      (spec, fresh) ->
          new SubmitReply.Accepted(new ExperimentId(spec.name(), fresh ? 2 : 1), false);
  volatile ControlReply onControl = new ControlReply.Done("so be it");

  private final ActorSystem<Void> system;
  private final String settings;
  private HttpServer server;

  FakeOrchestrator(String settings) {
    this.settings = settings;
    system =
        ActorSystem.create(
            Behaviors.empty(),
            "http",
            ConfigFactory.parseString(
                    "akka { loglevel = OFF, stdout-loglevel = OFF, jvm-shutdown-hooks = off,"
                        + " actor.provider = local, log-dead-letters = off }")
                .withFallback(ConfigFactory.load()));
    open(0);
  }

  /** Listens again, where it did. */
  void open(int port) {
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
  void shut() {
    await(server.stop(Duration.ofSeconds(5)));
  }

  int port() {
    return server.address().getPort();
  }

  String url() {
    return "http://127.0.0.1:" + port();
  }

  /** The sample experiment stands like that. */
  void sample(
      ExperimentView.Status status, List<StageView> stages, Optional<ExperimentResults> results) {
    views.put(
        Samples.EXPERIMENT,
        new ExperimentView(
            Samples.EXPERIMENT,
            status,
            Optional.empty(),
            stages,
            results.map(ExperimentResults::gates).orElse(List.<Gate>of()),
            results));
  }

  /** Something happens to the whole experiment. */
  void happen(String message) {
    long id = events.size() + 1L;
    events.add(new EventRow(id, AT, Optional.empty(), "experiment-paused", message, "{}"));
  }

  private static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    shut();
    system.terminate();
    await(system.getWhenTerminated());
  }

  @Override
  public CompletionStage<SubmitReply> submit(ExperimentSpec spec, boolean fresh) {
    submitted.add(spec);
    return CompletableFuture.completedFuture(onSubmit.apply(spec, fresh));
  }

  @Override
  public CompletionStage<List<ExperimentSummary>> list() {
    return CompletableFuture.completedFuture(summaries);
  }

  @Override
  public CompletionStage<Optional<ExperimentView>> view(ExperimentId experiment) {
    viewed.incrementAndGet();
    return CompletableFuture.completedFuture(Optional.ofNullable(views.get(experiment)));
  }

  @Override
  public CompletionStage<ControlReply> control(ExperimentId experiment, Control control) {
    controls.add(control);
    return CompletableFuture.completedFuture(
        views.containsKey(experiment) ? onControl : new ControlReply.Unknown(experiment.text()));
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

  @Override
  public long before(ExperimentId experiment, int count) {
    return Math.max(0, events.size() - count);
  }

  @Override
  public List<EventRow> events(ExperimentId experiment, long after, int limit) {
    askedAfter.add(after);
    return events.stream().filter(row -> row.id() > after).limit(limit).toList();
  }
}
