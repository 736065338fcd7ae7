package dev.margrave.certificate.npy;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Writes a .npy file, number by number: version 1, C order, little endian; the bytes that {@code
 * numpy.save} writes.
 *
 * <p>The shape is fixed at the start, and {@link #close} refuses if another count of numbers was
 * written. Writing is neither atomic nor synced: who needs that writes to a temporary name and
 * renames, or wraps the stream.
 */
public final class NpyWriter implements Closeable {
  private static final int BUFFERED_NUMBERS = 8192;

  private final OutputStream out;
  private final NpyElement element;
  private final List<Long> shape;
  private final long size;
  private final ByteBuffer buffer;
  private long written;
  private boolean closed;

  /**
   * Starts a file on a stream, which {@link #close} closes.
   *
   * @param shape one length per axis, 1 to 4 of them, none negative
   * @throws IllegalArgumentException if the shape is none, or beyond 2⁶³ bytes
   */
  public NpyWriter(OutputStream out, NpyElement element, long... shape) throws IOException {
    this(out, header(element, shape));
  }

  private NpyWriter(OutputStream out, NpyHeader header) throws IOException {
    this.out = out;
    this.element = header.element();
    this.shape = header.shape();
    this.size = header.size();
    this.buffer =
        ByteBuffer.allocate(BUFFERED_NUMBERS * element.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    out.write(header.toBytes());
  }

  /** Starts a file, replacing one of that name; as {@link #NpyWriter}. */
  public static NpyWriter create(Path file, NpyElement element, long... shape) throws IOException {
    NpyHeader header = header(element, shape);
    return new NpyWriter(Files.newOutputStream(file), header);
  }

  private static NpyHeader header(NpyElement element, long... shape) {
    if (shape.length < 1
        || shape.length > NpyHeader.MAX_DIMENSIONS
        || Arrays.stream(shape).anyMatch(length -> length < 0)) {
      throw new IllegalArgumentException(
          "shape is %s, must be 1 to %d lengths of 0 or more"
              .formatted(Arrays.toString(shape), NpyHeader.MAX_DIMENSIONS));
    }
    List<Long> lengths = Arrays.stream(shape).boxed().toList();
    NpyHeader header = new NpyHeader(1, element, ByteOrder.LITTLE_ENDIAN, false, lengths, 0);
    try {
      Math.multiplyExact(header.size(), (long) element.bytes());
    } catch (ArithmeticException overflow) {
      throw new IllegalArgumentException(
          "shape is %s, beyond 2⁶³ bytes".formatted(lengths), overflow);
    }
    return header;
  }

  /** Writes a whole array in double precision, in C order. */
  public static void write(Path file, double[] values, long... shape) throws IOException {
    try (NpyWriter writer = create(file, NpyElement.FLOAT64, shape)) {
      writer.write(values, 0, values.length);
    }
  }

  /** Writes a whole array in single precision, in C order. */
  public static void write(Path file, float[] values, long... shape) throws IOException {
    try (NpyWriter writer = create(file, NpyElement.FLOAT32, shape)) {
      for (float value : values) {
        writer.write(value);
      }
    }
  }

  /**
   * Appends numbers, in C order; a float32 file gets them rounded.
   *
   * @throws IllegalStateException if the shape has no room for them
   */
  public void write(double[] values, int offset, int count) throws IOException {
    for (int index = offset; index < offset + count; index++) {
      write(values[index]);
    }
  }

  /** Appends one number; as {@link #write(double[], int, int)}. */
  public void write(double value) throws IOException {
    if (written == size) {
      throw new IllegalStateException(
          "shape %s holds %d numbers, and one more was written".formatted(shape, size));
    }
    if (element == NpyElement.FLOAT32) {
      buffer.putFloat((float) value);
    } else {
      buffer.putDouble(value);
    }
    written++;
    if (!buffer.hasRemaining()) {
      flushBuffer();
    }
  }

  /**
   * Ends the file; once closed, does nothing.
   *
   * @throws IllegalStateException if fewer numbers were written than the shape holds; the stream is
   *     closed all the same
   */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (OutputStream closing = out) {
      flushBuffer();
      closing.flush();
    }
    if (written != size) {
      throw new IllegalStateException(
          "shape %s holds %d numbers, but %d were written".formatted(shape, size, written));
    }
  }

  private void flushBuffer() throws IOException {
    out.write(buffer.array(), 0, buffer.position());
    buffer.clear();
  }
}
