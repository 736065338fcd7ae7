package dev.margrave.orchestrator;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The records that a sealed interface stands for, through all of its sealed parts. */
public final class SealedTypes {
  private SealedTypes() {}

  /**
   * All records under a sealed interface, or the class itself when it is not sealed.
   *
   * @param sealed for instance a protocol's {@code Command}
   */
  public static Set<Class<?>> leaves(Class<?> sealed) {
    return stream(sealed).collect(Collectors.toUnmodifiableSet());
  }

  private static Stream<Class<?>> stream(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(SealedTypes::stream)
        : Stream.of(type);
  }
}
