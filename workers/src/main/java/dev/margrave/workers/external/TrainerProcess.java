package dev.margrave.workers.external;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * An external trainer at work: its messages, one after the other, and all else that it says,
 * bounded. Its standard input is a pipe that ends when this process does, however that ends.
 */
public final class TrainerProcess implements AutoCloseable {
  /** Longer lines are no messages. */
  static final int LONGEST_LINE = 64 << 10;

  /** Read ahead: a program that talks faster than it is listened to waits. */
  private static final int QUEUED = 100;

  private static final long AFTER_THE_END_MILLIS = 1000;

  private final ProcessGroup group;
  private final OutputTail output = new OutputTail();
  private final BlockingQueue<String> messages = new LinkedBlockingQueue<>(QUEUED);
  private final Thread out;
  private final Thread err;
  private volatile String broken = "";

  private TrainerProcess(ProcessGroup group) {
    this.group = group;
    this.out = reader(group.leader().getInputStream(), true);
    this.err = reader(group.leader().getErrorStream(), false);
  }

  /**
   * Starts it.
   *
   * @param environment beside this process's own
   * @param directory that it works in
   * @throws TrainerException when it cannot be started
   */
  public static TrainerProcess start(
      List<String> command, Map<String, String> environment, Path directory) {
    return new TrainerProcess(ProcessGroup.start(command, environment, directory));
  }

  private Thread reader(InputStream stream, boolean speaks) {
    Thread thread = new Thread(() -> read(stream, speaks), "margrave-trainer-output");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void read(InputStream stream, boolean speaks) {
    try (stream) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      byte[] buffer = new byte[1 << 13];
      byte first = 0;
      for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
        for (int i = 0; i < count; i++) {
          // Bars of progress are lines that a carriage return ends.
          boolean end = buffer[i] == '\n' || buffer[i] == '\r';
          if (end && line.size() > 0) {
            said(line.toString(StandardCharsets.UTF_8), speaks);
            line.reset();
          } else if (!end && line.size() < LONGEST_LINE) {
            first = line.size() == 0 ? buffer[i] : first;
            line.write(buffer[i]);
          } else if (!end && speaks && first == '{') {
            broken = "a message is longer than %d bytes".formatted(LONGEST_LINE);
          }
        }
      }
      if (line.size() > 0) {
        said(line.toString(StandardCharsets.UTF_8), speaks);
      }
    } catch (IOException e) {
      output.add("[its output cannot be read any more: " + e.getMessage() + "]");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void said(String line, boolean speaks) throws InterruptedException {
    if (speaks && line.startsWith("{")) {
      // What comes after one that can be none nobody reads.
      if (broken.isEmpty()) {
        messages.put(line);
      }
    } else {
      output.add(line);
    }
  }

  /**
   * The next message.
   *
   * @return empty when none came within that time
   * @throws TrainerException when it said what can be none
   */
  public Optional<TrainerMessage> next(long millis) throws InterruptedException {
    Optional<String> line = Optional.ofNullable(messages.poll(millis, TimeUnit.MILLISECONDS));
    if (line.isEmpty() && !broken.isEmpty()) {
      throw TrainerException.broken(broken);
    }
    return line.map(TrainerMessage::parse);
  }

  /** How it ended; empty while it, or a message of it that was not heard yet, is there. */
  public OptionalInt exitCode() throws InterruptedException {
    if (group.leader().isAlive()) {
      return OptionalInt.empty();
    }
    // What it started may hold its output open.
    out.join(AFTER_THE_END_MILLIS);
    if (out.isAlive() && messages.isEmpty()) {
      group.kill();
      out.join(AFTER_THE_END_MILLIS);
    }
    err.join(AFTER_THE_END_MILLIS);
    return messages.isEmpty() ? OptionalInt.of(group.leader().exitValue()) : OptionalInt.empty();
  }

  /** Asks it, and all that it started, to end. */
  public void terminate() {
    group.terminate();
  }

  /** Ends it, and all that it started. */
  public void kill() {
    group.kill();
  }

  /** All that is kept of what it said beside its messages. */
  public byte[] output() {
    return output.content();
  }

  /** The last lines of that, for the end of a sentence; empty: it said nothing. */
  public String lastLines() {
    return output.last();
  }

  @Override
  public void close() {
    group.close();
    out.interrupt();
  }
}
