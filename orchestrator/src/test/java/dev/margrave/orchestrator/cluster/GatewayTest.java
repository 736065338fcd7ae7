package dev.margrave.orchestrator.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.cluster.typed.Cluster;
import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.journal.DataDirectory;
import dev.margrave.orchestrator.journal.Journal;
import dev.margrave.orchestrator.journal.TestJournals;
import dev.margrave.orchestrator.stage.StageProtocol;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.WireMessage;
import dev.margrave.protocol.worker.Capabilities;
import dev.margrave.protocol.worker.GatewayProtocol;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.StageMessage;
import dev.margrave.protocol.worker.WorkerProtocol;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway hands on what a worker may say, and nothing else, whoever says it. */
class GatewayTest {
  private static final AttemptId ATTEMPT = Fixtures.attempt("full-0", 1);

  @TempDir static Path folder;
  private static Journal journal;
  private static ActorTestKit kit;

  private final TestProbe<SchedulerProtocol.Command> scheduler = kit.createTestProbe();
  private final TestProbe<StageMessage> stages = kit.createTestProbe();
  private final TestProbe<GatewayProtocol.Welcome> worker = kit.createTestProbe();
  private final TestProbe<WorkerProtocol.Command> node = kit.createTestProbe();
  private final ActorRef<GatewayProtocol.Command> gateway =
      kit.spawn(Gateway.create(scheduler.ref(), (stage, message) -> stages.ref().tell(message)));
  private final SchedulerProtocol.RegisterWorker register =
      new SchedulerProtocol.RegisterWorker(
          "w1", new Capabilities(1, 0, 1 << 30, "nd4j"), List.of(), node.ref());

  @BeforeAll
  static void start() {
    journal = Journal.open(DataDirectory.open(folder), TestJournals.file(1));
    kit = ClusterRig.alone(journal);
    ClusterRig.formAlone(kit);
  }

  @AfterAll
  static void stop() {
    kit.shutdownTestKit();
    journal.close();
  }

  @Test
  void aWorkerIsRegisteredAndToldWhoElseIsThere() {
    gateway.tell(new GatewayProtocol.Register(register, worker.ref()));
    scheduler.expectMessage(register);
    var address = Cluster.get(kit.system()).selfMember().address();
    assertEquals(
        List.of(address.host().get() + ":" + address.port().get()),
        worker.receiveMessage().orchestrators());
    var unregister = new SchedulerProtocol.UnregisterWorker("w1");
    gateway.tell(new GatewayProtocol.Unregister(unregister, worker.ref()));
    scheduler.expectMessage(unregister);
    worker.receiveMessage();
  }

  @Test
  void aReportGoesToItsStage() {
    var delivery = new WorkerProtocol.Delivery(new WorkerProtocol.AtWork(ATTEMPT), 0, node.ref());
    gateway.tell(new GatewayProtocol.Report(delivery));
    stages.expectMessage(delivery);
  }

  @Test
  void whatOnlyOrchestratorsMaySayIsNotHandedOn() {
    TestProbe<StageProtocol.Notice> notices = kit.createTestProbe();
    ActorRef<WireMessage> open = gateway.unsafeUpcast();
    open.tell(new StageProtocol.Cancel(notices.ref()));
    open.tell(new StageProtocol.Run(Fixtures.stageSpec("full-0"), 0, 0, notices.ref()));
    open.tell(new SchedulerProtocol.ReleaseSlot(ATTEMPT.stage()));
    open.tell(new WorkerProtocol.Superseded(ATTEMPT));
    open.tell(register);
    // It is still there, and this is the first that anybody hears.
    gateway.tell(new GatewayProtocol.Register(register, worker.ref()));
    scheduler.expectMessage(register);
    worker.receiveMessage();
    scheduler.expectNoMessage();
    stages.expectNoMessage();
  }
}
