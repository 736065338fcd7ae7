package dev.margrave.protocol.spec.loading;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import dev.margrave.protocol.spec.Interval;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one section of an experiment file over its defaults. Whatever is wrong goes to the list of
 * problems and reading goes on, with a value that nobody will see.
 */
final class Section {
  private static final Pattern INTERVAL =
      Pattern.compile("\\s*([0-9.eE+-]+)\\s*(epoch|step)s?\\s*");
  private static final Pattern DURATION = Pattern.compile(".*[a-zA-Zµ]\\s*");

  private final String path;
  private final ConfigObject given;
  private final ConfigObject defaults;
  private final ConfigOrigin origin;
  private final List<SpecProblem> problems;
  private final Set<String> known = new TreeSet<>();

  /**
   * @param path of the section, {@code experiment.training}
   * @param given what the file says
   * @param defaults what holds where the file says nothing
   * @param origin where the section, or the one around it, stands
   * @param problems is added to
   */
  Section(
      String path,
      ConfigObject given,
      ConfigObject defaults,
      ConfigOrigin origin,
      List<SpecProblem> problems) {
    this.path = path;
    this.given = given;
    this.defaults = defaults;
    this.origin = origin;
    this.problems = problems;
  }

  /** Of the whole file so far. */
  int problemCount() {
    return problems.size();
  }

  /** The section of that name inside this one; empty when the file lacks it. */
  Section section(String key) {
    known.add(key);
    ConfigValue value = given.get(key);
    ConfigObject inner = ConfigValueFactory.fromMap(Map.of());
    ConfigOrigin innerOrigin = origin;
    if (value instanceof ConfigObject object) {
      inner = object;
      innerOrigin = object.origin();
    } else if (value != null) {
      refuse(key, value, "a section { ... } is wanted");
    }
    ConfigObject innerDefaults =
        defaults.get(key) instanceof ConfigObject object
            ? object
            : ConfigValueFactory.fromMap(Map.of());
    return new Section(path + "." + key, inner, innerDefaults, innerOrigin, problems);
  }

  /** To be called last: refuses the keys that nobody asked for. */
  void refuseUnknownKeys() {
    for (Map.Entry<String, ConfigValue> entry : given.entrySet()) {
      if (!known.contains(entry.getKey())) {
        unknownKey(entry.getKey(), entry.getValue(), known);
      }
    }
  }

  /** Every entry of a section whose keys are names; the file's entries replace all defaults. */
  Map<String, ConfigValue> entries() {
    return given.isEmpty() ? defaults : given;
  }

  /** Whether the file itself says something at that key. */
  boolean isGiven(String key) {
    return given.containsKey(key);
  }

  String text(String key) {
    return find(key).map(value -> asText(key, value)).orElse("");
  }

  Optional<String> optionalText(String key) {
    known.add(key);
    return Optional.ofNullable(given.get(key)).map(value -> asText(key, value));
  }

  /** For keys that have no default. */
  Optional<Integer> optionalInteger(String key, Range range) {
    known.add(key);
    return Optional.ofNullable(given.get(key)).map(value -> (int) asWhole(key, value, range));
  }

  int integer(String key, Range range) {
    return find(key).map(value -> (int) asWhole(key, value, range)).orElse(0);
  }

  double number(String key, Range range) {
    return find(key).map(value -> asNumber(key, value, range, "a number")).orElse(0.0);
  }

  <T> T choice(String key, Choices<T> choices) {
    return find(key).flatMap(value -> asChoice(key, value, choices)).orElse(choices.first());
  }

  List<Integer> integers(String key, Range range) {
    List<Integer> values = new ArrayList<>();
    for (ConfigValue entry : entries(key, true)) {
      values.add((int) asWhole(key, entry, range));
    }
    refuseRepeats(key, values);
    return values;
  }

  List<Double> numbers(String key, Range range) {
    List<Double> values = new ArrayList<>();
    for (ConfigValue entry : entries(key, true)) {
      values.add(asNumber(key, entry, range, "a number"));
    }
    refuseRepeats(key, values);
    return values;
  }

  /** Repeats are allowed: for lists whose order means something. */
  List<Integer> sequence(String key, Range range, int longest) {
    List<Integer> values = new ArrayList<>();
    for (ConfigValue entry : entries(key, true)) {
      values.add((int) asWhole(key, entry, range));
    }
    if (values.size() > longest) {
      refuse(key, "has " + values.size() + " entries; at most " + longest + " are wanted");
    }
    return values;
  }

  /** Seeds: whole numbers from 0 on that a double holds exactly. */
  List<Long> seeds(String key, boolean atLeastOne) {
    List<Long> values = new ArrayList<>();
    for (ConfigValue entry : entries(key, atLeastOne)) {
      values.add(asWhole(key, entry, Range.between(0, 1L << 53)));
    }
    refuseRepeats(key, values);
    return values;
  }

  <T> List<T> choices(String key, Choices<T> choices) {
    List<T> values = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    for (ConfigValue entry : entries(key, true)) {
      asChoice(key, entry, choices)
          .ifPresent(
              value -> {
                values.add(value);
                labels.add(shown(entry));
              });
    }
    refuseRepeats(key, labels);
    return values;
  }

  List<String> texts(String key) {
    return entries(key, false).stream().map(entry -> asText(key, entry)).toList();
  }

  Interval interval(String key) {
    Optional<ConfigValue> value = find(key);
    if (value.isPresent()) {
      Matcher matcher = INTERVAL.matcher(shown(value.get()));
      if (matcher.matches()) {
        Interval.Unit unit =
            matcher.group(2).equals("epoch") ? Interval.Unit.EPOCH : Interval.Unit.STEP;
        Optional<BigDecimal> amount = decimal(matcher.group(1));
        if (amount.isPresent() && amount.get().signum() > 0) {
          return new Interval(amount.get().doubleValue(), unit);
        }
      }
      refuse(
          key,
          value.get(),
          "a distance above 0 is wanted, as '1 epoch', '0.5 epochs' or '200 steps'");
    }
    return new Interval(1, Interval.Unit.EPOCH);
  }

  Duration duration(String key) {
    Optional<ConfigValue> value = find(key);
    if (value.isPresent()) {
      Optional<Duration> duration = asDuration(value.get());
      if (duration.isPresent()) {
        return duration.get();
      }
      refuse(key, value.get(), "a time above 0 is wanted, as '60 s' or '5 minutes'");
    }
    return Duration.ofSeconds(1);
  }

  boolean flag(String key) {
    Optional<ConfigValue> value = find(key);
    if (value.isPresent()) {
      String text = shown(value.get());
      if (text.equals("true") || text.equals("false")) {
        return text.equals("true");
      }
      refuse(key, value.get(), "true or false is wanted");
    }
    return false;
  }

  /** An amount of memory, at least 0. */
  long bytes(String key) {
    Optional<ConfigValue> value = find(key);
    if (value.isPresent()) {
      try {
        long bytes = value.get().atKey("value").getBytes("value");
        if (bytes >= 0) {
          return bytes;
        }
      } catch (ConfigException e) {
        // Refused below.
      }
      refuse(key, value.get(), "an amount of memory is wanted, as '4 GiB' or '500 MB'");
    }
    return 0;
  }

  long asWhole(String key, ConfigValue value, Range range) {
    Optional<BigDecimal> decimal = decimal(value);
    if (decimal.isPresent() && decimal.get().stripTrailingZeros().scale() > 0) {
      refuse(key, value, "a whole number " + range.text(range.low()) + " is wanted");
      return 0;
    }
    return (long) asNumber(key, value, range, "a whole number");
  }

  /** Refuses what stands at {@code key}, in the file or by default. */
  void refuse(String key, String what) {
    ConfigValue value = given.containsKey(key) ? given.get(key) : null;
    problems.add(
        new SpecProblem(
            Origins.text(value == null ? origin : value.origin()), name(key) + " " + what));
  }

  void refuse(String key, ConfigValue value, String wanted) {
    problems.add(
        new SpecProblem(
            Origins.text(value.origin()), name(key) + " is " + shown(value) + "; " + wanted));
  }

  void unknownKey(String key, ConfigValue value, Set<String> candidates) {
    problems.add(
        new SpecProblem(
            Origins.text(value.origin()),
            "unknown key '" + path + "." + key + "'" + Suggestion.mend(key, candidates)));
  }

  private double asNumber(String key, ConfigValue value, Range range, String kind) {
    Optional<BigDecimal> decimal = decimal(value);
    if (decimal.isEmpty() || !range.contains(decimal.get().doubleValue())) {
      double shown = decimal.map(BigDecimal::doubleValue).orElse(range.low());
      refuse(key, value, kind + " " + range.text(shown) + " is wanted");
      return range.low();
    }
    return decimal.get().doubleValue();
  }

  private String asText(String key, ConfigValue value) {
    if (value.valueType() == ConfigValueType.STRING
        || value.valueType() == ConfigValueType.NUMBER) {
      return value.unwrapped().toString();
    }
    refuse(key, value, "a text is wanted");
    return "";
  }

  private <T> Optional<T> asChoice(String key, ConfigValue value, Choices<T> choices) {
    String text = String.valueOf(value.unwrapped());
    Optional<T> found = choices.find(text);
    if (found.isEmpty()) {
      problems.add(
          new SpecProblem(
              Origins.text(value.origin()),
              name(key) + " cannot be " + shown(value) + Suggestion.mend(text, choices.labels())));
    }
    return found;
  }

  private static Optional<Duration> asDuration(ConfigValue value) {
    if (!DURATION.matcher(shown(value)).matches()) {
      return Optional.empty();
    }
    try {
      Duration duration = value.atKey("value").getDuration("value");
      return duration.isZero() || duration.isNegative() ? Optional.empty() : Optional.of(duration);
    } catch (ConfigException e) {
      return Optional.empty();
    }
  }

  private List<ConfigValue> entries(String key, boolean atLeastOne) {
    Optional<ConfigValue> value = find(key);
    if (value.isEmpty()) {
      return List.of();
    }
    if (!(value.get() instanceof ConfigList list)) {
      refuse(key, value.get(), "a list is wanted, as [" + shown(value.get()) + "]");
      return List.of();
    }
    if (list.isEmpty() && atLeastOne) {
      refuse(key, value.get(), "at least one entry is wanted");
    }
    if (list.size() > SpecLoader.MAXIMUM_ENTRIES) {
      refuse(
          key,
          "has " + list.size() + " entries; at most " + SpecLoader.MAXIMUM_ENTRIES + " are wanted");
      return List.of();
    }
    return list;
  }

  private void refuseRepeats(String key, List<?> values) {
    Set<Object> seen = new HashSet<>();
    for (Object value : values) {
      if (!seen.add(value)) {
        refuse(key, "names " + value + " twice; each may stand there once");
      }
    }
  }

  private Optional<ConfigValue> find(String key) {
    known.add(key);
    ConfigValue value = given.containsKey(key) ? given.get(key) : defaults.get(key);
    if (value == null) {
      problems.add(
          new SpecProblem(Origins.text(origin), name(key) + " is missing; add " + key + " = ..."));
    }
    return Optional.ofNullable(value);
  }

  private String name(String key) {
    return path + "." + key;
  }

  private static String shown(ConfigValue value) {
    return value.valueType() == ConfigValueType.STRING
        ? value.unwrapped().toString()
        : value.render(ConfigRenderOptions.concise());
  }

  private static Optional<BigDecimal> decimal(ConfigValue value) {
    return switch (value.valueType()) {
      case NUMBER, STRING -> decimal(value.unwrapped().toString().trim());
      default -> Optional.empty();
    };
  }

  private static Optional<BigDecimal> decimal(String text) {
    try {
      BigDecimal decimal = new BigDecimal(text);
      return Math.abs((long) decimal.scale()) > 400 ? Optional.empty() : Optional.of(decimal);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
