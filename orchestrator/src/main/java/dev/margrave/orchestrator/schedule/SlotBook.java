package dev.margrave.orchestrator.schedule;

import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.worker.Capabilities;
import dev.margrave.protocol.worker.Needs;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Who waits, who holds which slot, and who is next. Knows nothing of actors; time is told.
 *
 * <p>What it is told may be lost, repeated or late: a slot is held by whoever it was given to, and
 * by whoever its worker says runs there. A stage has one <em>reservation</em> at most; a stage that
 * its worker still names although it is reserved elsewhere, or waits, holds its slot there too,
 * until the worker does not name it any more.
 *
 * <p>A stage that is first but fits nowhere lets others pass, for {@code patience}. Then a worker
 * is kept for it: only higher priorities, and stages that take nothing of what it lacks, are given
 * slots there, so that it fits as soon as enough of those that run there have ended.
 */
final class SlotBook {

  /** A slot for a stage. */
  record Grant(StageId stage, String worker) {}

  /** To a request. */
  sealed interface Answer {
    /** It has this worker's slot already, and may not have heard. */
    record Reserved(String worker) implements Answer {}

    /** It waits. */
    record Waits() implements Answer {}

    /** It is not remembered. */
    record Refused() implements Answer {}
  }

  /** A worker as users see it; {@code reason} is empty unless it is excluded. */
  record WorkerState(
      String worker,
      String state,
      String reason,
      Capabilities capabilities,
      List<StageId> running) {}

  /**
   * Where a stage is put: GPUs are left together for those that need them, then where most slots
   * are free.
   */
  private static final Comparator<KnownWorker> BEST_PLACE =
      Comparator.comparingInt(KnownWorker::freeGpus)
          .thenComparing(Comparator.comparingInt(KnownWorker::freeSlots).reversed())
          .thenComparing(KnownWorker::name);

  static final String UNREACHABLE = "unreachable";

  private static final Comparator<KnownWorker> SOONEST_FREE =
      Comparator.comparingInt((KnownWorker worker) -> worker.held().size())
          .thenComparing(KnownWorker::name);

  private final SchedulerSettings settings;
  private final Instant listenUntil;
  private final Map<String, KnownWorker> workers = new TreeMap<>();
  private final Map<StageId, String> reserved = new HashMap<>();
  private final WaitingLine line = new WaitingLine();

  /** Workers that are kept, and for whom. */
  private final Map<String, Lane> kept = new HashMap<>();

  /** Lately, oldest first: a worker's word that was on its way may still name them. */
  private final Map<StageId, Instant> released = new LinkedHashMap<>();

  SlotBook(SchedulerSettings settings, Instant start) {
    this.settings = settings;
    this.listenUntil = start.plus(settings.listen());
  }

  // ---- workers

  /** A worker says what it has and what runs there. */
  void heard(String name, Capabilities capabilities, List<AttemptId> running, Instant now) {
    forgetOldReleases(now);
    KnownWorker worker =
        workers.computeIfAbsent(name, key -> new KnownWorker(key, capabilities, now));
    worker.heard(capabilities, now);
    Set<StageId> named = new LinkedHashSet<>();
    running.forEach(attempt -> named.add(attempt.stage()));
    named.forEach(stage -> named(worker, stage, now));
    for (StageId stage : worker.heldBesides(named)) {
      boolean here = name.equals(reserved.get(stage));
      Instant noted = worker.holding(stage).orElseThrow().noted();
      if (!here || noted.plus(settings.reservationGrace()).isBefore(now)) {
        vacate(worker, stage);
      }
    }
  }

  private void named(KnownWorker worker, StageId stage, Instant now) {
    if (worker.holding(stage).isEmpty()) {
      if (released.containsKey(stage)) {
        return;
      }
      line.holdsOneMore(stage.experiment());
    }
    worker.name(stage, now);
    if (!line.contains(stage)) {
      reserved.putIfAbsent(stage, worker.name());
    }
  }

  private void vacate(KnownWorker worker, StageId stage) {
    if (worker.remove(stage)) {
      line.holdsOneLess(stage.experiment());
    }
    reserved.remove(stage, worker.name());
  }

  /** A worker is gone, or takes no more stages. */
  void forget(String name) {
    KnownWorker worker = workers.remove(name);
    if (worker != null) {
      kept.remove(name);
      List.copyOf(worker.held()).forEach(stage -> vacate(worker, stage));
    }
  }

  private boolean unreachable(KnownWorker worker, Instant now) {
    return worker.suspected() || worker.heardAt().plus(settings.unreachableAfter()).isBefore(now);
  }

  private boolean open(KnownWorker worker, Instant now) {
    return !unreachable(worker, now) && worker.excludedUntil(now).isEmpty();
  }

  /** By name. */
  List<WorkerState> workers(Instant now) {
    return workers.values().stream().map(worker -> state(worker, now)).toList();
  }

  private WorkerState state(KnownWorker worker, Instant now) {
    Optional<Instant> excluded = worker.excludedUntil(now);
    String state;
    if (unreachable(worker, now)) {
      state = UNREACHABLE;
    } else if (excluded.isPresent()) {
      state = "excluded";
    } else {
      state = worker.freeSlots() > 0 ? "free" : "busy";
    }
    return new WorkerState(
        worker.name(),
        state,
        excluded.map(this::exclusion).orElse(""),
        worker.capabilities(),
        worker.held().stream().sorted(Comparator.comparing(StageId::text)).toList());
  }

  private String exclusion(Instant until) {
    return "%d attempts in a row ran out of its resources; it is given stages again at %s"
        .formatted(settings.excludeAfter(), until.truncatedTo(ChronoUnit.SECONDS));
  }

  // ---- stages

  /** That wait for a slot. */
  int waiting() {
    return line.size();
  }

  /** A stage asks for a slot. Asking again changes nothing but what it asks for. */
  Answer request(Want want, Instant now) {
    StageId stage = want.stage();
    String name = reserved.get(stage);
    if (name != null) {
      KnownWorker worker = workers.get(name);
      boolean begun = worker.holding(stage).orElseThrow().named();
      if (!begun && !unreachable(worker, now) && !want.demand().avoid().contains(name)) {
        worker.give(stage, want.demand().needs(), now);
        return new Answer.Reserved(name);
      }
      if (begun) {
        // That attempt is over, else it would not ask; its worker is yet to say so.
        reserved.remove(stage);
      } else {
        vacate(worker, stage);
      }
    }
    if (!line.contains(stage) && line.size() >= settings.maximumQueue()) {
      return new Answer.Refused();
    }
    line.put(want);
    return new Answer.Waits();
  }

  /** The worker that holds a stage fell silent: it counts as unreachable until it is heard. */
  void suspect(StageId stage) {
    Optional.ofNullable(reserved.get(stage)).map(workers::get).ifPresent(KnownWorker::suspect);
  }

  /**
   * A stage needs nothing any more.
   *
   * @return why its worker is excluded from now on, if it is
   */
  Optional<String> release(StageId stage, boolean exhausted, Instant now) {
    forgetOldReleases(now);
    line.remove(stage);
    released.remove(stage);
    released.put(stage, now);
    String name = reserved.get(stage);
    workers.values().forEach(worker -> vacate(worker, stage));
    if (name == null) {
      return Optional.empty();
    }
    KnownWorker worker = workers.get(name);
    if (worker.ended(exhausted) < settings.excludeAfter()) {
      return Optional.empty();
    }
    Instant until = now.plus(settings.excludeFor());
    worker.exclude(until);
    return Optional.of("worker %s: %s".formatted(name, exclusion(until)));
  }

  private void forgetOldReleases(Instant now) {
    Iterator<Instant> oldestFirst = released.values().iterator();
    while (oldestFirst.hasNext()
        && oldestFirst.next().plus(settings.reservationGrace()).isBefore(now)) {
      oldestFirst.remove();
    }
  }

  boolean waits(StageId stage) {
    return line.contains(stage);
  }

  /** For what a stage waits, as users read it. */
  String reason(StageId stage, Instant now) {
    Optional<Want> want = line.find(stage);
    if (want.isEmpty()) {
      return WaitReason.queueFull(settings.maximumQueue());
    }
    String reason =
        WaitReason.of(
            want.get().demand(),
            workers.values(),
            worker -> unreachable(worker, now),
            worker -> worker.excludedUntil(now).isPresent());
    return listens(now) && (workers.isEmpty() || reason.equals(WaitReason.SLOT))
        ? WaitReason.LISTENING
        : reason;
  }

  // ---- giving out

  private boolean listens(Instant now) {
    return now.isBefore(listenUntil);
  }

  /** Whether {@link #next} has anything to give. */
  boolean canGive(Instant now) {
    keepPlaces(now);
    return !listens(now) && line.lanes().stream().anyMatch(lane -> place(lane, now).isPresent());
  }

  /** Gives the next slot: to be called until there is none. */
  Optional<Grant> next(Instant now) {
    keepPlaces(now);
    if (listens(now) || line.size() == 0) {
      return Optional.empty();
    }
    Lane best = null;
    KnownWorker bestPlace = null;
    List<Lane> stuck = new ArrayList<>();
    for (Lane lane : line.lanes()) {
      Optional<KnownWorker> place = place(lane, now);
      if (place.isEmpty()) {
        stuck.add(lane);
      } else if (best == null || isBefore(lane, best)) {
        best = lane;
        bestPlace = place.get();
      }
    }
    if (best == null) {
      return Optional.empty();
    }
    for (Lane lane : stuck) {
      if (isBefore(lane, best) && workers.values().stream().anyMatch(w -> suits(w, lane, now))) {
        lane.passed(now);
      }
    }
    return Optional.of(give(best, bestPlace, now));
  }

  private static boolean isBefore(Lane one, Lane other) {
    return Lane.ORDER.compare(one.first(), other.first()) < 0;
  }

  private Grant give(Lane lane, KnownWorker worker, Instant now) {
    Needs needs = lane.demand().needs();
    kept.values().remove(lane);
    StageId stage = line.serve(lane);
    if (worker.holding(stage).isEmpty()) {
      line.holdsOneMore(stage.experiment());
    }
    worker.give(stage, needs, now);
    reserved.put(stage, worker.name());
    return new Grant(stage, worker.name());
  }

  /** Whether the lane's stages may run there, once there is room. */
  private boolean suits(KnownWorker worker, Lane lane, Instant now) {
    return open(worker, now)
        && worker.couldHold(lane.demand().needs())
        && !lane.demand().avoid().contains(worker.name());
  }

  private Optional<KnownWorker> place(Lane lane, Instant now) {
    Needs needs = lane.demand().needs();
    return workers.values().stream()
        .filter(worker -> worker.hasRoomFor(needs) && suits(worker, lane, now))
        .filter(worker -> mayUse(lane, worker))
        .min(BEST_PLACE);
  }

  private boolean mayUse(Lane lane, KnownWorker worker) {
    Lane starving = kept.get(worker.name());
    if (starving == null || starving == lane) {
      return true;
    }
    Needs needs = lane.demand().needs();
    boolean takesNothingScarce =
        needs.gpus() == 0 && needs.memoryBytes() == 0 && worker.freeSlots() > 1;
    return takesNothingScarce || lane.first().priority() > starving.first().priority();
  }

  private void keepPlaces(Instant now) {
    kept.entrySet()
        .removeIf(
            entry ->
                entry.getValue().isEmpty()
                    || !suits(workers.get(entry.getKey()), entry.getValue(), now));
    for (Lane lane : line.lanes()) {
      if (lane.starves(now, settings.patience()) && !kept.containsValue(lane)) {
        workers.values().stream()
            .filter(worker -> suits(worker, lane, now) && !kept.containsKey(worker.name()))
            .min(SOONEST_FREE)
            .ifPresent(worker -> kept.put(worker.name(), lane));
      }
    }
  }
}
