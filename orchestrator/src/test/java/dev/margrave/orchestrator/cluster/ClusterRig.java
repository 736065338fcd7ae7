package dev.margrave.orchestrator.cluster;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorSystem;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.margrave.orchestrator.OrchestratorSettings;
import dev.margrave.orchestrator.journal.Journal;
import java.time.Clock;

/** An actor system with the configuration of a real orchestrator, that leaves this JVM alone. */
final class ClusterRig {
  private ClusterRig() {}

  /** What the tests' process must not do, and any free port. */
  private static final String GENTLE =
      """
      akka.coordinated-shutdown { exit-jvm = off, run-by-jvm-shutdown-hook = off }
      akka.jvm-shutdown-hooks = off
      """;

  /** As of {@code OrchestratorNode}, with further settings over the defaults. */
  static Config configuration(Journal journal, String settings) {
    Config base =
        ConfigFactory.load(
            ConfigFactory.parseString(settings)
                .withFallback(ConfigFactory.parseString("margrave.cluster.port = 0")));
    return ConfigFactory.parseString(GENTLE)
        .withFallback(
            OrchestratorNode.configuration(
                base, journal, OrchestratorSettings.of(base), Clock.systemUTC()));
  }

  /** Not yet a member of anything. */
  static ActorTestKit alone(Journal journal) {
    return ActorTestKit.create(
        OrchestratorNode.SYSTEM,
        ConfigFactory.parseString("akka.cluster.seed-nodes = []")
            .withFallback(configuration(journal, "")));
  }

  /** Makes a cluster of one, and waits until it is one. */
  static void formAlone(ActorTestKit kit) {
    ActorSystem<?> system = kit.system();
    Cluster cluster = Cluster.get(system);
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    kit.createTestProbe()
        .awaitAssert(
            () -> {
              if (!cluster.selfMember().status().equals(MemberStatus.up())) {
                throw new AssertionError(cluster.selfMember());
              }
              return null;
            });
  }
}
