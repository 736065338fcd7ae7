package dev.margrave.orchestrator.schedule;

import static dev.margrave.orchestrator.schedule.Asks.SETTINGS;
import static dev.margrave.orchestrator.schedule.Asks.attempts;
import static dev.margrave.orchestrator.schedule.Asks.slots;
import static dev.margrave.orchestrator.schedule.Asks.stage;
import static dev.margrave.orchestrator.schedule.Asks.want;

import dev.margrave.orchestrator.schedule.SlotBook.Answer;
import dev.margrave.orchestrator.schedule.SlotBook.Grant;
import dev.margrave.protocol.worker.Capabilities;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A book, and short words for what is said to it. */
abstract class SlotBookFixture {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  Instant now = START;
  SlotBook book = new SlotBook(SETTINGS, now);

  void hear(String worker, int slots, String... running) {
    book.heard(worker, slots(slots), attempts(running), now);
  }

  void hear(String worker, Capabilities capabilities, String... running) {
    book.heard(worker, capabilities, attempts(running), now);
  }

  Answer ask(String stage) {
    return book.request(want(stage), now);
  }

  Optional<String> release(String stage) {
    return book.release(stage(stage), false, now);
  }

  Optional<String> exhaust(String stage) {
    return book.release(stage(stage), true, now);
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  /** Everything that can be given now, as {@code experiment/number@worker}. */
  List<String> given() {
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

  String reason(Want want) {
    book.request(want, now);
    return book.reason(want.stage(), now);
  }

  String state(String worker) {
    return book.workers(now).stream()
        .filter(one -> one.worker().equals(worker))
        .map(SlotBook.WorkerState::state)
        .findFirst()
        .orElse("unknown");
  }

  List<String> running(String worker) {
    return book.workers(now).stream()
        .filter(one -> one.worker().equals(worker))
        .flatMap(one -> one.running().stream())
        .map(one -> one.experiment() + "/" + one.key().teacherSeed())
        .toList();
  }
}
