package dev.margrave.orchestrator.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import akka.actor.Address;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.JoinSeedNodes;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.journal.Journal;
import dev.margrave.orchestrator.journal.RecorderSystem;
import dev.margrave.orchestrator.journal.TestPostgres;
import dev.margrave.orchestrator.stage.StageEvent;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresReadTest extends ReadContract {
  private static final TestPostgres SERVER = TestPostgres.shared();

  private static final Config CLUSTER =
      ConfigFactory.parseString(
          """
          akka.actor.provider = cluster
          akka.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
          akka.cluster.roles = [orchestrator]
          akka.cluster.jmx.multi-mbeans-in-same-jvm = on
          """);

  private String database;

  @BeforeEach
  void database() {
    database = SERVER.database();
  }

  @Override
  Journal open() {
    return Journal.openShared(SERVER.settings(database));
  }

  @Test
  void cutConnectionsAreSurvived() {
    try (Node node = start()) {
      node.evaluate(DEMO, FULL, 1, 1);
      node.events(DEMO, 1);
      SERVER.cutConnections(database);
      // Tried until it is acknowledged: it may be persisted more than once.
      int written =
          node.recorders()
              .addPersistently(
                  "stage|demo~2/full-0",
                  DEMO,
                  new StageEvent.Evaluated(1, Fixtures.evaluation(2, 1)));
      node.events(DEMO, written);
    }
  }

  @Test
  void aServerThatIsRestartedIsReadOn() throws IOException {
    try (TestPostgres own = TestPostgres.start()) {
      Journal journal = Journal.openShared(own.settings(own.database()));
      try (Node node = Node.start(new RecorderSystem(journal), false)) {
        node.evaluate(DEMO, FULL, 1, 1);
        node.events(DEMO, 1);
        own.stop();
        node.await(
            () -> {
              assertFalse(node.side().health().healthy());
              return true;
            });
        own.startAgain();
        int written =
            node.recorders()
                .addPersistently(
                    "stage|demo~2/full-0",
                    DEMO,
                    new StageEvent.Evaluated(1, Fixtures.evaluation(2, 1)));
        node.await(() -> node.history().events(DEMO, 0, 10));
        node.events(DEMO, written);
      }
    }
  }

  @Test
  void aProjectionMovesToTheOrchestratorThatIsLeft() {
    Node second = Node.start(new RecorderSystem(open(), CLUSTER), true);
    try (Node first = Node.start(new RecorderSystem(open(), CLUSTER), true)) {
      Address seed = Cluster.get(first.recorders().system()).selfMember().address();
      for (Node node : List.of(first, second)) {
        Cluster.get(node.recorders().system()).manager().tell(new JoinSeedNodes(List.of(seed)));
      }
      for (Node node : List.of(first, second)) {
        node.await(
            () -> {
              Cluster cluster = Cluster.get(node.recorders().system());
              assertEquals(MemberStatus.up(), cluster.selfMember().status());
              return true;
            });
      }
      first.evaluate(DEMO, FULL, 1, 1);
      second.evaluate(OTHER, FULL, 1, 1);
      assertEquals(first.events(DEMO, 1), second.events(DEMO, 1));
      first.events(OTHER, 1);
      second.close();
      first.evaluate(DEMO, FULL, 2, 1);
      first.evaluate(OTHER, ABLATION, 2, 1);
      first.events(DEMO, 2);
      first.events(OTHER, 2);
      assertEquals(
          4,
          first.await(
              () -> {
                long running =
                    first.side().health().readers().values().stream()
                        .filter(ReadHealth.Reader::running)
                        .count();
                assertEquals(4, running);
                return running;
              }));
    } finally {
      second.close();
    }
  }
}
