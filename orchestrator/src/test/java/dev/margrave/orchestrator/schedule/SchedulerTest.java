package dev.margrave.orchestrator.schedule;

import static dev.margrave.orchestrator.schedule.Asks.SETTINGS;
import static dev.margrave.orchestrator.schedule.Asks.attempts;
import static dev.margrave.orchestrator.schedule.Asks.listening;
import static dev.margrave.orchestrator.schedule.Asks.slots;
import static dev.margrave.orchestrator.schedule.Asks.stage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.margrave.orchestrator.SealedTypes;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.worker.Needs;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.SchedulerProtocol.Cause;
import dev.margrave.protocol.worker.SchedulerProtocol.ListWorkers;
import dev.margrave.protocol.worker.SchedulerProtocol.RegisterWorker;
import dev.margrave.protocol.worker.SchedulerProtocol.ReleaseSlot;
import dev.margrave.protocol.worker.SchedulerProtocol.RequestSlot;
import dev.margrave.protocol.worker.SchedulerProtocol.SlotGranted;
import dev.margrave.protocol.worker.SchedulerProtocol.SlotQueued;
import dev.margrave.protocol.worker.SchedulerProtocol.SlotReply;
import dev.margrave.protocol.worker.SchedulerProtocol.UnregisterWorker;
import dev.margrave.protocol.worker.SchedulerProtocol.Worker;
import dev.margrave.protocol.worker.SchedulerProtocol.Workers;
import dev.margrave.protocol.worker.WorkerProtocol;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The actor, in virtual time: what it decides is {@link SlotBookTest}'s. */
@Timeout(60)
class SchedulerTest {
  private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());
  private static final ManualTime TIME = ManualTime.get(KIT.system());

  /** Moves with {@link #pass} only. */
  private static final class HandClock extends Clock {
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private final HandClock clock = new HandClock();
  private final TestProbe<SlotReply> replies = KIT.createTestProbe();
  private final TestProbe<Workers> lists = KIT.createTestProbe();
  private final TestProbe<WorkerProtocol.Command> node = KIT.createTestProbe();
  private ActorRef<SchedulerProtocol.Command> scheduler = start(SETTINGS);

  @AfterEach
  void stop() {
    KIT.stop(scheduler);
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  private ActorRef<SchedulerProtocol.Command> start(SchedulerSettings settings) {
    return KIT.spawn(Scheduler.create(settings, clock, SchedulerInstruments.NONE));
  }

  private List<Worker> list() {
    scheduler.tell(new ListWorkers(lists.ref()));
    return lists.receiveMessage().workers();
  }

  /** Time passes after everything said so far was heard. */
  private void pass(Duration time) {
    list();
    clock.now = clock.now.plus(time);
    TIME.timePasses(time);
    list();
  }

  private void register(String worker, int slots, String... running) {
    scheduler.tell(new RegisterWorker(worker, slots(slots), attempts(running), node.ref()));
  }

  private RequestSlot request(String stage, int priority) {
    return new RequestSlot(stage(stage), Needs.SLOT, priority, 0, List.of(), replies.ref());
  }

  private String ask(String stage) {
    scheduler.tell(request(stage, 0));
    return words(replies.receiveMessage());
  }

  private void release(String stage) {
    scheduler.tell(new ReleaseSlot(stage(stage)));
  }

  private String heard() {
    return words(replies.receiveMessage());
  }

  private void nobodyIsThere() {
    replies.awaitAssert(
        () -> {
          assertEquals(List.of(), list());
          return null;
        });
  }

  private void nothingMoreIsHeard() {
    list();
    replies.expectNoMessage(Duration.ZERO);
  }

  private String words(SlotReply reply) {
    StageId stage = reply.stage();
    String name = stage.experiment() + "/" + stage.key().teacherSeed();
    if (reply instanceof SlotGranted granted) {
      return name + "@" + granted.worker();
    }
    SlotQueued queued = (SlotQueued) reply;
    assertEquals(scheduler, queued.scheduler());
    return name + " " + queued.reason();
  }

  @Test
  void tellsOnceASecondWhoWaitsAndWhoIsThere() {
    TestProbe<String> told = KIT.createTestProbe();
    KIT.stop(scheduler);
    SchedulerInstruments instruments =
        new SchedulerInstruments() {
          @Override
          public void stands(int waiting, Map<String, Integer> workers) {
            told.ref().tell(waiting + " " + new TreeMap<>(workers));
          }

          @Override
          public void left() {
            told.ref().tell("left");
          }
        };
    scheduler = KIT.spawn(Scheduler.create(SETTINGS, clock, instruments));
    register("w1", 1);
    register("w2", 1);
    ask("a/1");
    pass(SETTINGS.settle());
    assertEquals("a/1", heard().split("@", -1)[0]);
    pass(Scheduler.TICK);
    told.expectMessage("0 {busy=1, free=1}");
    scheduler.tell(request("a/2", 0));
    heard();
    pass(SETTINGS.settle());
    heard();
    scheduler.tell(request("a/3", 0));
    heard();
    pass(Scheduler.TICK);
    told.expectMessage("1 {busy=2}");
    KIT.stop(scheduler);
    told.expectMessage("left");
  }

  @Test
  void comparesStagesThatBecomeReadyTogether() {
    register("w1", 1);
    assertEquals("a/1 waits for a slot", ask("a/1"));
    scheduler.tell(request("a/2", 5));
    assertEquals("a/2 waits for a slot", heard());
    pass(SETTINGS.settle().minusMillis(1));
    nothingMoreIsHeard();
    pass(Duration.ofMillis(1));
    assertEquals("a/2@w1", heard());
    nothingMoreIsHeard();
  }

  @Test
  void aSlotThatOthersWaitForIsGivenAtOnce() {
    register("w1", 1);
    ask("a/1");
    pass(SETTINGS.settle());
    assertEquals("a/1@w1", heard());
    assertEquals("a/2 waits for a slot: the only one is taken", ask("a/2"));
    release("a/1");
    assertEquals("a/2@w1", heard());
  }

  @Test
  void aRepeatedRequestGetsItsGrantAgainAndTakesNoSecondSlot() {
    register("w1", 2);
    ask("a/1");
    pass(SETTINGS.settle());
    assertEquals("a/1@w1", heard());
    assertEquals("a/1@w1", ask("a/1"));
    assertEquals(List.of(stage("a/1")), list().get(0).running());
  }

  @Test
  void tellsAReasonThatHasChangedOncePerTickAtMost() {
    assertEquals("a/1 no worker is there; start one with: margrave worker", ask("a/1"));
    assertEquals("a/2 no worker is there; start one with: margrave worker", ask("a/2"));
    pass(Scheduler.TICK);
    nothingMoreIsHeard();
    register("w1", 1);
    pass(SETTINGS.settle());
    assertEquals("a/1@w1", heard());
    nothingMoreIsHeard();
    pass(Scheduler.TICK);
    assertEquals("a/2 waits for a slot: the only one is taken", heard());
    pass(Scheduler.TICK);
    nothingMoreIsHeard();
    assertEquals("a/2 waits for a slot: the only one is taken", ask("a/2"), "asked again");
  }

  @Test
  void theReasonsOfManyAreToldInTurn() {
    int many = 1500;
    for (int i = 0; i < many; i++) {
      scheduler.tell(request("a/" + i, 0));
    }
    replies.receiveSeveralMessages(many);
    scheduler.tell(new RegisterWorker("w1", slots(1), attempts("b/1"), node.ref()));
    pass(Scheduler.TICK);
    Set<StageId> told = new HashSet<>();
    replies.receiveSeveralMessages(1000).forEach(reply -> told.add(reply.stage()));
    nothingMoreIsHeard();
    pass(Scheduler.TICK);
    replies.receiveSeveralMessages(500).forEach(reply -> told.add(reply.stage()));
    assertEquals(many, told.size());
    nothingMoreIsHeard();
  }

  @Test
  void aFullQueueSaysSo() {
    KIT.stop(scheduler);
    scheduler = start(listening(Duration.ZERO, 1));
    ask("a/1");
    assertEquals("a/2 the queue is full (1 stages)", ask("a/2"));
    register("w1", 2);
    pass(SETTINGS.settle());
    assertEquals("a/1@w1", heard());
    nothingMoreIsHeard();
  }

  @Test
  void aDeadWorkerIsForgottenAndALeavingOneGetsNothing() {
    register("w1", 1, "a/9");
    list();
    node.stop();
    replies.expectTerminated(node.ref(), Duration.ofSeconds(10));
    nobodyIsThere();
    TestProbe<WorkerProtocol.Command> other = KIT.createTestProbe();
    scheduler.tell(new RegisterWorker("w2", slots(1), List.of(), other.ref()));
    scheduler.tell(new UnregisterWorker("w2"));
    scheduler.tell(new UnregisterWorker("w2"));
    assertEquals("a/1 no worker is there; start one with: margrave worker", ask("a/1"));
    assertEquals(List.of(), list());
  }

  @Test
  void anotherNodeOfTheSameNameTakesThePlaceForGood() {
    register("w1", 1, "a/1");
    TestProbe<WorkerProtocol.Command> second = KIT.createTestProbe();
    scheduler.tell(new RegisterWorker("w1", slots(2), List.of(), second.ref()));
    assertEquals(2, list().get(0).capabilities().slots());
    assertEquals(List.of(), list().get(0).running());
    register("w1", 1, "a/1");
    assertEquals(2, list().get(0).capabilities().slots(), "the first is heard no more");
    ask("b/1");
    pass(SETTINGS.settle());
    SlotGranted granted = (SlotGranted) replies.receiveMessage();
    assertEquals(second.ref(), granted.node());
    node.stop();
    replies.expectTerminated(node.ref(), Duration.ofSeconds(10));
    assertEquals(1, list().size());
    second.stop();
    nobodyIsThere();
  }

  @Test
  void aReplacedNodeMayComeBackWhenTheOtherHasLeft() {
    register("w1", 1);
    TestProbe<WorkerProtocol.Command> second = KIT.createTestProbe();
    scheduler.tell(new RegisterWorker("w1", slots(2), List.of(), second.ref()));
    scheduler.tell(new UnregisterWorker("w1"));
    register("w1", 1);
    assertEquals(1, list().get(0).capabilities().slots());
  }

  @Test
  void aSilentWorkerIsUnreachableUntilItIsHeardAgain() {
    register("w1", 2, "a/1");
    pass(SETTINGS.unreachableAfter().plusMillis(1));
    assertEquals("unreachable", list().get(0).state());
    assertEquals(List.of(stage("a/1")), list().get(0).running());
    assertEquals("a/2 no worker that fits can take it: w1 is unreachable", ask("a/2"));
    register("w1", 2, "a/1");
    assertEquals("free", list().get(0).state());
    pass(SETTINGS.settle());
    assertEquals("a/2@w1", heard());
    assertEquals("busy", list().get(0).state());
  }

  @Test
  void aWorkerThatIsSilentForLongIsForgotten() {
    register("w1", 1);
    pass(SETTINGS.unreachableAfter().plusSeconds(1));
    assertEquals("unreachable", list().get(0).state());
    pass(SETTINGS.forgetAfter().plusSeconds(1));
    assertEquals(List.of(), list());
    register("w1", 1);
    assertEquals("free", list().get(0).state());
  }

  @Test
  void anExcludedWorkerIsGivenStagesAgainAfterAWhile() {
    register("w1", 1);
    for (int i = 1; i <= SETTINGS.excludeAfter(); i++) {
      ask("a/" + i);
      pass(SETTINGS.settle());
      assertEquals("a/" + i + "@w1", heard());
      scheduler.tell(new ReleaseSlot(stage("a/" + i), Cause.EXHAUSTED));
    }
    Worker excluded = list().get(0);
    assertEquals("excluded", excluded.state());
    assertTrue(excluded.reason().startsWith("3 attempts in a row ran out of its resources"));
    assertEquals("b/1 no worker that fits can take it: w1 is excluded", ask("b/1"));
    pass(SETTINGS.excludeFor().minusSeconds(1));
    assertEquals("b/1 no worker that fits can take it: w1 is unreachable", heard());
    register("w1", 1);
    pass(Duration.ofSeconds(1));
    assertEquals("b/1@w1", heard());
    assertEquals("", list().get(0).reason());
  }

  @Test
  void describesWorkersByName() {
    register("w2", 1, "a/1");
    TestProbe<WorkerProtocol.Command> other = KIT.createTestProbe();
    scheduler.tell(new RegisterWorker("w1", slots(2, 1), List.of(), other.ref()));
    String address = KIT.system().address().toString();
    assertEquals(
        List.of(
            new Worker("w1", address, "free", "", slots(2, 1), List.of()),
            new Worker("w2", address, "busy", "", slots(1), List.of(stage("a/1")))),
        list());
  }

  @Test
  void aNewSchedulerIsToldEverythingAgainAndEndsTheSame() {
    register("w1", 2);
    for (int i = 1; i <= 4; i++) {
      ask("a/" + i);
    }
    pass(SETTINGS.settle());
    assertEquals(List.of("a/1@w1", "a/2@w1"), List.of(heard(), heard()));
    register("w1", 2, "a/1", "a/2");
    List<Worker> before = list();
    TestProbe<Object> watcher = KIT.createTestProbe();
    ActorRef<SchedulerProtocol.Command> old = scheduler;
    KIT.stop(old);
    watcher.expectTerminated(old, Duration.ofSeconds(10));

    scheduler = start(listening(Duration.ofSeconds(3), 100));
    String listening = " waits for a slot: the scheduler is new and first hears what runs";
    assertEquals("a/3" + listening, ask("a/3"));
    assertEquals("a/4" + listening, ask("a/4"));
    register("w1", 2, "a/1", "a/2");
    pass(Duration.ofSeconds(3));
    assertEquals(before, list());
    assertEquals("a/3 waits for a slot: all 2 are taken", heard());
    assertEquals("a/4 waits for a slot: all 2 are taken", heard());
    nothingMoreIsHeard();
    release("a/2");
    assertEquals("a/3@w1", heard());
  }

  @Test
  void givesNothingBeforeItHasListened() {
    KIT.stop(scheduler);
    scheduler = start(listening(Duration.ofSeconds(3), 100));
    ask("a/1");
    register("w1", 1);
    release("a/9");
    pass(Duration.ofMillis(2500));
    nothingMoreIsHeard();
    pass(Duration.ofMillis(500));
    assertEquals("a/1@w1", heard());
  }

  /** Situations of the stage {@code a/1} and the worker {@code w1}. */
  private Map<String, Runnable> situations() {
    Map<String, Runnable> situations = new LinkedHashMap<>();
    situations.put("new", () -> {});
    situations.put("the stage waits", () -> ask("a/1"));
    situations.put("the worker is free", () -> register("w1", 1));
    situations.put("the worker is busy", () -> register("w1", 1, "b/1"));
    situations.put(
        "the stage has a slot",
        () -> {
          register("w1", 1);
          ask("a/1");
          pass(SETTINGS.settle());
          heard();
        });
    situations.put("the stage runs", () -> register("w1", 1, "a/1"));
    situations.put(
        "the worker is unreachable",
        () -> {
          register("w1", 1, "a/1");
          pass(Duration.ofSeconds(7));
        });
    situations.put(
        "the worker has left",
        () -> {
          register("w1", 1, "a/1");
          scheduler.tell(new UnregisterWorker("w1"));
        });
    return situations;
  }

  @Test
  void everyCommandIsAnsweredInEverySituation() {
    TestProbe<SlotReply> answers = KIT.createTestProbe();
    List<SchedulerProtocol.Command> commands =
        List.of(
            new RequestSlot(stage("a/1"), Needs.SLOT, 0, 0, List.of(), answers.ref()),
            new ReleaseSlot(stage("a/1")),
            new ReleaseSlot(stage("a/1"), Cause.EXHAUSTED),
            new RegisterWorker("w1", slots(2), List.of(), node.ref()),
            new RegisterWorker("w1", slots(2), attempts("a/1"), node.ref()),
            new UnregisterWorker("w1"),
            new ListWorkers(lists.ref()));
    Set<Class<?>> kinds = new HashSet<>();
    commands.forEach(command -> kinds.add(command.getClass()));
    assertEquals(SealedTypes.leaves(SchedulerProtocol.Command.class), kinds);
    List<String> situations = new ArrayList<>(situations().keySet());
    for (String situation : situations) {
      for (SchedulerProtocol.Command command : commands) {
        KIT.stop(scheduler);
        scheduler = start(SETTINGS);
        situations().get(situation).run();
        for (int twice = 0; twice < 2; twice++) {
          scheduler.tell(command);
          if (command instanceof RequestSlot) {
            assertEquals(stage("a/1"), answers.receiveMessage().stage(), situation);
          } else if (command instanceof ListWorkers) {
            lists.receiveMessage();
          }
        }
        list();
      }
    }
  }
}
