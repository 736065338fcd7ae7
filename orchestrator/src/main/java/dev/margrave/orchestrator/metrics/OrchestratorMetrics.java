package dev.margrave.orchestrator.metrics;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import dev.margrave.metrics.MetricsRegistry;
import dev.margrave.metrics.MetricsSettings;
import dev.margrave.orchestrator.schedule.SchedulerInstruments;
import dev.margrave.orchestrator.stage.StageInstruments;
import java.time.Clock;

/**
 * The metrics of an actor system: whatever lives in it measures into one registry, and every HTTP
 * server in it offers that under {@code /metrics}.
 */
public final class OrchestratorMetrics implements Extension {
  private static final Id ID = new Id();

  private final MetricsRegistry registry;
  private final StageMeters stages;
  private final SchedulerMeters scheduler;

  private OrchestratorMetrics(ActorSystem<?> system) {
    registry =
        new MetricsRegistry(MetricsSettings.of(system.settings().config()), Clock.systemUTC());
    stages = new StageMeters(registry, System::nanoTime);
    scheduler = new SchedulerMeters(registry);
    var unused = system.getWhenTerminated().thenRun(registry::close);
  }

  /** How Akka makes it, once per actor system. */
  public static final class Id extends ExtensionId<OrchestratorMetrics> {
    private Id() {}

    @Override
    public OrchestratorMetrics createExtension(ActorSystem<?> system) {
      return new OrchestratorMetrics(system);
    }
  }

  /** Those of this actor system. */
  public static OrchestratorMetrics get(ActorSystem<?> system) {
    return ID.apply(system);
  }

  /** Where others of this process may measure too. */
  public MetricsRegistry registry() {
    return registry;
  }

  /** For stage supervisors. */
  public StageInstruments stages() {
    return stages;
  }

  /** For the scheduler. */
  public SchedulerInstruments scheduler() {
    return scheduler;
  }
}
