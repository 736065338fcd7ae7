package dev.margrave.orchestrator.cluster;

import akka.actor.CoordinatedShutdown;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * Sees two clusters on one database, and ends the younger. The split brain resolver cannot: an
 * orchestrator that stood still while another was started anew, and found nobody, has never been in
 * one cluster with that.
 *
 * <p>Each orchestrator that is up says so in the database, again and again. One that reads there,
 * several times in a row, of another that lives and is none of its members has found a second
 * cluster. Who came up later ends, is started again by whatever restarts it, and joins the other.
 * It must be the later one: the other takes it for its own former self at the same address, and has
 * its singletons handed over.
 */
final class SplitWatch extends AbstractBehavior<SplitWatch.Look> {
  /** News of a new member travel; so one stranger is none yet. */
  private static final int SIGHTINGS = 5;

  /** It is time to look. */
  record Look() {}

  /** Why an orchestrator ends. */
  private static final class SecondCluster implements CoordinatedShutdown.Reason {
    @Override
    public String toString() {
      return "another cluster uses the same database";
    }
  }

  private final Presence presence;
  private final Cluster cluster;
  private Map<String, Integer> sightings = new HashMap<>();
  private long upSinceMs;
  private boolean ending;

  private SplitWatch(ActorContext<Look> context, Presence presence) {
    super(context);
    this.presence = presence;
    this.cluster = Cluster.get(context.getSystem());
  }

  /** Looks from now on. */
  static Behavior<Look> create(Presence presence) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(new Look(), Presence.EVERY);
                  return new SplitWatch(context, presence);
                }));
  }

  /** It waits for the database. */
  static Props props() {
    return DispatcherSelector.blocking();
  }

  @Override
  public Receive<Look> createReceive() {
    return newReceiveBuilder().onMessage(Look.class, this::onLook).build();
  }

  private Behavior<Look> onLook(Look look) {
    Member self = cluster.selfMember();
    if (ending || !self.status().equals(MemberStatus.up())) {
      return this;
    }
    try {
      if (upSinceMs == 0) {
        upSinceMs = presence.nowMs();
      }
      presence.say(self.address().hostPort(), self.uniqueAddress().longUid(), upSinceMs);
      Map<String, Integer> seen = new HashMap<>();
      for (Presence.Said said : presence.read()) {
        String name = said.address() + "#" + said.uid();
        if (!isMember(name)) {
          seen.put(name, sightings.getOrDefault(name, 0) + 1);
          judge(name, said.upSinceMs(), seen.get(name));
        }
      }
      sightings = seen;
    } catch (SQLException e) {
      getContext()
          .getLog()
          .warn(
              "could not say in the database that this orchestrator is up ({}); it is tried again",
              e.getMessage());
    }
    return this;
  }

  private boolean isMember(String name) {
    return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
        .anyMatch(member -> name(member).equals(name));
  }

  private static String name(Member member) {
    return member.address().hostPort() + "#" + member.uniqueAddress().longUid();
  }

  private void judge(String stranger, long theyAreUpSinceMs, int seen) {
    if (seen < SIGHTINGS || ending) {
      return;
    }
    ending = endsFor(name(cluster.selfMember()), upSinceMs, stranger, theyAreUpSinceMs);
    getContext()
        .getLog()
        .warn(
            "{} is in another cluster on the same database; this orchestrator {}",
            stranger,
            ending ? "came later, and ends" : "was there before, and stays");
    if (ending) {
      var unused = CoordinatedShutdown.get(getContext().getSystem()).runAll(new SecondCluster());
    }
  }

  /** Whether of two orchestrators it is this one that ends. */
  static boolean endsFor(String self, long upSinceMs, String stranger, long theyAreUpSinceMs) {
    return upSinceMs == theyAreUpSinceMs
        ? self.compareTo(stranger) > 0
        : upSinceMs > theyAreUpSinceMs;
  }
}
