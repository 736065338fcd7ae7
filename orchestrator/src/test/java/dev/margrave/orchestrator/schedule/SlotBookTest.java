package dev.margrave.orchestrator.schedule;

import static dev.margrave.orchestrator.schedule.Asks.GIB;
import static dev.margrave.orchestrator.schedule.Asks.SETTINGS;
import static dev.margrave.orchestrator.schedule.Asks.avoiding;
import static dev.margrave.orchestrator.schedule.Asks.gpus;
import static dev.margrave.orchestrator.schedule.Asks.slots;
import static dev.margrave.orchestrator.schedule.Asks.stage;
import static dev.margrave.orchestrator.schedule.Asks.want;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.orchestrator.schedule.SlotBook.Answer;
import dev.margrave.protocol.worker.Capabilities;
import dev.margrave.protocol.worker.Needs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is given which slot, and what those are told who wait. */
class SlotBookTest extends SlotBookFixture {
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
  void nothingIsKeptForAStageThatWasWithdrawnWhenNothingElseWaited() {
    keepForTheWideOne();
    release("b/1");
    release("wide/1");
    assertEquals(List.of(), given());
    book.request(gpus("b/2", 1), now);
    assertTrue(book.canGive(now));
    assertEquals(List.of("b/2@gpus"), given());
  }

  @Test
  void nothingIsKeptForAStageThatComesAgainWithOtherNeeds() {
    keepForTheWideOne();
    book.request(gpus("wide/1", 1), now);
    assertTrue(book.canGive(now));
    assertEquals(1, given().size(), "one place is free, and it is given");
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

  // ---- engines and generations of GPUs

  private Want needing(String stage, String engine, int gpus, String capability) {
    Needs needs = new Needs(gpus, 0, engine, false, capability);
    return new Want(stage(stage), new Demand(needs, Set.of()), 0, 0);
  }

  @Test
  void aStageWaitsForItsEngineAndSaysSoAtOnce() {
    hear("w1", slots(1));
    hear("w2", slots(1));
    assertEquals(
        "no worker has the engine libtorch; there is nd4j (w1, w2): start one with: margrave worker"
            + " --engine libtorch",
        reason(needing("a/1", "libtorch", 0, "")));
    assertEquals(List.of(), given());
    hear("w3", new Capabilities(1, 0, 8 * GIB, "libtorch"));
    assertEquals(List.of("a/1@w3"), given());
    book.request(needing("a/2", "libtorch", 0, ""), now);
    assertEquals("waits for a slot: the only one is taken", book.reason(stage("a/2"), now));
    book.request(needing("a/3", "nd4j", 0, ""), now);
    assertEquals(List.of("a/3@w1"), given());
  }

  @Test
  void aProgramOfTheExperimentRunsWhereThatIsAllowed() {
    Want want = new Want(stage("a/1"), new Demand(new Needs(0, 0, "", true, ""), Set.of()), 0, 0);
    hear("w1", slots(1));
    assertEquals(
        "no worker runs external trainers; allow it with margrave.worker.external-trainers = true",
        reason(want));
    hear("w2", new Capabilities(1, 0, 8 * GIB, "nd4j", "", true, false));
    assertEquals(List.of("a/1@w2"), given());
  }

  @Test
  void gpusOfAnEngineOnCpusAreItsProgramsAlone() {
    hear("w1", new Capabilities(2, 1, 8 * GIB, "nd4j", "9.0", true, true));
    assertEquals("no worker has a GPU", reason(needing("a/1", "", 1, "")));
    Needs needs = new Needs(1, 0, "", true, "8.0");
    book.request(new Want(stage("b/1"), new Demand(needs, Set.of()), 0, 0), now);
    book.request(new Want(stage("b/2"), new Demand(needs, Set.of()), 0, 0), now);
    assertEquals(List.of("b/1@w1"), given());
    assertEquals("waits for a GPU: all that have a slot are taken", book.reason(stage("b/2"), now));
  }

  @Test
  void whereNobodyIsTheMendNamesTheEngine() {
    assertEquals(
        "no worker is there; start one with: margrave worker --engine libtorch",
        reason(needing("a/1", "libtorch", 0, "")));
  }

  @Test
  void aStageWaitsForGpusThatAreNewEnough() {
    hear("w1", new Capabilities(2, 1, 8 * GIB, "nd4j", "8.6", false, false));
    hear("w2", new Capabilities(2, 0, 8 * GIB, "libtorch"));
    assertEquals(
        "no worker has a GPU of compute capability 9.0; the best is 8.6",
        reason(needing("a/1", "", 1, "9.0")));
    assertEquals(
        "no worker with the engine libtorch has a GPU",
        reason(needing("b/1", "libtorch", 1, "8.0")));
    book.request(needing("c/1", "", 1, "8.6"), now);
    assertEquals(List.of("c/1@w1"), given());
    hear("w3", new Capabilities(1, 1, 8 * GIB, "libtorch", "10.0", false, false));
    assertEquals(List.of("a/1@w3"), given());
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
    book = new SlotBook(Asks.listening(SETTINGS.listen(), 1), now);
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
    book = new SlotBook(Asks.listening(Duration.ofSeconds(3), 10), now);
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
