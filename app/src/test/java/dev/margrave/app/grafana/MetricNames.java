package dev.margrave.app.grafana;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The metrics that a PromQL expression names. Strings, label matchers, ranges and lists of labels
 * are taken out; of what is left every identifier is a function when a bracket follows, a word of
 * the language, or a metric.
 */
final class MetricNames {
  private static final Pattern STRINGS =
      Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'");
  private static final Pattern MATCHERS = Pattern.compile("\\{[^}]*}|\\[[^\\]]*]");
  private static final Pattern LABEL_LISTS =
      Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
  private static final Pattern IDENTIFIER =
      Pattern.compile("(?<![0-9.a-zA-Z_:])[a-zA-Z_:][a-zA-Z0-9_:]*");
  private static final Set<String> WORDS =
      Set.of("and", "or", "unless", "bool", "offset", "Inf", "NaN", "inf", "nan", "start", "end");

  private MetricNames() {}

  static Set<String> of(String promql) {
    String left = STRINGS.matcher(promql).replaceAll("''");
    left = MATCHERS.matcher(left).replaceAll(" ");
    left = LABEL_LISTS.matcher(left).replaceAll(" ");
    Set<String> names = new TreeSet<>();
    Matcher identifier = IDENTIFIER.matcher(left);
    while (identifier.find()) {
      boolean function = left.substring(identifier.end()).stripLeading().startsWith("(");
      if (!function && !WORDS.contains(identifier.group())) {
        names.add(identifier.group());
      }
    }
    return names;
  }
}
