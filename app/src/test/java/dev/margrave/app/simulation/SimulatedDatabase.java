package dev.margrave.app.simulation;

import akka.dispatch.Futures;
import akka.persistence.AtomicWrite;
import akka.persistence.PersistentRepr;
import akka.persistence.journal.Tagged;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import scala.concurrent.Future;
import scala.concurrent.Promise;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Events as a shared SQL server keeps them: a sequence number of an actor is taken once. Writes
 * take time, may fail with or without having happened, and outlive who asked for them.
 */
final class SimulatedDatabase {
  private static final int USUAL_MS = 3;
  private static final int UNSYNCED_MS = 400;

  private final class Write {
    private final List<PersistentRepr> rows = new ArrayList<>();
    private boolean done;
    private boolean lost;

    /** All rows or none; returns whether they are there. */
    boolean happens() {
      if (done || lost || !isNext(rows.get(0))) {
        return done;
      }
      rows.forEach(row -> insert(row));
      done = true;
      return true;
    }

    private boolean isNext(PersistentRepr row) {
      return row.sequenceNr() == stored(row.persistenceId()).size() + 1;
    }
  }

  private final VirtualTime time;
  private final SplittableRandom random;
  private final Mutation mutation;
  private final BiConsumer<String, Object> observer;
  private final Map<String, List<PersistentRepr>> rows = new HashMap<>();
  private final List<Write> inFlight = new ArrayList<>();
  private final List<Runnable> unanswered = new ArrayList<>();
  private boolean out;
  private int slowMs = USUAL_MS;
  private int failing;

  /**
   * @param observer is told of every event that is stored
   */
  SimulatedDatabase(
      VirtualTime time,
      SplittableRandom random,
      Mutation mutation,
      BiConsumer<String, Object> observer) {
    this.time = time;
    this.random = random;
    this.mutation = mutation;
    this.observer = observer;
  }

  private List<PersistentRepr> stored(String persistenceId) {
    return rows.computeIfAbsent(persistenceId, id -> new ArrayList<>());
  }

  private void insert(PersistentRepr row) {
    Object payload = row.payload() instanceof Tagged tagged ? tagged.payload() : row.payload();
    stored(row.persistenceId()).add(row.withPayload(payload));
    observer.accept(row.persistenceId(), payload);
  }

  /** Whoever waits is answered, now or later. */
  private void answer(int milliseconds, Runnable task) {
    unanswered.add(task);
    time.after(
        milliseconds,
        () -> {
          if (unanswered.remove(task)) {
            task.run();
          }
        });
  }

  /** Nobody is left waiting. */
  void answerAll() {
    out = false;
    while (!unanswered.isEmpty()) {
      unanswered.remove(0).run();
    }
  }

  // ---- faults

  /** Whether nothing can be written or read. */
  void out(boolean isOut) {
    out = isOut;
  }

  /** How long it takes at most. */
  void slow(int milliseconds) {
    slowMs = milliseconds;
  }

  void usualSpeed() {
    slowMs = USUAL_MS;
  }

  /** The next writes fail: half of them have happened all the same. */
  void failNext(int writes) {
    failing = writes;
  }

  /** Whoever wrote is gone: some of what was on its way still arrives. */
  void writersCrashed() {
    for (Write write : inFlight) {
      write.lost |= random.nextBoolean();
    }
  }

  // ---- what Akka asks for

  Future<Iterable<Optional<Exception>>> write(Iterable<AtomicWrite> writes) {
    Promise<Iterable<Optional<Exception>>> promise = Futures.promise();
    Write write = new Write();
    for (AtomicWrite atomic : writes) {
      write.rows.addAll(CollectionConverters.asJava(atomic.payload()));
    }
    boolean fails = out || failing > 0;
    failing = Math.max(0, failing - 1);
    boolean happens = !fails || (!out && random.nextBoolean());
    if (mutation == Mutation.ACKNOWLEDGED_BEFORE_WRITTEN) {
      inFlight.add(write);
      answer(
          UNSYNCED_MS,
          () -> {
            inFlight.remove(write);
            write.happens();
          });
      promise.success(List.of());
      return promise.future();
    }
    if (happens && random.nextBoolean()) {
      write.happens();
    }
    inFlight.add(write);
    answer(
        1 + random.nextInt(slowMs),
        () -> {
          inFlight.remove(write);
          boolean there = happens && write.happens();
          if (there && !fails) {
            promise.success(List.of());
          } else {
            promise.failure(new IOException("the database does not answer"));
          }
        });
    return promise.future();
  }

  Future<Long> highest(String persistenceId) {
    Promise<Long> promise = Futures.promise();
    answer(
        1 + random.nextInt(USUAL_MS),
        () -> {
          if (out) {
            promise.failure(new IOException("the database does not answer"));
          } else {
            promise.success((long) stored(persistenceId).size());
          }
        });
    return promise.future();
  }

  Future<Void> replay(
      String persistenceId, long from, long to, long max, Consumer<PersistentRepr> replay) {
    Promise<Void> promise = Futures.promise();
    answer(
        1 + random.nextInt(USUAL_MS),
        () -> {
          if (out) {
            promise.failure(new IOException("the database does not answer"));
            return;
          }
          stored(persistenceId).stream()
              .filter(row -> row.sequenceNr() >= from && row.sequenceNr() <= to)
              .limit(max)
              .forEach(replay);
          promise.success(null);
        });
    return promise.future();
  }

  /** Whose events are stored, in order. */
  List<String> persistenceIds() {
    return List.copyOf(new TreeSet<>(rows.keySet()));
  }

  List<Object> events(String persistenceId) {
    return stored(persistenceId).stream().map(PersistentRepr::payload).toList();
  }
}
