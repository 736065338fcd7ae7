package dev.margrave.orchestrator.schedule;

import static dev.margrave.orchestrator.schedule.Asks.SETTINGS;
import static dev.margrave.orchestrator.schedule.Asks.gpus;
import static dev.margrave.orchestrator.schedule.Asks.slots;
import static dev.margrave.orchestrator.schedule.Asks.stage;
import static dev.margrave.orchestrator.schedule.Asks.want;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.orchestrator.schedule.SlotBook.Grant;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.worker.Capabilities;
import dev.margrave.protocol.worker.Needs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds whatever happens. A failure names the seed that repeats it. */
class SlotBookPropertiesTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /** A plain list that is searched from end to end for whoever is next. */
  private static final class Plain {
    private record Waiting(Want want, long arrival) {}

    private final Map<String, Capabilities> workers = new TreeMap<>();
    private final Map<StageId, Want> placed = new HashMap<>();
    private final Map<StageId, String> places = new HashMap<>();
    private final Map<StageId, Waiting> waiting = new LinkedHashMap<>();
    private final Map<ExperimentId, Long> turns = new HashMap<>();
    private long counter;

    void request(Want want) {
      if (places.containsKey(want.stage())) {
        return;
      }
      Waiting before = waiting.get(want.stage());
      waiting.put(want.stage(), new Waiting(want, before == null ? ++counter : before.arrival()));
      turns.putIfAbsent(want.stage().experiment(), ++counter);
    }

    void release(StageId stage) {
      waiting.remove(stage);
      placed.remove(stage);
      places.remove(stage);
      forgetIdle(stage.experiment());
    }

    void forget(String worker) {
      workers.remove(worker);
      for (StageId stage : List.copyOf(places.keySet())) {
        if (places.get(stage).equals(worker)) {
          placed.remove(stage);
          places.remove(stage);
          forgetIdle(stage.experiment());
        }
      }
    }

    private void forgetIdle(ExperimentId experiment) {
      if (held(experiment) == 0
          && waiting.keySet().stream().noneMatch(one -> one.experiment().equals(experiment))) {
        turns.remove(experiment);
      }
    }

    long held(ExperimentId experiment) {
      return places.keySet().stream().filter(one -> one.experiment().equals(experiment)).count();
    }

    boolean fits(Want want, String worker) {
      List<Needs> there =
          places.entrySet().stream()
              .filter(entry -> entry.getValue().equals(worker))
              .map(entry -> placed.get(entry.getKey()).demand().needs())
              .toList();
      Capabilities has = workers.get(worker);
      Needs needs = want.demand().needs();
      return there.size() < has.slots()
          && (needs.gpus() == 0
              || there.stream().mapToInt(Needs::gpus).sum() + needs.gpus() <= has.gpus())
          && (needs.memoryBytes() == 0
              || there.stream().mapToLong(Needs::memoryBytes).sum() + needs.memoryBytes()
                  <= has.memoryBytes())
          && (needs.engine().isEmpty() || needs.engine().equals(has.engine()))
          && (!needs.external() || has.external())
          && (needs.gpus() == 0 || needs.external() || !has.cpuEngine())
          && (needs.computeCapability().isEmpty()
              || (!has.computeCapability().isEmpty()
                  && Double.parseDouble(has.computeCapability())
                      >= Double.parseDouble(needs.computeCapability())))
          && !want.demand().avoid().contains(worker);
    }

    Optional<StageId> next() {
      return waiting.values().stream()
          .filter(one -> workers.keySet().stream().anyMatch(worker -> fits(one.want(), worker)))
          .min(
              Comparator.comparingInt((Waiting one) -> -one.want().priority())
                  .thenComparingLong(one -> held(one.want().stage().experiment()))
                  .thenComparingLong(one -> turns.get(one.want().stage().experiment()))
                  .thenComparingInt(one -> one.want().rank())
                  .thenComparingLong(Waiting::arrival))
          .map(one -> one.want().stage());
    }

    void give(Grant grant) {
      placed.put(grant.stage(), waiting.remove(grant.stage()).want());
      places.put(grant.stage(), grant.worker());
      turns.put(grant.stage().experiment(), ++counter);
    }
  }

  private static Want anyWant(Random random) {
    Set<String> avoid = random.nextInt(6) == 0 ? Set.of("w" + random.nextInt(4)) : Set.of();
    Needs needs =
        new Needs(
            Math.max(0, random.nextInt(5) - 2),
            random.nextInt(3),
            any(random, "", "", "nd4j", "libtorch"),
            random.nextInt(4) == 0,
            any(random, "", "", "8.0", "9.0"));
    return new Want(
        anyStage(random), new Demand(needs, avoid), random.nextInt(3), random.nextInt(3));
  }

  private static String any(Random random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private static StageId anyStage(Random random) {
    return stage("abcd".charAt(random.nextInt(4)) + "/" + random.nextInt(12));
  }

  @Test
  void theNextIsTheFirstOfAllThatFitAndNothingIsGivenTwice() {
    long firstSeed = System.nanoTime();
    System.out.println("slot book against a plain list, seeds from " + firstSeed);
    for (long seed = firstSeed; seed < firstSeed + 60; seed++) {
      compareWithPlainList(seed);
    }
  }

  private static void compareWithPlainList(long seed) {
    Random random = new Random(seed);
    SlotBook book = new SlotBook(SETTINGS, START);
    Plain plain = new Plain();
    for (int step = 0; step < 400; step++) {
      int what = random.nextInt(20);
      String worker = "w" + random.nextInt(4);
      if (what == 0) {
        var has =
            new Capabilities(
                random.nextInt(4) + 1,
                random.nextInt(4),
                4,
                any(random, "nd4j", "libtorch"),
                any(random, "", "7.5", "8.6", "9.0"),
                random.nextBoolean(),
                random.nextInt(4) == 0);
        // Named by none yet: what was given stays reserved for a while.
        book.heard(worker, has, List.of(), START);
        plain.workers.put(worker, has);
      } else if (what == 1) {
        book.forget(worker);
        plain.forget(worker);
      } else if (what < 8) {
        StageId stage = anyStage(random);
        book.release(stage, false, START);
        plain.release(stage);
      } else {
        Want want = anyWant(random);
        // One that avoids where it is would be given elsewhere: another test.
        if (!want.demand().avoid().contains(plain.places.getOrDefault(want.stage(), ""))
            && !plain.places.containsKey(want.stage())) {
          book.request(want, START);
          plain.request(want);
        }
      }
      if (random.nextInt(3) == 0) {
        drain(book, plain, "seed " + seed + ", step " + step);
      }
    }
  }

  private static void drain(SlotBook book, Plain plain, String where) {
    Optional<Grant> next = book.next(START);
    while (next.isPresent()) {
      Grant grant = next.get();
      assertEquals(plain.next(), Optional.of(grant.stage()), where);
      assertTrue(
          plain.fits(plain.waiting.get(grant.stage()).want(), grant.worker()),
          () -> where + ": no room for " + grant);
      plain.give(grant);
      next = book.next(START);
    }
    assertEquals(Optional.empty(), plain.next(), where);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 16})
  void experimentsWithWorkLeftHoldEquallyMany(int slots) {
    long seed = System.nanoTime();
    System.out.println("fair share on " + slots + " slots, seed " + seed);
    Random random = new Random(seed);
    SlotBook book = new SlotBook(SETTINGS, START);
    book.heard("w1", slots(slots), List.of(), START);
    for (String experiment : List.of("a", "b", "c")) {
      for (int i = 0; i < 400; i++) {
        book.request(want(experiment + "/" + i), START);
      }
    }
    List<StageId> running = new ArrayList<>();
    Map<String, Integer> held = new TreeMap<>(Map.of("a", 0, "b", 0, "c", 0));
    Map<String, Integer> served = new TreeMap<>(Map.of("a", 0, "b", 0, "c", 0));
    for (int step = 0; step < 300; step++) {
      for (var next = book.next(START); next.isPresent(); next = book.next(START)) {
        running.add(next.get().stage());
        held.merge(next.get().stage().experiment().name(), 1, Integer::sum);
        served.merge(next.get().stage().experiment().name(), 1, Integer::sum);
      }
      assertEquals(slots, running.size());
      int most = held.values().stream().mapToInt(n -> n).max().orElseThrow();
      int fewest = held.values().stream().mapToInt(n -> n).min().orElseThrow();
      assertTrue(most - fewest <= 1, "seed " + seed + ", step " + step + ": " + held);
      StageId over = running.remove(random.nextInt(running.size()));
      held.merge(over.experiment().name(), -1, Integer::sum);
      book.release(over, false, START);
    }
    assertTrue(served.values().stream().allMatch(n -> n > 50), "seed " + seed + ": " + served);
  }

  @Test
  void noStageOfThePriorityThatIsServedStarves() {
    long seed = System.nanoTime();
    System.out.println("starvation, seed " + seed);
    Random random = new Random(seed);
    SlotBook book = new SlotBook(SETTINGS, START);
    Map<String, Capabilities> workers =
        Map.of("w1", slots(4, 4), "w2", slots(4, 2), "w3", slots(2));
    Map<StageId, Instant> ends = new HashMap<>();
    Map<StageId, String> places = new HashMap<>();
    Map<StageId, Instant> wide = new HashMap<>();
    Duration longest = Duration.ZERO;
    int given = 0;
    for (int second = 0; second < 3600; second++) {
      Instant now = START.plusSeconds(second);
      // A flow of small ones that never ends, and now and then one that needs four or two GPUs.
      for (String experiment : List.of("a", "b", "c")) {
        book.request(gpus(experiment + "/" + second, random.nextInt(2)), now);
      }
      if (second % 200 == 0) {
        Want four = gpus("four/" + second, 4);
        Want two = gpus("two/" + second, 2);
        book.request(four, now);
        book.request(two, now);
        wide.put(four.stage(), now);
        wide.put(two.stage(), now);
      }
      for (StageId stage : List.copyOf(ends.keySet())) {
        if (!ends.get(stage).isAfter(now)) {
          ends.remove(stage);
          places.remove(stage);
          book.release(stage, false, now);
        }
      }
      workers.forEach(
          (worker, has) ->
              book.heard(
                  worker,
                  has,
                  places.entrySet().stream()
                      .filter(entry -> entry.getValue().equals(worker))
                      .map(entry -> new AttemptId(entry.getKey(), 1))
                      .toList(),
                  now));
      for (var next = book.next(now); next.isPresent(); next = book.next(now)) {
        StageId stage = next.get().stage();
        ends.put(stage, now.plusSeconds(5 + random.nextInt(20)));
        places.put(stage, next.get().worker());
        given++;
        Instant asked = wide.remove(stage);
        if (asked != null && Duration.between(asked, now).compareTo(longest) > 0) {
          longest = Duration.between(asked, now);
        }
      }
    }
    System.out.println(given + " given; the longest wait of a wide one: " + longest);
    // Patience, then what runs on the kept worker, twice: for one that came before.
    assertTrue(longest.compareTo(SETTINGS.patience().plusSeconds(60)) <= 0, "seed " + seed);
    assertTrue(wide.size() <= 2, () -> "seed " + seed + ": " + wide);
  }

  @Test
  void aNewBookThatIsToldEverythingAgainEndsTheSame() {
    SlotBook old = new SlotBook(SETTINGS, START);
    SlotBook fresh = new SlotBook(SETTINGS, START);
    old.heard("w1", slots(2), List.of(), START);
    old.heard("w2", slots(1), List.of(), START);
    for (int i = 0; i < 3; i++) {
      old.request(want("a/" + i), START);
      old.request(want("b/" + i), START);
    }
    Map<String, List<AttemptId>> running = new TreeMap<>();
    for (var next = old.next(START); next.isPresent(); next = old.next(START)) {
      running
          .computeIfAbsent(next.get().worker(), worker -> new ArrayList<>())
          .add(new AttemptId(next.get().stage(), 1));
    }
    Queue<Want> waiting = new ArrayDeque<>();
    for (String text : List.of("a/0", "b/0", "a/1", "b/1", "a/2", "b/2")) {
      if (old.waits(stage(text))) {
        waiting.add(want(text));
      }
    }
    waiting.forEach(one -> fresh.request(one, START));
    fresh.heard("w2", slots(1), running.get("w2"), START);
    fresh.heard("w1", slots(2), running.get("w1"), START);
    fresh.heard("w1", slots(2), running.get("w1"), START);
    waiting.forEach(one -> fresh.request(one, START));
    assertEquals(old.workers(START), fresh.workers(START));
    Set<StageId> given = new HashSet<>();
    for (String text : List.of("a/0", "b/0", "a/1")) {
      old.release(stage(text), false, START);
      fresh.release(stage(text), false, START);
      Optional<Grant> next = old.next(START);
      assertEquals(next, fresh.next(START));
      assertTrue(given.add(next.orElseThrow().stage()));
    }
  }

  @Test
  void manyWaitingStagesCostLittle() {
    SlotBook book = new SlotBook(SETTINGS, START);
    book.heard("w1", slots(16), List.of(), START);
    long began = System.nanoTime();
    for (int i = 0; i < 100_000; i++) {
      book.request(want("e" + i % 10 + "/" + i), START);
    }
    long asked = System.nanoTime();
    int given = 0;
    for (var next = book.next(START); next.isPresent(); next = book.next(START)) {
      given++;
      if (given >= 16) {
        book.release(next.get().stage(), false, START);
      }
    }
    long done = System.nanoTime();
    assertEquals(100_000, given);
    System.out.printf(
        "100000 stages: %.2f us per request, %.2f us per grant and release%n",
        (asked - began) / 1e8, (done - asked) / 1e8);
  }
}
