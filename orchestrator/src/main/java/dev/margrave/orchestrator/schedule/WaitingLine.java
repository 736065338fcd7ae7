package dev.margrave.orchestrator.schedule;

import dev.margrave.orchestrator.schedule.Lane.Waiter;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageId;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The stages that wait, in the order in which they are served: higher priority first; then the
 * experiment that holds the fewest slots, of equals the one that was served or came longest ago;
 * within an experiment lower rank, then first come.
 *
 * <p>Stages that ask for the same stand in one {@link Lane}, and only the first of a lane is ever
 * looked at: whatever happens to one stage costs O(log stages).
 */
final class WaitingLine {
  private final Map<Demand, Lane> lanes = new LinkedHashMap<>();
  private final Map<ExperimentId, Share> shares = new HashMap<>();
  private final Map<StageId, Waiter> waiters = new HashMap<>();
  private long arrivals;
  private long turns;

  int size() {
    return waiters.size();
  }

  boolean contains(StageId stage) {
    return waiters.containsKey(stage);
  }

  Optional<Want> find(StageId stage) {
    return Optional.ofNullable(waiters.get(stage)).map(Waiter::want);
  }

  /** None is empty. */
  Collection<Lane> lanes() {
    return Collections.unmodifiableCollection(lanes.values());
  }

  /** Lets a stage in; one that is there keeps its arrival and takes the place it asks for now. */
  void put(Want want) {
    Waiter before = waiters.get(want.stage());
    if (before != null && before.want().equals(want)) {
      return;
    }
    long arrival = before == null ? ++arrivals : before.arrival();
    if (before != null) {
      leaveLane(before);
    }
    Waiter waiter = new Waiter(want, arrival, share(want.stage().experiment()));
    waiters.put(want.stage(), waiter);
    lanes.computeIfAbsent(want.demand(), Lane::new).add(waiter);
  }

  /** Lets a stage out, if it is there. */
  void remove(StageId stage) {
    Waiter waiter = waiters.remove(stage);
    if (waiter != null) {
      leaveLane(waiter);
      forgetIdle(waiter.share());
    }
  }

  private void leaveLane(Waiter waiter) {
    Lane lane = lanes.get(waiter.want().demand());
    lane.remove(waiter);
    if (lane.isEmpty()) {
      lanes.remove(lane.demand());
    }
  }

  /** The first of that lane, which is returned, leaves, and its experiment's turn is over. */
  StageId serve(Lane lane) {
    Waiter waiter = lane.first();
    lane.served();
    waiter.share().change(0, ++turns);
    remove(waiter.stage());
    return waiter.stage();
  }

  /** An experiment holds one slot more. */
  void holdsOneMore(ExperimentId experiment) {
    Share share = share(experiment);
    share.change(1, share.turn());
  }

  /** An experiment holds one slot less. */
  void holdsOneLess(ExperimentId experiment) {
    Share share = share(experiment);
    share.change(-1, share.turn());
    forgetIdle(share);
  }

  /** A new one comes after all that were served or came before. */
  private Share share(ExperimentId experiment) {
    return shares.computeIfAbsent(experiment, id -> new Share(id, ++turns));
  }

  private void forgetIdle(Share share) {
    if (share.idle()) {
      shares.remove(share.experiment());
    }
  }
}
