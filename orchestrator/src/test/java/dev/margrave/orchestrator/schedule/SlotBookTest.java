package dev.margrave.orchestrator.schedule;

import static dev.margrave.orchestrator.schedule.Asks.GIB;
import static dev.margrave.orchestrator.schedule.Asks.SETTINGS;
import static dev.margrave.orchestrator.schedule.Asks.attempts;
import static dev.margrave.orchestrator.schedule.Asks.avoiding;
import static dev.margrave.orchestrator.schedule.Asks.gpus;
import static dev.margrave.orchestrator.schedule.Asks.slots;
import static dev.margrave.orchestrator.schedule.Asks.stage;
import static dev.margrave.orchestrator.schedule.Asks.want;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.orchestrator.schedule.SlotBook.Answer;
import dev.margrave.orchestrator.schedule.SlotBook.Grant;
import dev.margrave.protocol.worker.Capabilities;
import dev.margrave.protocol.worker.Needs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SlotBookTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private Instant now = START;
  private SlotBook book = new SlotBook(SETTINGS, now);

  private void hear(String worker, int slots, String... running) {
    book.heard(worker, slots(slots), attempts(running), now);
  }

  private void hear(String worker, Capabilities capabilities, String... running) {
    book.heard(worker, capabilities, attempts(running), now);
  }

  private Answer ask(String stage) {
    return book.request(want(stage), now);
  }

  private Optional<String> release(String stage) {
    return book.release(stage(stage), false, now);
  }

  private Optional<String> exhaust(String stage) {
    return book.release(stage(stage), true, now);
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  /** Everything that can be given now, as {@code experiment/number@worker}. */
  private List<String> given() {
    List<String> given = new ArrayList<>();
    for (var next = book.next(now); next.isPresent(); next = book.next(now)) {
      given.add(words(next.get()));
    }
    return given;
  }

  private static String words(Grant grant) {
    return grant.stage().experiment()
        + "/"
        + grant.stage().key().teacherSeed()
        + "@"
        + grant.worker();
  }

  private String reason(Want want) {
    book.request(want, now);
    return book.reason(want.stage(), now);
  }

  private String state(String worker) {
    return book.workers(now).stream()
        .filter(one -> one.worker().equals(worker))
        .map(SlotBook.WorkerState::state)
        .findFirst()
        .orElse("unknown");
  }

  private List<String> running(String worker) {
    return book.workers(now).stream()
        .filter(one -> one.worker().equals(worker))
        .flatMap(one -> one.running().stream())
        .map(one -> one.experiment() + "/" + one.key().teacherSeed())
        .toList();
  }

  // ---- the order

  @Test
  void priorityThenRankThenArrival() {
    book.request(want("a/1", 0, 0), now);
    book.request(want("a/2", 0, 0), now);
    book.request(want("a/3", 0, 5), now);
    book.request(want("a/4", 1, 9), now);
    book.request(want("a/5", 0, 1), now);
    hear("w1", 5);
    assertEquals(List.of("a/4@w1", "a/1@w1", "a/2@w1", "a/5@w1", "a/3@w1"), given());
  }

  @Test
  void theExperimentWithFewestSlotsGoesFirstAndEqualsTakeTurns() {
    for (int i = 1; i <= 4; i++) {
      ask("a/" + i);
    }
    for (int i = 1; i <= 4; i++) {
      ask("b/" + i);
    }
    hear("w1", 4);
    assertEquals(List.of("a/1@w1", "b/1@w1", "a/2@w1", "b/2@w1"), given());
    ask("c/1");
    release("a/1");
    assertEquals(List.of("c/1@w1"), given());
    release("a/2");
    assertEquals(List.of("a/3@w1"), given());
    release("b/1");
    assertEquals(List.of("b/3@w1"), given());
  }

  @Test
  void whoWasServedLongestAgoGoesFirstAmongThoseWithoutASlot() {
    hear("w1", 1);
    for (String stage : List.of("a/1", "a/2", "b/1", "b/2", "c/1", "c/2")) {
      ask(stage);
    }
    List<String> order = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String grant = given().get(0);
      order.add(grant);
      release(grant.substring(0, grant.indexOf('@')));
    }
    assertEquals(List.of("a/1@w1", "b/1@w1", "c/1@w1", "a/2@w1", "b/2@w1", "c/2@w1"), order);
  }

  @Test
  void askingAgainMayChangeThePlaceButNotTheArrival() {
    book.request(want("a/1", 0, 3), now);
    book.request(want("a/2", 0, 3), now);
    book.request(want("a/3", 0, 3), now);
    book.request(want("a/3", 0, 1), now);
    book.request(want("a/1", 0, 3), now);
    hear("w1", 3);
    assertEquals(List.of("a/3@w1", "a/1@w1", "a/2@w1"), given());
  }

  // ---- where

  @Test
  void spreadsOverWorkersAndLeavesGpusToThoseThatNeedThem() {
    hear("gpu", slots(4, 2));
    hear("w1", 2);
    hear("w2", 3);
    for (int i = 1; i <= 3; i++) {
      ask("a/" + i);
    }
    book.request(gpus("b/1", 1), now);
    assertEquals(List.of("a/1@w2", "b/1@gpu", "a/2@w1", "a/3@w2"), given());
  }

  @Test
  void gpusAndMemoryAreSubtracted() {
    hear("w1", new Capabilities(4, 3, 8 * GIB, "nd4j"));
    book.request(gpus("a/1", 2), now);
    book.request(gpus("a/2", 2), now);
    book.request(new Want(stage("b/1"), new Demand(new Needs(0, 5 * GIB), Set.of()), 0, 0), now);
    book.request(new Want(stage("b/2"), new Demand(new Needs(0, 4 * GIB), Set.of()), 0, 0), now);
    book.request(gpus("c/1", 1), now);
    assertEquals(List.of("a/1@w1", "b/1@w1", "c/1@w1"), given());
    assertEquals("waits for 2 GPUs on one worker: at most 0 free", reason(gpus("a/2", 2)));
    assertEquals("waits for a worker with 4.0 GiB of memory free", book.reason(stage("b/2"), now));
    release("a/1");
    assertEquals(List.of("a/2@w1"), given());
    release("b/1");
    assertEquals(List.of("b/2@w1"), given());
  }

  @Test
  void aStageThatDoesNotFitLetsOthersPass() {
    hear("w1", slots(2, 1));
    book.request(gpus("a/1", 2), now);
    book.request(avoiding("a/2", "w1"), now);
    ask("a/3");
    assertEquals(List.of("a/3@w1"), given());
  }

  @Test
  void avoidedWorkersAreLeftOut() {
    hear("w1", 4);
    hear("w2", 1);
    book.request(avoiding("a/1", "w1"), now);
    book.request(avoiding("a/2", "w1"), now);
    assertEquals(List.of("a/1@w2"), given());
    assertEquals("waits for a slot: the only one is taken", book.reason(stage("a/2"), now));
  }

  // ---- starvation

  @Test
  void aWorkerIsKeptForAStageThatLetOthersPassForTooLong() {
    hear("gpus", slots(4, 2));
    book.request(gpus("a/1", 1), now);
    book.request(gpus("a/2", 1), now);
    assertEquals(2, given().size());
    book.request(gpus("wide/1", 2), now);
    book.request(gpus("a/3", 1), now);
    book.request(gpus("a/4", 1), now);
    release("a/1");
    assertEquals(List.of("a/3@gpus"), given(), "the wide one lets it pass");
    pass(SETTINGS.patience());
    hear("gpus", slots(4, 2), "a/2", "a/3");
    release("a/2");
    assertEquals(List.of(), given(), "kept for the wide one");
    ask("b/1");
    assertEquals(List.of("b/1@gpus"), given(), "takes nothing of what the wide one lacks");
    book.request(new Want(stage("c/1"), new Demand(new Needs(1, 0), Set.of()), 9, 0), now);
    assertEquals(List.of("c/1@gpus"), given(), "is more urgent");
    release("c/1");
    release("a/3");
    assertEquals(List.of("wide/1@gpus"), given());
    release("wide/1");
    assertEquals(List.of("a/4@gpus"), given());
  }

  /** A worker with a GPU taken and one free, kept for {@code wide/1}; {@code b/1} waits. */
  private void keepForTheWideOne() {
    hear("gpus", slots(4, 2));
    book.request(gpus("a/1", 1), now);
    book.request(gpus("a/2", 1), now);
    given();
    book.request(gpus("wide/1", 2), now);
    book.request(gpus("a/3", 1), now);
    release("a/1");
    assertEquals(List.of("a/3@gpus"), given());
    pass(SETTINGS.patience());
    hear("gpus", slots(4, 2), "a/2", "a/3");
    book.request(gpus("b/1", 1), now);
    release("a/2");
    assertEquals(List.of(), given());
  }

  @Test
  void aKeptWorkerIsFreeAgainWhenTheStageIsWithdrawn() {
    keepForTheWideOne();
    release("wide/1");
    assertEquals(List.of("b/1@gpus"), given());
  }

  @Test
  void aKeptWorkerIsFreeAgainWhenTheStageIsServedElsewhere() {
    keepForTheWideOne();
    hear("more", slots(1, 2));
    assertEquals(List.of("wide/1@more", "b/1@gpus"), given());
  }

  @Test
  void anotherWorkerIsKeptWhenTheKeptOneIsGone() {
    keepForTheWideOne();
    hear("more", slots(4, 2), "c/1");
    book.forget("gpus");
    assertEquals(List.of(), given());
    release("c/1");
    assertEquals(List.of("wide/1@more"), given());
    hear("other", slots(1, 1));
    assertEquals(List.of("b/1@other"), given());
  }

  // ---- what is told again, late or not at all

  @Test
  void aRepeatedRequestHasItsSlotAlready() {
    hear("w1", 1);
    ask("a/1");
    given();
    assertEquals(new Answer.Reserved("w1"), ask("a/1"));
    ask("a/2");
    assertEquals(List.of(), given());
    release("a/1");
    release("a/1");
    assertEquals(List.of("a/2@w1"), given());
  }

  @Test
  void aReservationThatItsWorkerDoesNotNameEndsAfterTheGrace() {
    hear("w1", 1);
    ask("a/1");
    given();
    ask("a/2");
    pass(Duration.ofSeconds(10));
    hear("w1", 1);
    assertEquals(List.of(), given());
    pass(Duration.ofMillis(1));
    hear("w1", 1);
    assertEquals(List.of("a/2@w1"), given());
  }

  @Test
  void aReservationThatItsWorkerNamesStays() {
    hear("w1", 1);
    ask("a/1");
    given();
    ask("a/2");
    for (int i = 0; i < 100; i++) {
      pass(Duration.ofSeconds(2));
      hear("w1", 1, "a/1");
      assertEquals(List.of(), given());
    }
    pass(Duration.ofSeconds(11));
    hear("w1", 1);
    assertEquals(List.of("a/2@w1"), given(), "its release was lost");
  }

  @Test
  void whatRunsWithoutAReservationHoldsItsSlot() {
    hear("w1", 2, "a/1");
    ask("a/2");
    ask("a/3");
    assertEquals(List.of("a/2@w1"), given());
    assertEquals(List.of("a/1", "a/2"), running("w1"));
    release("a/1");
    assertEquals(List.of("a/3@w1"), given());
  }

  @Test
  void whatRunsAndWasNotGivenHereMayUseAllGpusAndMemory() {
    hear("w1", slots(3, 2), "a/1");
    book.request(gpus("b/1", 1), now);
    ask("b/2");
    assertEquals(List.of("b/2@w1"), given());
    assertEquals("waits for a GPU: all that have a slot are taken", book.reason(stage("b/1"), now));
    release("a/1");
    assertEquals(List.of("b/1@w1"), given());
  }

  @Test
  void aWordThatCrossedTheReleaseTakesNoSlot() {
    hear("w1", 1);
    ask("a/1");
    given();
    release("a/1");
    hear("w1", 1, "a/1");
    ask("a/2");
    assertEquals(List.of("a/2@w1"), given());
    pass(Duration.ofSeconds(11));
    hear("w1", 2, "a/1", "a/2");
    assertEquals(List.of("a/1", "a/2"), running("w1"), "it really runs there");
  }

  @Test
  void aStageThatAsksIsNotWhereItsWorkerStillNamesIt() {
    hear("w1", 1, "a/1");
    hear("w2", 1);
    ask("a/1");
    assertEquals(List.of("a/1@w2"), given());
    assertEquals("busy", state("w1"), "its last attempt is still there");
    hear("w1", 1);
    assertEquals("free", state("w1"));
    assertEquals(List.of("a/1"), running("w2"));
  }

  @Test
  void aSecondGrantThatNobodyTookEndsAndTheFirstIsTheReservation() {
    hear("w1", 1, "a/1");
    hear("w2", 1);
    ask("a/1");
    assertEquals(List.of("a/1@w2"), given());
    pass(Duration.ofSeconds(11));
    hear("w1", 1, "a/1");
    hear("w2", 1);
    hear("w1", 1, "a/1");
    assertEquals("free", state("w2"));
    release("a/1");
    assertEquals("free", state("w1"));
  }

  @Test
  void aRequestThatAvoidsTheReservedWorkerGivesTheSlotBack() {
    hear("w1", 1);
    ask("a/1");
    given();
    assertEquals(new Answer.Waits(), book.request(avoiding("a/1", "w1"), now));
    assertEquals("free", state("w1"));
  }

  // ---- workers

  @Test
  void anUnreachableWorkerGetsNothingAndKeepsWhatItHas() {
    hear("w1", 2);
    ask("a/1");
    given();
    pass(Duration.ofSeconds(6));
    assertEquals("free", state("w1"));
    pass(Duration.ofMillis(1));
    assertEquals("unreachable", state("w1"));
    ask("a/2");
    assertEquals(List.of(), given());
    assertEquals(List.of("a/1"), running("w1"));
    assertEquals(
        "no worker that fits can take it: w1 is unreachable", book.reason(stage("a/2"), now));
    hear("w1", 2, "a/1");
    assertEquals(List.of("a/2@w1"), given());
    assertEquals("busy", state("w1"));
  }

  @Test
  void anUntakenSlotOfAnUnreachableWorkerIsGivenElsewhere() {
    hear("w1", 1);
    ask("a/1");
    given();
    pass(Duration.ofSeconds(7));
    hear("w2", 1);
    assertEquals(new Answer.Waits(), ask("a/1"));
    assertEquals(List.of("a/1@w2"), given());
  }

  @Test
  void aForgottenWorkerHoldsNothing() {
    hear("w1", 1);
    ask("a/1");
    given();
    book.forget("w1");
    book.forget("w1");
    assertEquals("unknown", state("w1"));
    ask("a/1");
    hear("w2", 1);
    assertEquals(List.of("a/1@w2"), given());
  }

  @Test
  void fewerSlotsThanRunGiveNone() {
    hear("w1", 2);
    ask("a/1");
    ask("a/2");
    given();
    hear("w1", 1, "a/1", "a/2");
    ask("a/3");
    release("a/1");
    assertEquals(List.of(), given());
    release("a/2");
    assertEquals(List.of("a/3@w1"), given());
  }

  @Test
  void aWorkerWhoseResourcesRunOutInARowIsExcludedForAWhile() {
    hear("w1", 1);
    for (int i = 1; i <= 3; i++) {
      ask("a/" + i);
      given();
      assertEquals(
          i < 3
              ? Optional.empty()
              : Optional.of(
                  "worker w1: 3 attempts in a row ran out of its resources; it is given stages"
                      + " again at 2026-01-01T00:10:00Z"),
          exhaust("a/" + i));
      exhaust("a/" + i);
    }
    assertEquals("excluded", state("w1"));
    assertEquals(
        "3 attempts in a row ran out of its resources; it is given stages again at"
            + " 2026-01-01T00:10:00Z",
        book.workers(now).get(0).reason());
    ask("b/1");
    assertEquals(List.of(), given());
    assertEquals("no worker that fits can take it: w1 is excluded", book.reason(stage("b/1"), now));
    pass(Duration.ofMinutes(10));
    hear("w1", 1);
    assertEquals(List.of("b/1@w1"), given());
    assertEquals("", book.workers(now).get(0).reason());
    assertEquals(Optional.empty(), exhaust("b/1"), "another chance");
  }

  @Test
  void anAttemptThatEndsOtherwiseStartsTheCountAgain() {
    hear("w1", 1);
    for (int i = 1; i <= 9; i++) {
      ask("a/" + i);
      given();
      assertEquals(Optional.empty(), i % 3 == 0 ? release("a/" + i) : exhaust("a/" + i));
    }
    assertEquals("free", state("w1"));
  }

  // ---- reasons

  @Test
  void reasonsAsUsersReadThem() {
    assertEquals("no worker is there; start one with: margrave worker", reason(want("a/1")));
    hear("w1", new Capabilities(2, 0, 4 * GIB, "nd4j"));
    assertEquals("waits for a slot", reason(want("a/1")));
    assertEquals("no worker has a GPU", reason(gpus("b/1", 1)));
    assertEquals("no worker has 2 GPUs; the largest has none", reason(gpus("b/1", 2)));
    hear("w2", slots(1, 1));
    assertEquals("no worker has 2 GPUs; the largest has 1", reason(gpus("b/1", 2)));
    assertEquals(
        "no worker has 16.0 GiB of memory; the largest has 8.0 GiB",
        reason(new Want(stage("b/2"), new Demand(new Needs(0, 16 * GIB), Set.of()), 0, 0)));
    hear("w3", new Capabilities(1, 0, 16 * GIB, "nd4j"));
    assertEquals(
        "no worker has a GPU and 16.0 GiB of memory together",
        reason(new Want(stage("b/2"), new Demand(new Needs(1, 16 * GIB), Set.of()), 0, 0)));
    assertEquals(
        "every worker that fits ran out of memory with it: w1, w2, w3",
        reason(avoiding("b/3", "w1", "w2", "w3", "w9")));
    for (int i = 1; i <= 5; i++) {
      ask("a/" + i);
    }
    given();
    assertEquals("waits for a slot: all 4 are taken", book.reason(stage("a/5"), now));
    assertEquals("waits for a slot: all 2 are taken", reason(avoiding("b/3", "w2", "w3")));
    for (int i = 4; i <= 7; i++) {
      hear("w" + i, 1);
    }
    assertEquals(
        "every worker that fits ran out of memory with it: w1, w2, w3, w4, w5 and 2 more",
        reason(avoiding("b/3", "w1", "w2", "w3", "w4", "w5", "w6", "w7")));
    pass(Duration.ofSeconds(7));
    hear("w1", new Capabilities(2, 0, 4 * GIB, "nd4j"));
    assertEquals(
        "no worker that fits can take it: w1 ran out of memory with it, w2 is unreachable, w3 is"
            + " unreachable, w4 is unreachable, w5 is unreachable and 2 more",
        reason(avoiding("b/3", "w1")));
  }

  @Test
  void theQueueIsBounded() {
    book =
        new SlotBook(
            new SchedulerSettings(
                1,
                SETTINGS.settle(),
                SETTINGS.listen(),
                SETTINGS.unreachableAfter(),
                SETTINGS.reservationGrace(),
                SETTINGS.patience(),
                SETTINGS.excludeAfter(),
                SETTINGS.excludeFor()),
            now);
    assertEquals(new Answer.Waits(), ask("a/1"));
    assertEquals(new Answer.Refused(), ask("a/2"));
    assertEquals("the queue is full (1 stages)", book.reason(stage("a/2"), now));
    assertEquals(new Answer.Waits(), ask("a/1"));
    hear("w1", 2);
    assertEquals(List.of("a/1@w1"), given());
    assertEquals(new Answer.Waits(), ask("a/2"));
  }

  @Test
  void aNewOneListensBeforeItGives() {
    book =
        new SlotBook(
            new SchedulerSettings(
                10,
                SETTINGS.settle(),
                Duration.ofSeconds(3),
                SETTINGS.unreachableAfter(),
                SETTINGS.reservationGrace(),
                SETTINGS.patience(),
                SETTINGS.excludeAfter(),
                SETTINGS.excludeFor()),
            now);
    ask("a/1");
    hear("w1", 1);
    String listening = "waits for a slot: the scheduler is new and first hears what runs";
    assertEquals(listening, book.reason(stage("a/1"), now));
    assertFalse(book.canGive(now));
    assertEquals(List.of(), given());
    hear("w2", 1, "b/1");
    pass(Duration.ofSeconds(3));
    assertTrue(book.canGive(now));
    assertEquals("waits for a slot", book.reason(stage("a/1"), now));
    assertEquals(List.of("a/1@w1"), given());
  }
}
