package dev.margrave.app.simulation;

import java.util.ArrayDeque;
import java.util.Deque;

/** What happened in a run, in order: a hash of all of it, and its last part as text. */
final class Trace {
  private static final int KEPT_LINES = 400;
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final VirtualTime time;
  private final long startMs;
  private final Deque<String> last = new ArrayDeque<>();
  private long hash = FNV_OFFSET;
  private long lines;

  Trace(VirtualTime time) {
    this.time = time;
    this.startMs = time.nowMs();
  }

  /** Since the run began. */
  long nowMs() {
    return time.nowMs() - startMs;
  }

  void say(String what) {
    String line = nowMs() + " " + what;
    for (int i = 0; i < line.length(); i++) {
      hash = (hash ^ line.charAt(i)) * FNV_PRIME;
    }
    lines++;
    last.addLast(line);
    if (last.size() > KEPT_LINES) {
      last.removeFirst();
    }
  }

  /** It was this actor's turn: in the hash only. */
  void turn(String actor) {
    hash = (hash ^ actor.hashCode()) * FNV_PRIME;
  }

  String hash() {
    return Long.toHexString(hash) + " of " + lines + " lines";
  }

  String lastPart() {
    return String.join("\n", last);
  }
}
