package dev.margrave.certificate.npy;

import java.io.IOException;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;

/**
 * A .npy file, mapped into memory: versions 1 to 3, float32 and float64, both byte orders, C and
 * Fortran order, 1 to 4 dimensions, of any length.
 *
 * <p>The file is mapped in pieces, since one mapping ends at 2 GiB; the system keeps in memory what
 * it sees fit. Safe to read from many threads. The file must not change while it is mapped, and it
 * stays mapped until the array is garbage.
 */
public final class NpyArray {
  /** Bytes per mapping: a multiple of every element's size, so that no number lies across two. */
  private static final long PIECE_BYTES = 1L << 30;

  private final Path file;
  private final NpyHeader header;
  private final long size;
  private final long elementsPerPiece;
  private final Buffer[] pieces;

  private NpyArray(Path file, NpyHeader header, long elementsPerPiece, Buffer[] pieces) {
    this.file = file;
    this.header = header;
    this.size = header.size();
    this.elementsPerPiece = elementsPerPiece;
    this.pieces = pieces;
  }

  /**
   * Maps a file.
   *
   * @throws NpyFormatException if it is no such file, or shorter or longer than its header says;
   *     names file, offset and what was expected
   * @throws IOException if it cannot be read
   */
  public static NpyArray map(Path file) throws IOException {
    return map(file, PIECE_BYTES);
  }

  static NpyArray map(Path file, long pieceBytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      NpyHeader header = NpyHeader.read(channel, file);
      long bytes = header.size() * header.element().bytes();
      Buffer[] pieces = new Buffer[Math.toIntExact((bytes + pieceBytes - 1) / pieceBytes)];
      for (int piece = 0; piece < pieces.length; piece++) {
        long from = piece * pieceBytes;
        long length = Math.min(pieceBytes, bytes - from);
        ByteBuffer bytesOfPiece =
            channel
                .map(MapMode.READ_ONLY, header.dataOffset() + from, length)
                .order(header.byteOrder());
        pieces[piece] =
            header.element() == NpyElement.FLOAT32
                ? bytesOfPiece.asFloatBuffer()
                : bytesOfPiece.asDoubleBuffer();
      }
      return new NpyArray(file, header, pieceBytes / header.element().bytes(), pieces);
    }
  }

  /** The file, as it was named. */
  public Path file() {
    return file;
  }

  /** One length per axis. */
  public List<Long> shape() {
    return header.shape();
  }

  /** How many numbers there are. */
  public long size() {
    return size;
  }

  /** What the numbers are in the file; they are always given out in double precision. */
  public NpyElement element() {
    return header.element();
  }

  /** Whether the first index runs fastest in the file, instead of the last. */
  public boolean fortranOrder() {
    return header.fortranOrder();
  }

  /**
   * Copies numbers out of the file, in the order in which they are stored.
   *
   * @param first the index of the first number in the file
   * @param stride how many numbers further the next one is, at least 1; 1 for neighbours
   * @param into receives {@code count} numbers from index 0
   * @throws IndexOutOfBoundsException if the file has no such numbers
   */
  public void read(long first, long stride, double[] into, int count) {
    if (count == 0) {
      return;
    }
    Objects.checkIndex(first, size);
    Objects.checkIndex(stride - 1, size);
    Objects.checkIndex(first + (count - 1) * stride, size);
    int done = 0;
    while (done < count) {
      long index = first + done * stride;
      int piece = (int) (index / elementsPerPiece);
      long within = index % elementsPerPiece;
      long available = (elementsPerPiece - 1 - within) / stride + 1;
      int end = (int) Math.min(count, done + available);
      read(pieces[piece], (int) within, stride, into, done, end);
      done = end;
    }
  }

  /** Numbers {@code done} to {@code end} − 1, the first of which lies at {@code within}. */
  private void read(Buffer piece, int within, long stride, double[] into, int done, int end) {
    if (piece instanceof DoubleBuffer doubles && stride == 1) {
      doubles.get(within, into, done, end - done);
    } else if (piece instanceof DoubleBuffer doubles) {
      for (long at = within; done < end; done++, at += stride) {
        into[done] = doubles.get((int) at);
      }
    } else if (piece instanceof FloatBuffer floats) {
      for (long at = within; done < end; done++, at += stride) {
        into[done] = floats.get((int) at);
      }
    }
  }

  /**
   * All numbers in C order, the last index running fastest, whatever the order in the file.
   *
   * @throws IllegalStateException if there are more than one Java array holds
   */
  public double[] toArray() {
    if (size > Integer.MAX_VALUE - 8) {
      throw new IllegalStateException(
          "%s holds %d numbers, too many for one array: read it in parts".formatted(file, size));
    }
    double[] stored = new double[(int) size];
    read(0, 1, stored, stored.length);
    if (!fortranOrder()) {
      return stored;
    }
    double[] values = new double[stored.length];
    for (int index = 0; index < values.length; index++) {
      values[index] = stored[fortranIndex(index)];
    }
    return values;
  }

  /** Where the number at a C-order index lies when the first index runs fastest. */
  private int fortranIndex(int index) {
    long rest = index;
    long stride = size;
    long fortran = 0;
    for (int axis = shape().size() - 1; axis >= 0; axis--) {
      long length = shape().get(axis);
      stride /= length;
      fortran += rest % length * stride;
      rest /= length;
    }
    return (int) fortran;
  }
}
