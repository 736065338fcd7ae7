package dev.margrave.app.run;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.margrave.app.Version;
import dev.margrave.metrics.MetricsSettings;
import dev.margrave.orchestrator.Orchestrator;
import dev.margrave.orchestrator.OrchestratorSettings;
import dev.margrave.orchestrator.experiment.SubmitReply;
import dev.margrave.orchestrator.journal.DataDirectory;
import dev.margrave.orchestrator.journal.Journal;
import dev.margrave.orchestrator.metrics.OrchestratorMetrics;
import dev.margrave.orchestrator.schedule.Scheduler;
import dev.margrave.orchestrator.schedule.SteadyClock;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.DirectoryArtefactStore;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.loading.CanonicalSpec;
import dev.margrave.protocol.worker.Capabilities;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.workers.actor.NodeSettings;
import dev.margrave.workers.actor.StageJobs;
import dev.margrave.workers.actor.WorkerNode;
import dev.margrave.workers.engine.Engines;
import dev.margrave.workers.job.ArmJob;
import dev.margrave.workers.job.DatasetCache;
import dev.margrave.workers.job.TeacherSearchJob;
import dev.margrave.workers.metrics.WorkerMetrics;
import dev.margrave.workers.stage.TrainingInstruments;
import dev.margrave.workers.vae.ArmTrainer;
import dev.margrave.workers.vae.ExternalArmTrainer;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

/** One process that is everything: orchestrator, scheduler and one worker node on one journal. */
final class Node implements Interruption.Running {
  private static final String WORKER = "local";

  /** Retries are few and alone here: any seed of their jitter will do. */
  private static final long JITTER_SEED = 0;

  private static final Duration SUBMIT_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration TERMINATE_TIMEOUT = Duration.ofSeconds(10);

  /** What the guardian started. */
  private record Parts(
      ActorRef<Orchestrator.Command> orchestrator,
      ActorRef<WorkerNode.Command> worker,
      ActorRef<SchedulerProtocol.Command> scheduler) {}

  private final DataDirectory directory;
  private final Journal journal;
  private final ActorSystem<Void> system;
  private final Parts parts;
  private final ArtefactStore store;
  private final AtomicReference<RunPage> page = new AtomicReference<>();

  private Node(
      DataDirectory directory,
      Journal journal,
      ActorSystem<Void> system,
      Parts parts,
      ArtefactStore store) {
    this.directory = directory;
    this.journal = journal;
    this.system = system;
    this.parts = parts;
    this.store = store;
  }

  /**
   * Starts it.
   *
   * @param directory is closed by {@link #stop}, and stays open when this fails
   * @param capabilities of the worker in it
   * @throws dev.margrave.orchestrator.journal.JournalException when the journal cannot be used
   */
  static Node start(
      DataDirectory directory, DatasetCache datasets, Capabilities capabilities, Clock clock) {
    Config config = ConfigFactory.load();
    OrchestratorSettings settings = OrchestratorSettings.of(config);
    // What the actor system reads for itself: a value of no use must not leave it half started.
    MetricsSettings.of(config);
    Duration gpuEvery = WorkerMetrics.gpuEvery(config);
    Journal journal = Journal.open(directory, settings.journal());
    ArtefactStore store =
        new DirectoryArtefactStore(
            directory.path().resolve("experiments"), Long.toString(ProcessHandle.current().pid()));
    CompletableFuture<Parts> started = new CompletableFuture<>();
    ActorSystem<Void> system =
        ActorSystem.create(
            guardian(
                settings,
                journal,
                gpuEvery,
                training -> new Work(jobs(directory, store, datasets, clock, training), store),
                capabilities,
                clock,
                started),
            "margrave",
            journal.configuration(config));
    return new Node(directory, journal, system, started.join(), store);
  }

  private record Work(StageJobs jobs, ArtefactStore store) {}

  private static StageJobs jobs(
      DataDirectory directory,
      ArtefactStore store,
      DatasetCache datasets,
      Clock clock,
      TrainingInstruments training) {
    ArmTrainer trainer =
        new ArmTrainer(
            Engines.here()::trainingEngine, store, System::nanoTime, Version.text(), training);
    return new StageJobs(
        new TeacherSearchJob(datasets, store, clock),
        new ArmJob(
            datasets,
            store,
            trainer,
            Optional.of(
                new ExternalArmTrainer(
                    directory.path().resolve(ExternalArmTrainer.FOLDERS),
                    store,
                    System::nanoTime,
                    Version.text(),
                    training))));
  }

  private static Behavior<Void> guardian(
      OrchestratorSettings settings,
      Journal journal,
      Duration gpuEvery,
      Function<TrainingInstruments, Work> jobs,
      Capabilities capabilities,
      Clock clock,
      CompletableFuture<Parts> started) {
    return Behaviors.setup(
        context -> {
          OrchestratorMetrics metrics = OrchestratorMetrics.get(context.getSystem());
          Work work = jobs.apply(measured(context.getSystem(), metrics, gpuEvery));
          ActorRef<SchedulerProtocol.Command> scheduler =
              context.spawn(
                  Scheduler.create(
                      settings.scheduler().alone(),
                      SteadyClock.startingAt(clock, System::nanoTime),
                      metrics.scheduler()),
                  "scheduler");
          ActorRef<Orchestrator.Command> orchestrator =
              context.spawn(
                  Orchestrator.create(settings, journal, scheduler, clock, JITTER_SEED),
                  "orchestrator");
          ActorRef<WorkerNode.Command> worker =
              context.spawn(
                  WorkerNode.create(
                      NodeSettings.of(
                          context.getSystem().settings().config(), WORKER, capabilities),
                      work.jobs().launcher(context.getSystem(), work.store()),
                      work.store(),
                      scheduler,
                      (stage, message) ->
                          orchestrator.tell(new Orchestrator.Deliver(stage, message))),
                  "worker");
          started.complete(new Parts(orchestrator, worker, scheduler));
          return Behaviors.empty();
        });
  }

  /** The worker measures into the registry that this process has. */
  private static TrainingInstruments measured(
      ActorSystem<?> system, OrchestratorMetrics metrics, Duration gpuEvery) {
    metrics.registry().describeProcess(Version.text());
    WorkerMetrics worker =
        WorkerMetrics.within(metrics.registry(), gpuEvery, WORKER, System.getenv());
    var unused = system.getWhenTerminated().thenRun(worker::close);
    return worker.training();
  }

  /**
   * Opens the page on this node, until it stops.
   *
   * @return where it is
   * @throws dev.margrave.orchestrator.http.HttpStartException when it cannot be opened
   */
  String openPage(ExperimentId experiment, Clock clock) {
    var sources =
        new RunPage.Sources(system, journal, parts.orchestrator(), parts.scheduler(), store);
    page.set(RunPage.open(sources, experiment, ConfigFactory.load(), clock));
    return page.get().address();
  }

  /** Those who look at the page see the end. */
  void farewell() {
    if (page.get() != null) {
      page.get().farewell();
    }
  }

  /** Submits an experiment and waits for the answer. */
  SubmitReply submit(ExperimentSpec spec, boolean fresh) {
    String canonical = CanonicalSpec.text(spec);
    CompletionStage<SubmitReply> reply =
        AskPattern.ask(
            parts.orchestrator(),
            replyTo ->
                new Orchestrator.Submit(
                    spec, canonical, CanonicalSpec.hash(canonical), fresh, replyTo),
            SUBMIT_TIMEOUT,
            system.scheduler());
    return reply.toCompletableFuture().join();
  }

  /** Every snapshot of the experiment, one after the other. */
  void watch(ExperimentId experiment, Consumer<ExperimentView> viewer) {
    ActorRef<ExperimentView> subscriber =
        system.systemActorOf(
            Behaviors.<ExperimentView>receiveMessage(
                view -> {
                  viewer.accept(view);
                  return Behaviors.same();
                }),
            "viewer",
            Props.empty());
    parts.orchestrator().tell(new Orchestrator.Watch(experiment, subscriber));
  }

  @Override
  public boolean drain(Duration limit) {
    CompletionStage<WorkerNode.Drained> worker =
        AskPattern.ask(parts.worker(), WorkerNode.Drain::new, limit, system.scheduler());
    CompletionStage<Orchestrator.Drained> orchestrator =
        AskPattern.ask(parts.orchestrator(), Orchestrator.Drain::new, limit, system.scheduler());
    return worker
        .thenCombine(orchestrator, (one, other) -> true)
        .exceptionally(thrown -> false)
        .toCompletableFuture()
        .join();
  }

  /** Ends the actor system, closes the journal, lets go of the data directory. */
  @Override
  public void stop() {
    if (page.get() != null) {
      page.get().close();
    }
    system.terminate();
    try {
      system
          .getWhenTerminated()
          .toCompletableFuture()
          .get(TERMINATE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      system.log().warn("the actor system did not end in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    journal.close();
    directory.close();
  }
}
