package dev.margrave.workers.engine;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * The engine of this process. Which one that is, its class path says: native libraries of several
 * exclude each other.
 */
public final class Engines {
  private Engines() {}

  /** Looked for once. */
  private static final class Found {
    private static final List<Engine> PRESENT =
        ServiceLoader.load(Engine.class, Engine.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .filter(Engines::isPresent)
            .collect(Collectors.toUnmodifiableList());

    private Found() {}
  }

  /** Nothing where none is installed, as in the image of orchestrators. */
  public static Optional<Engine> installed() {
    return Found.PRESENT.stream().findFirst();
  }

  /**
   * The one that is installed.
   *
   * @throws IllegalStateException when there is none, or more than one
   */
  public static Engine here() {
    if (Found.PRESENT.size() != 1) {
      throw new IllegalStateException(
          Found.PRESENT.isEmpty()
              ? "no training engine is on the class path"
              : "several training engines are on the class path: "
                  + Found.PRESENT.stream().map(Engine::name).collect(Collectors.joining(", ")));
    }
    return Found.PRESENT.get(0);
  }

  private static boolean isPresent(Engine engine) {
    return has(engine.libraryClass());
  }

  /** Whether there is such a class. */
  static boolean has(String name) {
    try {
      Class.forName(name, false, Engines.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
