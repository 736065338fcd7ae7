package dev.margrave.orchestrator.schedule;

import static dev.margrave.orchestrator.schedule.Asks.GIB;
import static dev.margrave.orchestrator.schedule.Asks.SETTINGS;
import static dev.margrave.orchestrator.schedule.Asks.stage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.orchestrator.schedule.SlotBook.Answer;
import dev.margrave.orchestrator.schedule.SlotBook.Grant;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.worker.Capabilities;
import dev.margrave.protocol.worker.Needs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Supervisors and workers that talk to a book through a network that loses, repeats and reorders,
 * while workers die and schedulers are replaced. When the faults end every stage comes to its end,
 * and no slot is held by anybody.
 */
final class SlotBookSimulation {
  private static final Duration STEP = Duration.ofMillis(500);
  private static final int FAULTY_STEPS = 400;

  /** Of virtual time: 40 stages of some seconds, and a few times a grace. */
  private static final int QUIET_STEPS = 1000;

  private static final int STAGES = 40;

  private static final class Supervisor {
    private final StageId stage;
    private final Needs needs;
    private final int rank;
    private int attempt;
    private Optional<String> runsAt = Optional.empty();
    private Instant until = Instant.MIN;
    private boolean over;

    Supervisor(StageId stage, Needs needs, int rank) {
      this.stage = stage;
      this.needs = needs;
      this.rank = rank;
    }

    boolean wants() {
      return !over && runsAt.isEmpty();
    }
  }

  private final Random random;
  private final String seed;
  private final Map<StageId, Supervisor> supervisors = new LinkedHashMap<>();
  private final Map<String, Capabilities> workers = new TreeMap<>();

  /** Who runs where, supervised or not. */
  private final Map<String, Map<StageId, AttemptId>> running = new TreeMap<>();

  private final List<Runnable> network = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private SlotBook book;
  private boolean faulty = true;
  private int grants;

  SlotBookSimulation(long seed) {
    this.random = new Random(seed);
    this.seed = "seed " + seed;
    this.book = new SlotBook(SETTINGS, now);
    workers.put("w1", new Capabilities(4, 2, 8 * GIB, "nd4j"));
    workers.put("w2", new Capabilities(2, 1, 4 * GIB, "nd4j"));
    workers.put("w3", new Capabilities(3, 0, 4 * GIB, "libtorch"));
    workers.keySet().forEach(worker -> running.put(worker, new LinkedHashMap<>()));
    for (int i = 0; i < STAGES; i++) {
      StageId stage = stage("abc".charAt(i % 3) + "/" + i);
      // Only the one without a GPU has the other engine: nobody asks for both.
      boolean other = random.nextInt(4) == 0;
      Needs needs =
          new Needs(
              other ? 0 : random.nextInt(3),
              random.nextInt(3) * GIB,
              other ? "libtorch" : random.nextBoolean() ? "nd4j" : "",
              false,
              "");
      supervisors.put(stage, new Supervisor(stage, needs, random.nextInt(3)));
    }
  }

  private void send(Runnable message) {
    if (!faulty) {
      message.run();
      return;
    }
    int fate = random.nextInt(10);
    for (int copies = fate < 2 ? 0 : fate == 9 ? 2 : 1; copies > 0; copies--) {
      network.add(message);
    }
  }

  private void deliverSome() {
    for (int i = random.nextInt(30); i > 0 && !network.isEmpty(); i--) {
      network.remove(random.nextInt(network.size())).run();
      giveOut();
    }
  }

  private void ask(Supervisor one) {
    Want want = new Want(one.stage, new Demand(one.needs, Set.of()), 0, one.rank);
    send(
        () -> {
          if (book.request(want, now) instanceof Answer.Reserved reserved) {
            send(() -> granted(one, reserved.worker()));
          }
        });
  }

  private void release(Supervisor one) {
    send(() -> book.release(one.stage, false, now));
  }

  private void granted(Supervisor one, String worker) {
    if (one.over) {
      release(one);
    } else if (one.runsAt.isEmpty()) {
      one.attempt++;
      one.runsAt = Optional.of(worker);
      one.until = now.plusMillis(random.nextInt(8000));
      running.get(worker).put(one.stage, new AttemptId(one.stage, one.attempt));
    }
  }

  private void end(Supervisor one, boolean over) {
    one.over = over;
    String worker = one.runsAt.orElseThrow();
    one.runsAt = Optional.empty();
    // Now and then its worker hears of the end a while later.
    if (!faulty || random.nextInt(4) > 0) {
      running.get(worker).remove(one.stage);
    }
    release(one);
  }

  private void register(String worker) {
    // Superseded ones end sooner or later.
    running
        .get(worker)
        .values()
        .removeIf(attempt -> !isCurrent(worker, attempt) && random.nextInt(3) == 0);
    List<AttemptId> there = List.copyOf(running.get(worker).values());
    send(() -> book.heard(worker, workers.get(worker), there, now));
  }

  private boolean isCurrent(String worker, AttemptId attempt) {
    Supervisor one = supervisors.get(attempt.stage());
    return one.runsAt.equals(Optional.of(worker)) && one.attempt == attempt.number();
  }

  private void crash(String worker) {
    running.get(worker).clear();
    book.forget(worker);
    supervisors.values().stream()
        .filter(one -> one.runsAt.equals(Optional.of(worker)))
        .forEach(one -> end(one, false));
  }

  private void giveOut() {
    for (Optional<Grant> next = book.next(now); next.isPresent(); next = book.next(now)) {
      Grant grant = next.get();
      grants++;
      Supervisor one = supervisors.get(grant.stage());
      SlotBook.WorkerState state =
          book.workers(now).stream()
              .filter(worker -> worker.worker().equals(grant.worker()))
              .findFirst()
              .orElseThrow();
      assertTrue(state.running().size() <= state.capabilities().slots(), () -> seed + grant);
      if (one.needs.gpus() > 0) {
        int gpus = needs(state).stream().mapToInt(Needs::gpus).sum();
        assertTrue(gpus <= state.capabilities().gpus(), () -> seed + ": GPUs of " + grant);
      }
      if (one.needs.memoryBytes() > 0) {
        long memory = needs(state).stream().mapToLong(Needs::memoryBytes).sum();
        assertTrue(memory <= state.capabilities().memoryBytes(), () -> seed + ": memory, " + grant);
      }
      assertTrue(!book.waits(grant.stage()), () -> seed + ": still waits " + grant);
      send(() -> granted(one, grant.worker()));
    }
  }

  private List<Needs> needs(SlotBook.WorkerState state) {
    return state.running().stream().map(stage -> supervisors.get(stage).needs).toList();
  }

  private void step() {
    now = now.plus(STEP);
    for (Supervisor one : supervisors.values()) {
      if (one.runsAt.isPresent() && !one.until.isAfter(now)) {
        end(one, !faulty || random.nextInt(8) == 0);
      }
      if (one.wants() && random.nextInt(4) == 0) {
        ask(one);
      }
    }
    workers.keySet().stream().filter(worker -> random.nextInt(4) == 0).forEach(this::register);
    if (faulty && random.nextInt(60) == 0) {
      crash("w" + (1 + random.nextInt(3)));
    }
    if (faulty && random.nextInt(80) == 0) {
      book = new SlotBook(SETTINGS, now);
    }
    if (faulty) {
      deliverSome();
    }
    giveOut();
  }

  /** Faults, then none, then nothing must be left. */
  void run() {
    for (int i = 0; i < FAULTY_STEPS; i++) {
      step();
    }
    faulty = false;
    network.clear();
    for (int i = 0; i < QUIET_STEPS; i++) {
      step();
    }
    workers.keySet().forEach(this::register);
    assertTrue(grants >= STAGES, seed);
    for (Supervisor one : supervisors.values()) {
      assertTrue(one.over, () -> seed + ": " + one.stage + " starved: " + book.workers(now));
    }
    for (SlotBook.WorkerState worker : book.workers(now)) {
      assertEquals(List.of(), worker.running(), seed);
      assertEquals("free", worker.state(), seed);
    }
  }
}
