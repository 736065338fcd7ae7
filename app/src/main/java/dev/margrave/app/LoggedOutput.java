package dev.margrave.app;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * Standard output for libraries that print: their lines go to the log, so that neither the live
 * display nor {@code --json} is disturbed. The command itself writes to its {@link Console}.
 */
final class LoggedOutput extends OutputStream {
  /** A line that never ends is cut. */
  private static final int LONGEST_LINE_BYTES = 10_000;

  private final Consumer<String> log;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  LoggedOutput(Consumer<String> log) {
    this.log = log;
  }

  /** The log is not touched before the first line. */
  static PrintStream stream() {
    return new PrintStream(
        new LoggedOutput(text -> LoggerFactory.getLogger("stdout").info(text)),
        true,
        StandardCharsets.UTF_8);
  }

  @Override
  public synchronized void write(int value) {
    if (value != '\n') {
      line.write(value);
    }
    if (value == '\n' || line.size() >= LONGEST_LINE_BYTES) {
      String text = line.toString(StandardCharsets.UTF_8).stripTrailing();
      line.reset();
      if (!text.isEmpty()) {
        log.accept(text);
      }
    }
  }
}
