package dev.margrave.bench;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a benchmark says on standard output. */
record Said(String text) {
  static Said by(Bench.Benchmark benchmark, String... arguments) throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      benchmark.run(List.of(arguments));
    } finally {
      System.setOut(before);
    }
    return new Said(bytes.toString(StandardCharsets.UTF_8));
  }

  /** A contender's median in the comparison whose first line begins so. */
  double median(String comparison, String contender) {
    Matcher matcher =
        Pattern.compile(
                "^%s[^\\n]*\\n(?: [^\\n]*\\n)*?  %s +median +([\\d.,]+)"
                    .formatted(Pattern.quote(comparison), Pattern.quote(contender)),
                Pattern.MULTILINE)
            .matcher(text);
    if (!matcher.find()) {
      throw new AssertionError(comparison + " of " + contender + " is not in:\n" + text);
    }
    return Double.parseDouble(matcher.group(1).replace(",", ""));
  }
}
