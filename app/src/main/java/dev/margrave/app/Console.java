package dev.margrave.app;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a command writes to.
 *
 * @param out results
 * @param err errors
 * @param terminal whether {@code out} is a terminal, which may be redrawn
 * @param colour whether escape codes for colours are welcome
 */
public record Console(PrintWriter out, PrintWriter err, boolean terminal, boolean colour) {
  /** Set by the launcher, which can see its standard output: {@code true} or {@code false}. */
  private static final String TERMINAL_PROPERTY = "margrave.terminal";

  /** The process's own streams, in UTF-8. They stay valid when System.out is diverted. */
  public static Console ofProcess(Map<String, String> environment) {
    boolean terminal = Boolean.getBoolean(TERMINAL_PROPERTY);
    boolean dumb = "dumb".equals(environment.get("TERM")) || !environment.containsKey("TERM");
    boolean colour = terminal && !dumb && environment.getOrDefault("NO_COLOR", "").isEmpty();
    return new Console(
        writer(FileDescriptor.out), writer(FileDescriptor.err), terminal && !dumb, colour);
  }

  private static PrintWriter writer(FileDescriptor descriptor) {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
  }
}
