package dev.margrave.orchestrator.schedule;

import dev.margrave.protocol.StageId;
import dev.margrave.protocol.worker.Capabilities;
import dev.margrave.protocol.worker.ComputeCapability;
import dev.margrave.protocol.worker.Needs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A worker, and who holds its slots. */
final class KnownWorker {

  /**
   * A slot that is held.
   *
   * @param needs of the stage; empty for one that was found running: nobody says what it uses
   * @param noted when it was given, or last named by the worker
   * @param named whether the worker has named it
   */
  record Holding(Optional<Needs> needs, Instant noted, boolean named) {}

  private final String name;
  private final Map<StageId, Holding> holdings = new HashMap<>();
  private Capabilities capabilities;
  private Instant heardAt;
  private int gpusHeld;
  private long memoryHeld;
  private int ofUnknownNeeds;
  private int exhaustedInARow;
  private boolean suspected;
  private Optional<Instant> excludedUntil = Optional.empty();

  KnownWorker(String name, Capabilities capabilities, Instant now) {
    this.name = name;
    this.capabilities = capabilities;
    this.heardAt = now;
  }

  String name() {
    return name;
  }

  Capabilities capabilities() {
    return capabilities;
  }

  Collection<StageId> held() {
    return holdings.keySet();
  }

  Optional<Holding> holding(StageId stage) {
    return Optional.ofNullable(holdings.get(stage));
  }

  // ---- whether it is to be given stages

  void heard(Capabilities has, Instant now) {
    capabilities = has;
    heardAt = now;
    suspected = false;
  }

  /** Somebody has missed it before its registration was due. */
  void suspect() {
    suspected = true;
  }

  boolean suspected() {
    return suspected;
  }

  Instant heardAt() {
    return heardAt;
  }

  void exclude(Instant until) {
    excludedUntil = Optional.of(until);
    exhaustedInARow = 0;
  }

  /** Until when it is given nothing, if it is. */
  Optional<Instant> excludedUntil(Instant now) {
    return excludedUntil.filter(now::isBefore);
  }

  /** An attempt has ended here; returns how many in a row have run out of resources. */
  int ended(boolean exhausted) {
    exhaustedInARow = exhausted ? exhaustedInARow + 1 : 0;
    return exhaustedInARow;
  }

  // ---- what it has and what is free of it

  /** Whether a stage would fit if nothing else ran here. */
  boolean couldHold(Needs needs) {
    return capabilities.slots() >= 1
        && capabilities.gpusFor(needs) >= needs.gpus()
        && capabilities.memoryBytes() >= needs.memoryBytes()
        && trainsWith(needs)
        && hasGpusFor(needs);
  }

  boolean trainsWith(Needs needs) {
    return (needs.engine().isEmpty() || needs.engine().equals(capabilities.engine()))
        && (!needs.external() || capabilities.external());
  }

  /** Whether its GPUs are new enough. */
  boolean hasGpusFor(Needs needs) {
    return ComputeCapability.satisfies(capabilities.computeCapability(), needs.computeCapability());
  }

  boolean hasRoomFor(Needs needs) {
    return freeSlots() >= 1
        && (needs.gpus() == 0 || freeGpus() >= needs.gpus())
        && (needs.memoryBytes() == 0 || freeMemoryBytes() >= needs.memoryBytes());
  }

  /** Negative when more runs here than there are slots. */
  int freeSlots() {
    return capabilities.slots() - holdings.size();
  }

  /** While one runs here of which nobody says what it uses, it may use all. */
  int freeGpus() {
    return ofUnknownNeeds > 0 ? 0 : capabilities.gpus() - gpusHeld;
  }

  long freeMemoryBytes() {
    return ofUnknownNeeds > 0 ? 0 : capabilities.memoryBytes() - memoryHeld;
  }

  // ---- who holds its slots

  void give(StageId stage, Needs needs, Instant now) {
    put(stage, new Holding(Optional.of(needs), now, false));
  }

  /** The worker says that the stage runs here. */
  void name(StageId stage, Instant now) {
    Holding before = holdings.get(stage);
    put(stage, new Holding(before == null ? Optional.empty() : before.needs(), now, true));
  }

  private void put(StageId stage, Holding holding) {
    remove(stage);
    holdings.put(stage, holding);
    count(holding, 1);
  }

  /** Returns whether it was there. */
  boolean remove(StageId stage) {
    Holding before = holdings.remove(stage);
    if (before != null) {
      count(before, -1);
    }
    return before != null;
  }

  private void count(Holding holding, int sign) {
    if (holding.needs().isPresent()) {
      gpusHeld += sign * holding.needs().get().gpus();
      memoryHeld += sign * holding.needs().get().memoryBytes();
    } else {
      ofUnknownNeeds += sign;
    }
  }

  /** Stages that hold a slot here, and are not among those. */
  List<StageId> heldBesides(Set<StageId> named) {
    List<StageId> others = new ArrayList<>(holdings.keySet());
    others.removeAll(named);
    return others;
  }
}
