package dev.margrave.app.simulation;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Ways between places, one for each direction. In good weather a message takes a few milliseconds
 * and keeps its place; in bad weather it may be lost, late, repeated or overtaken, or the way is
 * cut.
 */
final class Network {
  private static final int USUAL_MS = 4;

  /**
   * What may happen on a way.
   *
   * @param loss probability, also of a repeat
   * @param maximumDelayMs of a message that is late
   * @param reorders whether one that is late may be overtaken
   */
  record Weather(double loss, double repeat, double late, int maximumDelayMs, boolean reorders) {
    static final Weather GOOD = new Weather(0, 0, 0, 1, false);
  }

  private static final class Way {
    private Weather weather = Weather.GOOD;
    private int cuts;
    private long lastMs;
  }

  private final VirtualTime time;
  private final SplittableRandom random;
  private final Trace trace;
  private final FaultCounts counts;
  private final Map<String, Way> ways = new HashMap<>();

  Network(VirtualTime time, SplittableRandom random, Trace trace, FaultCounts counts) {
    this.time = time;
    this.random = random;
    this.trace = trace;
    this.counts = counts;
  }

  private Way way(String name) {
    return ways.computeIfAbsent(name, key -> new Way());
  }

  void weather(String way, Weather weather) {
    way(way).weather = weather;
  }

  /** Nothing gets through, until it is mended as often as it was cut. */
  void cut(String way) {
    way(way).cuts++;
  }

  void mend(String way) {
    way(way).cuts--;
  }

  /** Sends a message: what arrives is {@code arrival}. */
  void send(String wayName, String what, Runnable arrival) {
    Way way = way(wayName);
    if (way.cuts > 0) {
      counts.count(Fault.CUT_MESSAGE);
      trace.say("cut  " + wayName + " " + what);
      return;
    }
    if (random.nextDouble() < way.weather.loss()) {
      counts.count(Fault.LOST_MESSAGE);
      trace.say("lost " + wayName + " " + what);
      return;
    }
    deliver(way, arrival);
    if (random.nextDouble() < way.weather.repeat()) {
      counts.count(Fault.REPEATED_MESSAGE);
      trace.say("twice " + wayName + " " + what);
      deliver(way, arrival);
    }
  }

  private void deliver(Way way, Runnable arrival) {
    long atMs = time.nowMs() + 1 + random.nextInt(USUAL_MS);
    if (random.nextDouble() < way.weather.late()) {
      counts.count(Fault.LATE_MESSAGE);
      atMs += random.nextInt(way.weather.maximumDelayMs());
    }
    if (!way.weather.reorders()) {
      atMs = Math.max(atMs, way.lastMs);
      way.lastMs = atMs;
    }
    time.after(atMs - time.nowMs(), arrival);
  }
}
