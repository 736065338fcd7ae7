package dev.margrave.orchestrator.http;

import dev.margrave.orchestrator.read.EventRow;
import dev.margrave.orchestrator.read.ExperimentHistory;
import dev.margrave.orchestrator.read.MarginRow;
import dev.margrave.orchestrator.read.Thinning;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Read tables in memory. */
final class FakeHistory implements ExperimentHistory {
  static final Instant AT = Instant.parse("2026-11-22T10:00:00Z");

  private final List<EventRow> events = new ArrayList<>();
  final List<MarginRow> margins = new ArrayList<>();

  /** Rows handed out so far. */
  final AtomicLong handedOut = new AtomicLong();

  volatile boolean broken;
  volatile String text = "";

  /** So many more things happen. */
  synchronized void happen(int count) {
    IntStream.range(0, count)
        .forEach(
            i -> {
              long id = events.size() + 1L;
              events.add(
                  new EventRow(
                      id,
                      AT,
                      Optional.empty(),
                      "stage-started",
                      "thing " + id + text,
                      "{\"n\":1}"));
            });
  }

  /** So many evaluations, of no run. */
  synchronized void evaluate(int count) {
    for (int i = 0; i < count; i++) {
      events.add(
          new EventRow(
              events.size() + 1L, AT, Optional.empty(), "stage-evaluated", "measured", "{}"));
    }
  }

  @Override
  public List<MarginRow> margins(
      ExperimentId experiment, Optional<Arm> arm, Optional<Long> seed, long fromStep) {
    refuseIfBroken();
    return margins.stream()
        .filter(row -> arm.isEmpty() || arm.get() == row.stage().arm())
        .filter(row -> seed.isEmpty() || seed.get() == row.stage().seed())
        .filter(row -> row.point().step() >= fromStep)
        .toList();
  }

  @Override
  public List<MarginRow> margins(
      ExperimentId experiment, Optional<Arm> arm, Optional<Long> seed, long fromStep, int points) {
    Map<StageKey, List<MarginRow>> runs =
        margins(experiment, arm, seed, fromStep).stream()
            .collect(
                Collectors.groupingBy(MarginRow::stage, LinkedHashMap::new, Collectors.toList()));
    return runs.values().stream().flatMap(run -> Thinning.of(run, points).stream()).toList();
  }

  @Override
  public synchronized long before(ExperimentId experiment, int count) {
    refuseIfBroken();
    return events.size() <= count ? 0 : events.get(events.size() - count - 1).id();
  }

  @Override
  public synchronized List<EventRow> milestones(ExperimentId experiment, int count) {
    refuseIfBroken();
    List<EventRow> found =
        events.stream().filter(row -> !row.type().equals("stage-evaluated")).toList();
    return found.subList(Math.max(0, found.size() - count), found.size());
  }

  @Override
  public synchronized List<EventRow> events(ExperimentId experiment, long after, int limit) {
    refuseIfBroken();
    List<EventRow> found = events.stream().filter(row -> row.id() > after).limit(limit).toList();
    handedOut.addAndGet(found.size());
    return found;
  }

  private void refuseIfBroken() {
    if (broken) {
      throw new IllegalStateException("jdbc:postgresql://db/secret is away");
    }
  }
}
