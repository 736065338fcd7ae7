package dev.margrave.workers.external;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last of what a program said, bounded. Any thread's. */
final class OutputTail {
  /** Characters kept, in all. */
  private static final int MOST = 512 << 10;

  private static final int SHOWN_LINES = 5;
  private static final int SHOWN_CHARACTERS = 300;

  private final Deque<String> lines = new ArrayDeque<>();
  private long characters;
  private long left;

  synchronized void add(String line) {
    lines.addLast(line);
    characters += line.length() + 1;
    while (characters > MOST) {
      characters -= lines.removeFirst().length() + 1;
      left++;
    }
  }

  /** All that is kept. */
  synchronized byte[] content() {
    StringBuilder text = new StringBuilder();
    if (left > 0) {
      text.append("[").append(left).append(" earlier lines are not kept]\n");
    }
    lines.forEach(line -> text.append(line).append('\n'));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The last few lines, each on a line of its own, for the end of a sentence; empty: none. */
  synchronized String last() {
    if (lines.isEmpty()) {
      return "";
    }
    List<String> all = List.copyOf(lines);
    StringBuilder text = new StringBuilder("; its last lines:");
    for (String line : all.subList(Math.max(0, all.size() - SHOWN_LINES), all.size())) {
      text.append("\n  ")
          .append(line.length() > SHOWN_CHARACTERS ? line.substring(0, SHOWN_CHARACTERS) : line);
    }
    return text.toString();
  }
}
