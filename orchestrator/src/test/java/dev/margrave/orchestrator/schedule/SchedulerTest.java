package dev.margrave.orchestrator.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.margrave.orchestrator.Fixtures;
import dev.margrave.protocol.worker.Capabilities;
import dev.margrave.protocol.worker.Needs;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.SchedulerProtocol.ReleaseSlot;
import dev.margrave.protocol.worker.SchedulerProtocol.RequestSlot;
import dev.margrave.protocol.worker.SchedulerProtocol.SlotGranted;
import dev.margrave.protocol.worker.SchedulerProtocol.SlotReply;
import dev.margrave.protocol.worker.WorkerProtocol;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SchedulerTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration A_WHILE = Duration.ofMillis(80);

  private final TestProbe<SlotReply> grants = KIT.createTestProbe();
  private final TestProbe<WorkerProtocol.Command> node = KIT.createTestProbe();
  private ActorRef<SchedulerProtocol.Command> scheduler = start(100);

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private static ActorRef<SchedulerProtocol.Command> start(int queue) {
    return KIT.spawn(Scheduler.create(new SchedulerSettings(queue, Duration.ofMillis(10))));
  }

  private void register(String worker, int slots) {
    scheduler.tell(register(worker, slots, node));
  }

  private void request(String stage, int priority, int rank) {
    scheduler.tell(
        new RequestSlot(
            Fixtures.stage(stage), Needs.SLOT, priority, rank, List.of(), grants.ref()));
  }

  private void release(String stage) {
    scheduler.tell(new ReleaseSlot(Fixtures.stage(stage)));
  }

  private void expectGrant(String stage) {
    assertEquals(Fixtures.stage(stage), grants.receiveMessage().stage());
  }

  private static SchedulerProtocol.RegisterWorker register(
      String worker, int slots, TestProbe<WorkerProtocol.Command> node) {
    return new SchedulerProtocol.RegisterWorker(
        worker, new Capabilities(slots, 0, 1L << 30, "none"), List.of(), node.ref());
  }

  @Test
  void givesByPriorityThenRankThenArrival() {
    request("full-1", 0, 0);
    request("full-2", 0, 0);
    request("full-3", 0, 5);
    request("full-4", 1, 9);
    request("full-5", 0, 1);
    register("w1", 1);
    for (String stage : new String[] {"full-4", "full-1", "full-2", "full-5", "full-3"}) {
      expectGrant(stage);
      grants.expectNoMessage(Duration.ofMillis(30));
      release(stage);
    }
  }

  @Test
  void comparesStagesThatBecomeReadyTogether() {
    register("w1", 1);
    request("full-0", 0, 2);
    request("ablation-0", 0, 1);
    expectGrant("ablation-0");
  }

  @Test
  void aRepeatedRequestGetsItsGrantAgainAndTakesNoSecondSlot() {
    register("w1", 1);
    request("full-0", 0, 0);
    expectGrant("full-0");
    request("full-0", 0, 0);
    expectGrant("full-0");
    request("full-1", 0, 0);
    grants.expectNoMessage(A_WHILE);
    release("full-0");
    release("full-0");
    expectGrant("full-1");
  }

  @Test
  void aReleaseWithdrawsARequest() {
    request("full-0", 0, 0);
    release("full-0");
    register("w1", 1);
    grants.expectNoMessage(A_WHILE);
  }

  @Test
  void theQueueIsBounded() {
    scheduler = start(1);
    request("full-0", 0, 0);
    request("full-1", 9, 0);
    register("w1", 2);
    expectGrant("full-0");
    grants.expectNoMessage(A_WHILE);
    request("full-1", 9, 0);
    expectGrant("full-1");
  }

  @Test
  void aDeadOrLeavingWorkerGetsNothing() {
    register("w1", 1);
    node.stop();
    grants.expectTerminated(node.ref(), Duration.ofSeconds(3));
    scheduler.tell(new SchedulerProtocol.UnregisterWorker("unknown"));
    request("full-0", 0, 0);
    grants.expectNoMessage(A_WHILE);
    TestProbe<WorkerProtocol.Command> other = KIT.createTestProbe();
    scheduler.tell(register("w2", 1, other));
    assertEquals("w2", ((SlotGranted) grants.receiveMessage()).worker());
    scheduler.tell(new SchedulerProtocol.UnregisterWorker("w2"));
    release("full-0");
    request("full-0", 0, 0);
    grants.expectNoMessage(A_WHILE);
  }

  @Test
  void spreadsOverWorkers() {
    TestProbe<WorkerProtocol.Command> other = KIT.createTestProbe();
    register("w1", 2);
    scheduler.tell(register("w2", 1, other));
    request("full-0", 0, 0);
    assertEquals("w1", ((SlotGranted) grants.receiveMessage()).worker());
    request("full-1", 0, 0);
    request("full-2", 0, 0);
    String second = ((SlotGranted) grants.receiveMessage()).worker();
    String third = ((SlotGranted) grants.receiveMessage()).worker();
    assertEquals(Set.of("w1", "w2"), new HashSet<>(List.of(second, third)));
    request("full-3", 0, 0);
    grants.expectNoMessage(A_WHILE);
  }
}
