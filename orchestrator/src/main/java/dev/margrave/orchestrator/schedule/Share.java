package dev.margrave.orchestrator.schedule;

import dev.margrave.protocol.ExperimentId;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Set;

/** What one experiment has of the slots, which says when it is served next. */
final class Share {
  /** The fewest slots first, then the longest unserved. No two have the same turn. */
  static final Comparator<Share> ORDER =
      Comparator.comparingInt((Share share) -> share.held).thenComparingLong(share -> share.turn);

  private final ExperimentId experiment;

  /** Every sorted set that it stands in, and must leave while it changes. */
  private final Set<Set<Share>> places = Collections.newSetFromMap(new IdentityHashMap<>());

  private int held;
  private long turn;

  Share(ExperimentId experiment, long turn) {
    this.experiment = experiment;
    this.turn = turn;
  }

  ExperimentId experiment() {
    return experiment;
  }

  /** Whether it neither has nor wants anything. */
  boolean idle() {
    return held == 0 && places.isEmpty();
  }

  void enter(Set<Share> place) {
    place.add(this);
    places.add(place);
  }

  void leave(Set<Share> place) {
    place.remove(this);
    places.remove(place);
  }

  /** So many slots more. */
  void change(int slots, long newTurn) {
    places.forEach(place -> place.remove(this));
    held += slots;
    turn = newTurn;
    places.forEach(place -> place.add(this));
  }

  long turn() {
    return turn;
  }
}
