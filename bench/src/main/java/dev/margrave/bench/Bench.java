package dev.margrave.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Runs the benchmark that the first argument names, with the others. */
public final class Bench {
  private Bench() {}

  /** Ends with 2 when there is none of that name. */
  public static void main(String[] arguments) throws Exception {
    List<String> all = Arrays.asList(arguments);
    List<String> rest = all.isEmpty() ? all : all.subList(1, all.size());
    switch (all.isEmpty() ? "" : all.get(0)) {
      case "empty-stages" -> EmptyStages.run(rest);
      case "journal-recovery" -> JournalRecovery.run(rest);
      case "scrape" -> Scrape.run(rest);
      default -> {
        System.err.println(
            "bench: name one of: empty-stages, journal-recovery, page, recovery, scrape");
        System.exit(2);
      }
    }
    System.exit(0);
  }

  /** A whole number among the arguments, as {@code name=3}. */
  static int number(List<String> arguments, String name, int otherwise) {
    return arguments.stream()
        .filter(argument -> argument.startsWith(name + "="))
        .map(argument -> Integer.parseInt(argument.substring(name.length() + 1)))
        .findFirst()
        .orElse(otherwise);
  }

  static void say(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
    System.out.flush();
  }
}
