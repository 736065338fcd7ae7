package dev.margrave.app.simulation;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import dev.margrave.orchestrator.OrchestratorSettings;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.loading.SpecLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An actor system without threads or clocks of its own, in which runs follow each other. */
final class Simulation implements AutoCloseable {
  private static final String CONFIGURATION =
      """
      akka {
        loggers = []
        loglevel = OFF
        stdout-loglevel = OFF
        log-dead-letters = off
        jvm-shutdown-hooks = off
        coordinated-shutdown.run-by-jvm-shutdown-hook = off
        scheduler.implementation = "dev.margrave.app.simulation.VirtualTime"
        actor {
          provider = local
          default-dispatcher = ${queue}
          internal-dispatcher = ${queue}
          default-blocking-io-dispatcher = ${queue}
        }
        persistence {
          journal.plugin = "simulated-journal"
          snapshot-store.plugin = "akka.persistence.no-snapshot-store"
          dispatchers.default-plugin-dispatcher = ${queue}
          dispatchers.default-replay-dispatcher = ${queue}
        }
      }
      queue {
        type = Dispatcher
        executor = "dev.margrave.app.simulation.RunQueueConfigurator"
        throughput = 1
      }
      simulated-journal {
        class = "dev.margrave.app.simulation.SimulatedJournal"
        plugin-dispatcher = "akka.actor.default-dispatcher"
        replay-dispatcher = "akka.actor.default-dispatcher"
        replay-filter.mode = off
        # It would outlive a run.
        circuit-breaker.max-failures = 1000000
      }
      """;

  /** What came of a run. */
  record Result(
      long seed,
      List<String> violations,
      String traceHash,
      String lastPart,
      FaultCounts counts,
      Map<String, String> certificates) {}

  private final ActorSystem<Void> system;
  private final VirtualTime time;
  private final OrchestratorSettings settings;
  private final ExperimentSpec spec =
      SpecLoader.parse(
          "simulation",
          """
          experiment {
            name = simulation
            seeds = [0, 1]
            dataset { name = shapes, train = 512, evaluate = 256 }
            arms = [full, ablation, rescue, drift]
            resources { max-attempts = 100 }
          }
          """,
          List.of());
  private final Map<String, String> faultless;
  private long runs;

  Simulation() {
    RunQueue.SHARED.start();
    var configuration =
        ConfigFactory.parseString(CONFIGURATION).withFallback(ConfigFactory.load()).resolve();
    system = ActorSystem.create(Behaviors.empty(), "simulation", configuration);
    time = (VirtualTime) Adapter.toClassic(system).scheduler();
    akka.persistence.Persistence.get(system);
    settings = OrchestratorSettings.of(configuration).clustered();
    RunQueue.SHARED.own();
    Run run = new Run(system, time, settings, spec, runs++, 0, false, Mutation.NONE);
    run.go();
    if (!run.invariants().violations().isEmpty()) {
      throw new IllegalStateException(
          run.trace().lastPart() + "\n" + run.invariants().violations());
    }
    faultless = run.certificates();
  }

  /** Of a run without faults. */
  Map<String, String> faultless() {
    return faultless;
  }

  Result run(long seed, Mutation mutation) {
    Run run = new Run(system, time, settings, spec, runs++, seed, true, mutation);
    run.go();
    List<String> violations = new ArrayList<>(run.invariants().violations());
    if (violations.isEmpty() && !run.certificates().equals(faultless)) {
      violations.add("certificates differ: " + run.certificates() + " and not " + faultless);
    }
    RunQueue.SHARED.strangers().forEach(thread -> violations.add(thread + " ran something"));
    return new Result(
        seed,
        violations,
        run.trace().hash(),
        run.trace().lastPart(),
        run.counts(),
        run.certificates());
  }

  @Override
  public void close() {
    system.terminate();
    while (!system.getWhenTerminated().toCompletableFuture().isDone()) {
      if (RunQueue.SHARED.runOne() == null && !time.advance()) {
        throw new IllegalStateException("the actor system does not end");
      }
    }
  }
}
