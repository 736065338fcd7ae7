package dev.margrave.protocol.spec.loading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A key with one letter wrong is never silently ignored. */
class SpecTypoTest {
  private static final Pattern KEY = Pattern.compile("^ *([a-z-]+)(?= [={])", Pattern.MULTILINE);
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";
  private static final int TRIALS = 2000;

  @Test
  void everyTypoIsFoundOnItsLineAndTheKeyIsSuggested() {
    long seed = Long.getLong("margrave.test.seed", 20261122L);
    Random random = new Random(seed);
    List<int[]> keys = keys();
    int suggested = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      int[] span = keys.get(random.nextInt(keys.size()));
      String key = Specs.EVERY_KEY.substring(span[0], span[1]);
      String typo = mistype(key, random);
      String text =
          Specs.EVERY_KEY.substring(0, span[0]) + typo + Specs.EVERY_KEY.substring(span[1]);
      int line = (int) text.substring(0, span[0]).lines().count();
      String where = "typo.conf:" + Math.max(1, line);
      SpecException refused =
          assertThrows(
              SpecException.class,
              () -> SpecLoader.parse("typo.conf", text, List.of()),
              "seed " + seed + ": " + key + " -> " + typo);
      SpecProblem problem =
          refused.problems().stream()
              .filter(found -> found.what().startsWith("unknown key"))
              .findFirst()
              .orElseThrow(() -> new AssertionError("seed " + seed + ": " + refused.getMessage()));
      assertEquals(where, problem.where(), "seed " + seed + ": " + key + " -> " + typo);
      suggested += problem.what().endsWith("did you mean '" + key + "'?") ? 1 : 0;
    }
    assertTrue(suggested > 0.95 * TRIALS, "seed " + seed + ": suggested " + suggested);
  }

  private static List<int[]> keys() {
    List<int[]> keys = new ArrayList<>();
    Matcher matcher = KEY.matcher(Specs.EVERY_KEY);
    while (matcher.find()) {
      keys.add(new int[] {matcher.start(1), matcher.end(1)});
    }
    return keys;
  }

  /** One letter inserted, deleted, replaced or swapped; never the key itself. */
  private static String mistype(String key, Random random) {
    String typo = key;
    while (typo.equals(key)) {
      StringBuilder text = new StringBuilder(key);
      int at = random.nextInt(key.length());
      char letter = LETTERS.charAt(random.nextInt(LETTERS.length()));
      switch (random.nextInt(4)) {
        case 0 -> text.insert(at, letter);
        case 1 -> text.deleteCharAt(at);
        case 2 -> text.setCharAt(at, letter);
        default -> {
          int next = Math.min(at + 1, key.length() - 1);
          char swapped = text.charAt(at);
          text.setCharAt(at, text.charAt(next));
          text.setCharAt(next, swapped);
        }
      }
      typo = text.toString();
    }
    return typo;
  }
}
