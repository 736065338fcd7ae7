package dev.margrave.orchestrator;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.margrave.orchestrator.experiment.SubmitReply;
import dev.margrave.orchestrator.journal.DataDirectory;
import dev.margrave.orchestrator.journal.Journal;
import dev.margrave.orchestrator.schedule.Scheduler;
import dev.margrave.orchestrator.schedule.SchedulerInstruments;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.spec.ExperimentSpec;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** One process's worth: data directory, journal, actor system, orchestrator and a fake worker. */
public final class Site implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final DataDirectory directory;
  private final Journal journal;
  private final ActorSystem<Object> system;
  private volatile ActorRef<Orchestrator.Command> orchestrator;
  private volatile ActorRef<FakeWorker.Message> worker;

  /** Faults of no attempt. */
  public static Optional<Outcome.Failed> never(AttemptId attempt) {
    return Optional.empty();
  }

  public Site(
      Path path,
      FakeWorker.World world,
      int slots,
      Duration stepTime,
      Function<AttemptId, Optional<Outcome.Failed>> faults) {
    Config base =
        ConfigFactory.parseString(
                "margrave.orchestrator.retry { initial-delay = 10 ms, maximum-delay = 50 ms }")
            .withFallback(ConfigFactory.load());
    OrchestratorSettings settings = OrchestratorSettings.of(base);
    directory = DataDirectory.open(path);
    journal = Journal.open(directory, settings.journal());
    var ready = new java.util.concurrent.CountDownLatch(1);
    Behavior<Object> guardian =
        Behaviors.setup(
            context -> {
              var scheduler =
                  context.spawn(
                      Scheduler.create(
                          settings.scheduler().alone(),
                          Clock.systemUTC(),
                          SchedulerInstruments.NONE),
                      "scheduler");
              orchestrator =
                  context.spawn(
                      Orchestrator.create(settings, journal, scheduler, Clock.systemUTC(), 1),
                      "orchestrator");
              worker =
                  context.spawn(
                      FakeWorker.create(
                          "w1",
                          slots,
                          scheduler,
                          world,
                          stepTime,
                          faults,
                          (stage, message) ->
                              orchestrator.tell(new Orchestrator.Deliver(stage, message))),
                      "worker");
              ready.countDown();
              return Behaviors.empty();
            });
    system = ActorSystem.create(guardian, "margrave", journal.configuration(base));
    try {
      ready.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public SubmitReply submit(ExperimentSpec spec, String canonical, boolean fresh) {
    return get(
        AskPattern.<Orchestrator.Command, SubmitReply>ask(
            orchestrator,
            replyTo ->
                new Orchestrator.Submit(
                    spec, canonical, Fixtures.sha256(canonical), fresh, replyTo),
            PATIENCE,
            system.scheduler()));
  }

  /** Every view from now on. */
  public BlockingQueue<ExperimentView> watch(ExperimentId experiment) {
    BlockingQueue<ExperimentView> views = new LinkedBlockingQueue<>();
    ActorRef<ExperimentView> subscriber =
        system.systemActorOf(
            Behaviors.receiveMessage(
                (ExperimentView view) -> {
                  views.add(view);
                  return Behaviors.same();
                }),
            "watcher-" + System.nanoTime(),
            akka.actor.typed.Props.empty());
    orchestrator.tell(new Orchestrator.Watch(experiment, subscriber));
    return views;
  }

  /** The first view from now on that is not RUNNING, after all that came before it. */
  public List<ExperimentView> untilOver(ExperimentId experiment) {
    BlockingQueue<ExperimentView> views = watch(experiment);
    List<ExperimentView> seen = new ArrayList<>();
    try {
      while (seen.isEmpty()
          || seen.get(seen.size() - 1).status() == ExperimentView.Status.RUNNING) {
        ExperimentView view = views.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (view == null) {
          throw new AssertionError("nothing was shown for " + PATIENCE + " after " + seen);
        }
        seen.add(view);
      }
      return seen;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  public void drain() {
    worker.tell(new FakeWorker.HandBack());
    get(
        AskPattern.<Orchestrator.Command, Orchestrator.Drained>ask(
            orchestrator, Orchestrator.Drain::new, PATIENCE, system.scheduler()));
  }

  /** As near to kill -9 as one JVM allows: the database's file is closed as it stands. */
  public void kill() throws SQLException {
    try (Connection connection = DriverManager.getConnection(url());
        Statement statement = connection.createStatement()) {
      statement.execute("SHUTDOWN IMMEDIATELY");
    } catch (SQLException expected) {
      if (!String.valueOf(expected.getMessage()).contains("closed")) {
        throw expected;
      }
    }
    close();
  }

  /** From now on nothing can be written to the journal. */
  public void breakJournal() throws SQLException {
    try (Connection connection = DriverManager.getConnection(url());
        Statement statement = connection.createStatement()) {
      statement.execute("drop table \"event_journal\" cascade");
    }
  }

  /** Rows of a query on the journal. */
  public List<String> query(String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(url());
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        rows.add(result.getString(1));
      }
    }
    return rows;
  }

  private String url() {
    return system
        .settings()
        .config()
        .getString("akka-persistence-jdbc.shared-databases.slick.db.url");
  }

  @Override
  public void close() {
    system.terminate();
    get(system.getWhenTerminated());
    journal.close();
    directory.close();
  }

  private static <T> T get(java.util.concurrent.CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }
}
