package dev.margrave.app;

import dev.margrave.workers.engine.Engine;
import dev.margrave.workers.engine.Engines;
import java.util.List;
import java.util.Optional;

/** Whether this installation can train: the image of orchestrators leaves the engine out. */
public final class EnginePresence {
  private static final List<String> NAMES = List.of("nd4j", "libtorch");

  private EnginePresence() {}

  /**
   * Refuses what cannot be done without an engine, or with that one.
   *
   * @param wanted by {@code --engine}, which the command's own script reads before Java is started
   * @throws UserException with the mend
   */
  public static void require(Optional<String> wanted) {
    Engine engine =
        Engines.installed()
            .orElseThrow(
                () ->
                    UserException.badInput(
                        "no training engine is installed here, as in the image of orchestrators; use"
                            + " the image margrave-worker, or hand the experiment to a cluster with"
                            + " `margrave submit`"));
    if (wanted.isEmpty() || wanted.get().equals(engine.name())) {
      return;
    }
    throw UserException.badInput(
        NAMES.contains(wanted.get())
            ? "--engine %s: this Java process was started with the class path of %s; start it with the script margrave, which reads this option first"
                .formatted(wanted.get(), engine.name())
            : "--engine %s: there is no such engine; there are %s"
                .formatted(wanted.get(), String.join(" and ", NAMES)));
  }
}
