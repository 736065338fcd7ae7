package dev.margrave.app.client;

import dev.margrave.app.UserException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/** Seeds as one types them: {@code 5}, {@code 5..9}. */
final class SeedRanges {
  /** As the server takes them. */
  private static final int MOST = 1000;

  private static final Pattern RANGE = Pattern.compile("(\\d{1,18})(?:\\.\\.(\\d{1,18}))?");

  private SeedRanges() {}

  /** All of them, each once, in their order. */
  static List<Long> expand(List<String> words) {
    Set<Long> seeds = new LinkedHashSet<>();
    for (String word : words) {
      Matcher range = RANGE.matcher(word.strip());
      if (!range.matches()) {
        throw wrong(word, "a number or a range is wanted, as 5 or 5..9");
      }
      long first = Long.parseLong(range.group(1));
      long last = range.group(2) == null ? first : Long.parseLong(range.group(2));
      if (last < first) {
        throw wrong(word, "it ends before it begins");
      }
      if (last - first >= MOST) {
        throw wrong(word, "at most %d seeds may be added at once".formatted(MOST));
      }
      LongStream.rangeClosed(first, last).forEach(seeds::add);
    }
    return new ArrayList<>(seeds);
  }

  private static UserException wrong(String word, String why) {
    return UserException.badInput("--seeds %s: %s".formatted(word, why));
  }
}
