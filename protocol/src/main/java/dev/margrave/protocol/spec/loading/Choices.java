package dev.margrave.protocol.spec.loading;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A closed set of values and their names in an experiment file. */
final class Choices<T> {
  private final Map<String, T> byLabel = new LinkedHashMap<>();

  private Choices() {}

  /** The constants of an enum, as {@code per-seed} for {@code PER_SEED}. */
  static <E extends Enum<E>> Choices<E> of(Class<E> type) {
    return of(List.of(type.getEnumConstants()), Choices::label);
  }

  static <T> Choices<T> of(List<T> values, Function<T, String> label) {
    Choices<T> choices = new Choices<>();
    values.forEach(value -> choices.byLabel.put(label.apply(value), value));
    return choices;
  }

  static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  Optional<T> find(String label) {
    return Optional.ofNullable(byLabel.get(label));
  }

  T first() {
    return byLabel.values().iterator().next();
  }

  List<String> labels() {
    return List.copyOf(byLabel.keySet());
  }
}
