package dev.margrave.orchestrator.schedule;

import dev.margrave.protocol.StageId;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Stages that wait for the same: if the first of them fits nowhere, none does. */
final class Lane {

  /** A stage that waits. */
  record Waiter(Want want, long arrival, Share share) {
    StageId stage() {
      return want.stage();
    }

    int priority() {
      return want.priority();
    }
  }

  /** Who is served first. */
  static final Comparator<Waiter> ORDER =
      Comparator.comparingInt(Waiter::priority)
          .reversed()
          .thenComparing(Waiter::share, Share.ORDER)
          .thenComparingInt((Waiter waiter) -> waiter.want().rank())
          .thenComparingLong(Waiter::arrival);

  private static final Comparator<Waiter> WITHIN_EXPERIMENT =
      Comparator.comparingInt((Waiter waiter) -> waiter.want().rank())
          .thenComparingLong(Waiter::arrival);

  /** Stages of one priority. */
  private static final class Tier {
    private final TreeSet<Share> shares = new TreeSet<>(Share.ORDER);
    private final Map<Share, TreeSet<Waiter>> waiters = new HashMap<>();

    void add(Waiter waiter) {
      waiters
          .computeIfAbsent(
              waiter.share(),
              share -> {
                share.enter(shares);
                return new TreeSet<>(WITHIN_EXPERIMENT);
              })
          .add(waiter);
    }

    void remove(Waiter waiter) {
      TreeSet<Waiter> ofExperiment = waiters.get(waiter.share());
      ofExperiment.remove(waiter);
      if (ofExperiment.isEmpty()) {
        waiters.remove(waiter.share());
        waiter.share().leave(shares);
      }
    }

    Waiter first() {
      return waiters.get(shares.first()).first();
    }
  }

  private final Demand demand;
  private final NavigableMap<Integer, Tier> tiers = new TreeMap<>(Comparator.reverseOrder());
  private Optional<Instant> passedSince = Optional.empty();

  Lane(Demand demand) {
    this.demand = demand;
  }

  Demand demand() {
    return demand;
  }

  boolean isEmpty() {
    return tiers.isEmpty();
  }

  /** The next of them; there must be one. */
  Waiter first() {
    return tiers.firstEntry().getValue().first();
  }

  void add(Waiter waiter) {
    tiers.computeIfAbsent(waiter.priority(), priority -> new Tier()).add(waiter);
  }

  void remove(Waiter waiter) {
    Tier tier = tiers.get(waiter.priority());
    tier.remove(waiter);
    if (tier.shares.isEmpty()) {
      tiers.remove(waiter.priority());
    }
  }

  /** One that stands behind was served, because the first fits nowhere. */
  void passed(Instant now) {
    if (passedSince.isEmpty()) {
      passedSince = Optional.of(now);
    }
  }

  /** One of these was served. */
  void served() {
    passedSince = Optional.empty();
  }

  /** Whether others have passed for too long. */
  boolean starves(Instant now, Duration patience) {
    return passedSince.filter(since -> !now.isBefore(since.plus(patience))).isPresent();
  }
}
