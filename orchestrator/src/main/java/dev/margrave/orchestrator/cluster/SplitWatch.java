package dev.margrave.orchestrator.cluster;

import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.ClusterEvent;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Down;
import akka.cluster.typed.Subscribe;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Sees two clusters on one database, and ends one of them. Each orchestrator that is up says so in
 * the database, again and again.
 *
 * <p>An orchestrator that stood still for long was removed by the others, and does not know: they
 * hear it no more. They leave word in the database; it reads that, and ends.
 *
 * <p>Of two clusters that never were one the split brain resolver cannot end either: an
 * orchestrator stood still while another was started anew, and found nobody. One that reads, for a
 * while and several times in a row, of another that lives and is none of its members has found a
 * second cluster. All of the cluster that came up later end, are started again by whatever restarts
 * them, and join the other. It must be the later one: the other takes it for its own former self at
 * the same address, and has its singletons handed over.
 */
final class SplitWatch extends AbstractBehavior<SplitWatch.Command> {
  /** News of a new member travel, and who leaves counts for a while: one sight is none yet. */
  private static final int SIGHTINGS = 5;

  /** What it is told. */
  sealed interface Command {}

  /** It is time to look. */
  private record Look() implements Command {}

  private record Removed(ClusterEvent.MemberRemoved event) implements Command {}

  /** How often a stranger was seen, and since when by this machine's clock that only advances. */
  private record Sighting(int times, long sinceNs) {}

  private final Presence presence;
  private final TimerScheduler<Command> timers;
  private final Cluster cluster;
  private final Set<String> removed = new LinkedHashSet<>();
  private Map<String, Sighting> sightings = new HashMap<>();
  private long upSinceMs;
  private boolean ending;

  private SplitWatch(
      ActorContext<Command> context, TimerScheduler<Command> timers, Presence presence) {
    super(context);
    this.presence = presence;
    this.timers = timers;
    this.cluster = Cluster.get(context.getSystem());
    cluster
        .subscriptions()
        .tell(
            Subscribe.create(
                context.messageAdapter(ClusterEvent.MemberRemoved.class, Removed::new),
                ClusterEvent.MemberRemoved.class));
    again();
  }

  /** Looks from now on. */
  static Behavior<Command> create(Presence presence) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new SplitWatch(context, timers, presence)));
  }

  /** It waits for the database. */
  static Props props() {
    return DispatcherSelector.blocking();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Look.class, this::onLook)
        .onMessage(Removed.class, this::onRemoved)
        .build();
  }

  /** Not by a timer that repeats: looks at a slow database would pile up. */
  private void again() {
    timers.startSingleTimer(new Look(), Presence.EVERY);
  }

  /** One that left knows. */
  private Behavior<Command> onRemoved(Removed message) {
    if (message.event().previousStatus().equals(MemberStatus.down())) {
      removed.add(name(message.event().member()));
    }
    return this;
  }

  private Behavior<Command> onLook(Look look) {
    try {
      look(cluster.selfMember());
    } catch (SQLException e) {
      getContext()
          .getLog()
          .warn(
              "could not say in the database that this orchestrator is up ({}); it is tried again",
              e.getMessage());
    } finally {
      if (!ending) {
        again();
      }
    }
    return this;
  }

  private void look(Member self) throws SQLException {
    boolean up = self.status().equals(MemberStatus.up());
    if (up && upSinceMs == 0) {
      upSinceMs = presence.nowMs();
    }
    boolean known =
        up
            ? presence.say(self.address().hostPort(), self.uniqueAddress().longUid(), upSinceMs)
            : !presence.isRemoved(name(self));
    if (!known) {
      end("the others removed it while it stood still");
      return;
    }
    for (Iterator<String> others = removed.iterator(); others.hasNext(); others.remove()) {
      presence.remove(name(self), others.next());
    }
    if (up) {
      judge(presence.read());
    }
  }

  private static String name(Member member) {
    return Presence.name(member.address().hostPort(), member.uniqueAddress().longUid());
  }

  private void judge(List<Presence.Said> all) {
    Set<String> members =
        StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
            .map(SplitWatch::name)
            .collect(Collectors.toSet());
    List<Presence.Said> own = all.stream().filter(said -> members.contains(said.name())).toList();
    Map<String, Sighting> seen = new HashMap<>();
    for (Presence.Said stranger : all) {
      if (members.contains(stranger.name())) {
        continue;
      }
      Sighting before = sightings.getOrDefault(stranger.name(), new Sighting(0, System.nanoTime()));
      Sighting now = new Sighting(before.times() + 1, before.sinceNs());
      seen.put(stranger.name(), now);
      if (!ending
          && now.times() >= SIGHTINGS
          && System.nanoTime() - now.sinceNs() >= Presence.COUNTS_FOR.toNanos()) {
        String found = stranger.name() + " is in another cluster on the same database";
        if (isOlder(stranger, own)) {
          end(found + ", which was there before");
        } else {
          getContext().getLog().warn("{}; this orchestrator was there before, and stays", found);
        }
      }
    }
    sightings = seen;
  }

  /** At once, for it has nothing to hand over: others have it. */
  private void end(String reason) {
    ending = true;
    getContext().getLog().warn("this orchestrator ends: {}", reason);
    cluster.manager().tell(new Down(cluster.selfMember().address()));
  }

  /** Whether a stranger was up before all of a cluster's own members. */
  static boolean isOlder(Presence.Said stranger, List<Presence.Said> own) {
    Comparator<Presence.Said> age =
        Comparator.comparingLong(Presence.Said::upSinceMs).thenComparing(Presence.Said::name);
    return !own.isEmpty() && own.stream().allMatch(member -> age.compare(stranger, member) < 0);
  }
}
