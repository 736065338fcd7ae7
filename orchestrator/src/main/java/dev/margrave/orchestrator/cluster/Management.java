package dev.margrave.orchestrator.cluster;

import akka.actor.setup.Setup;
import akka.actor.typed.ActorSystem;
import akka.management.cluster.bootstrap.ClusterBootstrap;
import akka.management.javadsl.AkkaManagement;
import akka.management.javadsl.ReadinessCheckSetup;
import dev.margrave.orchestrator.journal.Journal;
import java.util.List;

/** Answers probes, and lets orchestrators find each other. */
final class Management {
  private Management() {}

  /** What must be known before the actor system starts: when this orchestrator is ready. */
  static Setup readiness(Journal journal) {
    return ReadinessCheckSetup.create(system -> List.of(new Readiness(system, journal)));
  }

  /** Starts what the settings want. */
  static void start(ActorSystem<?> system, ManagementSettings settings) {
    if (settings.enabled()) {
      AkkaManagement.get(system)
          .start()
          .whenComplete(
              (address, failure) -> {
                if (failure == null) {
                  system.log().info("probes are answered at {}", address);
                } else {
                  system.log().error("probes cannot be answered: {}", failure.getMessage());
                }
              });
    }
    if (settings.bootstrap()) {
      ClusterBootstrap.get(system).start();
    }
  }
}
