package dev.margrave.orchestrator.schedule;

import static dev.margrave.orchestrator.schedule.Asks.avoiding;
import static dev.margrave.orchestrator.schedule.Asks.gpus;
import static dev.margrave.orchestrator.schedule.Asks.slots;
import static dev.margrave.orchestrator.schedule.Asks.stage;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.margrave.orchestrator.schedule.SlotBook.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is told again, late or not at all; workers that come, go, fall silent and run out. */
class SlotBookSoftStateTest extends SlotBookFixture {
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
}
