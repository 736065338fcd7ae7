package dev.margrave.workers.vae.engine;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.function.Supplier;

/**
 * Standard output that drops what one thread writes and passes on what all others write.
 *
 * <p>SameDiff prints a line per operation that it differentiates, and has no switch for it.
 */
final class ThreadMutedStream extends FilterOutputStream {

  private final Thread muted;

  private ThreadMutedStream(OutputStream out, Thread muted) {
    super(out);
    this.muted = muted;
  }

  /** Runs {@code work} with this thread's standard output dropped; one thread at a time. */
  static synchronized <T> T muted(Supplier<T> work) {
    PrintStream original = System.out;
    PrintStream filtered =
        new PrintStream(
            new ThreadMutedStream(original, Thread.currentThread()),
            true,
            Charset.defaultCharset());
    System.setOut(filtered);
    try {
      return work.get();
    } finally {
      filtered.flush();
      System.setOut(original);
    }
  }

  @Override
  public void write(int b) throws IOException {
    if (Thread.currentThread() != muted) {
      out.write(b);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (Thread.currentThread() != muted) {
      out.write(bytes, offset, length);
    }
  }

  /** Never closes standard output. */
  @Override
  public void close() throws IOException {
    out.flush();
  }
}
