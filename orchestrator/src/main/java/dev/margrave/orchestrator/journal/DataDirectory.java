package dev.margrave.orchestrator.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The directory of journal, checkpoints and artefacts, held by one process at a time. */
public final class DataDirectory implements AutoCloseable {
  private static final String LOCK_FILE = "lock";
  private static final int MAXIMUM_PID_BYTES = 32;

  private final Path path;
  private final FileChannel channel;

  private DataDirectory(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Makes the directory if need be and holds it until closed, or until the process ends in whatever
   * way.
   *
   * @throws JournalException when it cannot be made or written, or another process holds it
   */
  public static DataDirectory open(Path path) {
    Path directory = path.toAbsolutePath().normalize();
    FileChannel channel = null;
    try {
      Files.createDirectories(directory);
      channel =
          FileChannel.open(
              directory.resolve(LOCK_FILE),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      if (!tryLock(channel)) {
        String owner = read(channel);
        channel.close();
        throw new JournalException(
            "data directory "
                + directory
                + " is in use by "
                + (owner.isEmpty() ? "another process" : "process " + owner)
                + "; wait until it ends, stop it, or choose another directory with --data-dir");
      }
      write(channel, Long.toString(ProcessHandle.current().pid()));
      return new DataDirectory(directory, channel);
    } catch (IOException e) {
      closeQuietly(channel, e);
      throw new JournalException(
          "data directory "
              + directory
              + " cannot be written ("
              + e
              + "); make it writable or choose another with --data-dir",
          e);
    }
  }

  /** The directory, absolute. */
  public Path path() {
    return path;
  }

  /** Lets another process have it. */
  @Override
  public void close() {
    try {
      channel.truncate(0);
      channel.close();
    } catch (IOException e) {
      throw new JournalException("the lock of " + path + " cannot be given up (" + e + ")", e);
    }
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      // The lock is held for as long as its channel is open.
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(MAXIMUM_PID_BYTES);
    channel.read(buffer, 0);
    return new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII).trim();
  }

  private static void write(FileChannel channel, String text) throws IOException {
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
  }

  private static void closeQuietly(FileChannel channel, IOException cause) {
    if (channel == null) {
      return;
    }
    try {
      channel.close();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
