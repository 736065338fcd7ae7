package dev.margrave.app;

import java.util.Optional;
import picocli.CommandLine.Option;

/** What a command that trains, or measures a network, computes on. */
public final class EngineOption {
  @Option(
      names = "--engine",
      paramLabel = "NAME",
      description =
          "Library to train with: nd4j or libtorch (default: nd4j). A run can go on with the"
              + " other one.")
  private String name;

  /**
   * Refuses to go on without it.
   *
   * @throws UserException with the mend
   */
  public void require() {
    EnginePresence.require(Optional.ofNullable(name));
  }
}
