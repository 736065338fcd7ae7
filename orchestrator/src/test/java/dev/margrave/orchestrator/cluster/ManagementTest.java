package dev.margrave.orchestrator.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.Done;
import akka.actor.BootstrapSetup;
import akka.actor.CoordinatedShutdown;
import akka.actor.ExtendedActorSystem;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.management.HealthCheckSettings;
import akka.management.javadsl.HealthChecks;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.margrave.orchestrator.journal.DataDirectory;
import dev.margrave.orchestrator.journal.Journal;
import dev.margrave.orchestrator.journal.TestJournals;
import dev.margrave.orchestrator.journal.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When an orchestrator calls itself ready, and how orchestrators find each other. */
class ManagementTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir Path folder;

  /** Hosts of one machine that nobody else binds to: as on several, all have the same port. */
  private static final List<String> HOSTS = List.of("127.0.0.2", "127.0.0.3");

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOSTS.get(0)))) {
      return socket.getLocalPort();
    }
  }

  private static ActorTestKit node(Config config, Journal journal) {
    ActorSystem<Void> system =
        ActorSystem.create(
            Behaviors.empty(),
            OrchestratorNode.SYSTEM,
            ActorSystemSetup.create(BootstrapSetup.create(config), Management.readiness(journal)));
    return ActorTestKit.create(system);
  }

  /** A check that takes too long, or fails, is no yes. */
  private static boolean ready(ActorTestKit kit) {
    var system = (ExtendedActorSystem) Adapter.toClassic(kit.system());
    return new HealthChecks(
            system,
            HealthCheckSettings.apply(
                system.settings().config().getConfig("akka.management.health-checks")))
        .ready()
        .exceptionally(failure -> false)
        .toCompletableFuture()
        .join();
  }

  private static void awaitReady(ActorTestKit kit) {
    kit.createTestProbe()
        .awaitAssert(
            PATIENCE,
            () -> {
              assertTrue(ready(kit));
              return null;
            });
  }

  private static void awaitUp(ActorTestKit kit, int members) {
    Cluster cluster = Cluster.get(kit.system());
    kit.createTestProbe()
        .awaitAssert(
            PATIENCE,
            () -> {
              List<String> up = new ArrayList<>();
              cluster
                  .state()
                  .getMembers()
                  .forEach(
                      member -> {
                        if (member.status().equals(MemberStatus.up())) {
                          up.add(member.address().toString());
                        }
                      });
              assertEquals(members, up.size(), up::toString);
              return null;
            });
  }

  private static void end(ActorTestKit kit) {
    kit.system().terminate();
    kit.system().getWhenTerminated().toCompletableFuture().join();
  }

  @Test
  void readyIsWhoIsAMemberAndNotAboutToEnd() throws Exception {
    Journal journal = Journal.open(DataDirectory.open(folder), TestJournals.file(1));
    Config config =
        ConfigFactory.parseString("akka.cluster.seed-nodes = []")
            .withFallback(ClusterRig.configuration(journal, ""));
    ActorTestKit kit = node(config, journal);
    try {
      assertFalse(ready(kit), "it is in no cluster");
      ClusterRig.formAlone(kit);
      awaitReady(kit);
      // The end begins, and is held up where requests in flight are waited for.
      CompletableFuture<Done> held = new CompletableFuture<>();
      CoordinatedShutdown shutdown = CoordinatedShutdown.get(kit.system());
      shutdown.addTask(CoordinatedShutdown.PhaseBeforeServiceUnbind(), "held", () -> held);
      shutdown.run(CoordinatedShutdown.unknownReason());
      assertTrue(Cluster.get(kit.system()).selfMember().status().equals(MemberStatus.up()));
      assertFalse(ready(kit), "it is about to end");
      held.complete(Done.getInstance());
    } finally {
      end(kit);
      journal.close();
    }
  }

  @Test
  void twoFindEachOtherWithoutBeingNamedAndAreReadyWhileTheirJournalAnswers() throws Exception {
    try (TestPostgres server = TestPostgres.start()) {
      String database = server.database();
      int port = freePort();
      List<ActorTestKit> kits = new ArrayList<>();
      List<Journal> journals = new ArrayList<>();
      try {
        for (String host : HOSTS) {
          Journal journal = Journal.openShared(server.settings(database));
          journals.add(journal);
          Config config = ClusterRig.configuration(journal, discovery(host, port));
          ActorTestKit kit = node(config, journal);
          kits.add(kit);
          Management.start(kit.system(), ManagementSettings.of(config));
        }
        for (ActorTestKit kit : kits) {
          awaitUp(kit, HOSTS.size());
          awaitReady(kit);
        }
        server.stop();
        assertFalse(ready(kits.get(0)), "its journal does not answer");
        server.startAgain();
        awaitReady(kits.get(0));
      } finally {
        kits.forEach(ManagementTest::end);
        journals.forEach(Journal::close);
      }
    }
  }

  /** Found in the configuration, each by its address and port of management. */
  private static String discovery(String host, int port) {
    StringBuilder endpoints = new StringBuilder();
    for (String other : HOSTS) {
      endpoints
          .append("{ host = \"")
          .append(other)
          .append("\", port = ")
          .append(port)
          .append(" }, ");
    }
    return """
        margrave.cluster {
          management { host = "%s", port = %d, bind-host = "%s" }
          bootstrap { enabled = true, method = config, service = test, contacts = 2, stable = 1 s }
        }
        akka.discovery.config.services.test.endpoints = [%s]
        """
        .formatted(host, port, host, endpoints);
  }

  @Test
  void whoDiscoversOthersNamesNone() {
    Config config =
        ConfigFactory.load(
            ConfigFactory.parseString(
                "margrave.cluster { bootstrap.enabled = true, orchestrators = [\"a:1\"] }"));
    assertEquals(
        "margrave.cluster.orchestrators and margrave.cluster.bootstrap.enabled exclude each other;"
            + " name the orchestrators or let them be discovered",
        assertThrows(IllegalArgumentException.class, () -> ClusterSettings.of(config))
            .getMessage());
  }
}
