package dev.margrave.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A subcommand: sees the streams and the options of the command above it. */
public abstract class BaseCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  /** The streams. */
  protected final Console console() {
    return root().console();
  }

  /** {@code --data-dir}, absolute. */
  protected final Path dataDirectory() {
    return root().dataDirectory();
  }

  /** {@code --json}. */
  protected final boolean json() {
    return root().json();
  }

  /** The subcommand's own model. */
  protected final CommandSpec spec() {
    return spec;
  }

  private MargraveCommand root() {
    return (MargraveCommand) spec.root().userObject();
  }
}
