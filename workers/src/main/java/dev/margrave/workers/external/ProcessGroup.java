package dev.margrave.workers.external;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program and all that it starts, in a process group of their own, so that a signal reaches all.
 * They are killed when this process ends in order.
 */
final class ProcessGroup implements AutoCloseable {
  private static final int KILL_SECONDS = 10;

  private final Process leader;
  private final Thread atExit;

  private ProcessGroup(Process leader) {
    this.leader = leader;
    this.atExit = new Thread(() -> signal("KILL"), "margrave-trainer-end");
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Starts it.
   *
   * @throws TrainerException when there is no such program
   */
  static ProcessGroup start(List<String> command, Map<String, String> environment, Path directory) {
    // The program itself becomes its group's leader: setsid replaces itself by it.
    List<String> words = new ArrayList<>(List.of("setsid"));
    words.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
    builder.environment().putAll(environment);
    try {
      return new ProcessGroup(builder.start());
    } catch (IOException e) {
      throw TrainerException.broken(
          "trainer.command cannot be started, for there is no setsid here (%s); install util-linux"
              .formatted(e.getMessage()));
    }
  }

  Process leader() {
    return leader;
  }

  /** Asks all to end. */
  void terminate() {
    signal("TERM");
  }

  /** Ends all. */
  void kill() {
    signal("KILL");
  }

  private void signal(String signal) {
    try {
      Process kill =
          new ProcessBuilder(
                  "sh", "-c", "kill -s " + signal + " -- -" + leader.pid() + " 2>/dev/null")
              .redirectErrorStream(true)
              .start();
      if (!kill.waitFor(KILL_SECONDS, TimeUnit.SECONDS)) {
        kill.destroyForcibly();
      }
    } catch (IOException e) {
      leader.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      leader.destroyForcibly();
    }
  }

  @Override
  public void close() {
    kill();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // This process is ending, and the hook with it.
    }
  }
}
