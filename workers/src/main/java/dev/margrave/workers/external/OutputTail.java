package dev.margrave.workers.external;

import static java.util.function.Predicate.not;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last of what a program said, bounded. Any thread's. */
final class OutputTail {
  /** Characters kept, in all. */
  private static final int MOST = 512 << 10;

  private static final int SHOWN_LINES = 5;
  private static final int SHOWN_CHARACTERS = 200;

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

  /** The last few lines in one, for the end of a sentence; empty: none. */
  synchronized String last() {
    List<String> said = lines.stream().map(OutputTail::shown).filter(not(String::isEmpty)).toList();
    return said.isEmpty()
        ? ""
        : "; its last lines: "
            + String.join(" | ", said.subList(Math.max(0, said.size() - SHOWN_LINES), said.size()));
  }

  /** Without what a terminal would obey. */
  private static String shown(String line) {
    String text = line.replaceAll("\\p{Cntrl}", "").strip();
    return text.length() > SHOWN_CHARACTERS ? text.substring(0, SHOWN_CHARACTERS) + "…" : text;
  }
}
