package dev.margrave.certificate.npy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyArrayTest {
  private static final double[] TWO_BY_THREE = {1.5, -2, 0.25, 4, 5, 6};

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void readsWhatNumpyWrote(NumpyFile numpy) throws IOException {
    Path file = Files.write(directory.resolve("a.npy"), numpy.bytes());
    double[] expected =
        switch (numpy) {
          case EMPTY -> new double[0];
          case ONE_DIMENSION -> new double[] {7.5};
          case THREE_DIMENSIONS, THREE_FORTRAN_DIMENSIONS ->
              IntStream.range(0, 24).asDoubleStream().toArray();
          default -> TWO_BY_THREE;
        };
    for (long pieceBytes : new long[] {8, 16, 1 << 20}) {
      NpyArray array = NpyArray.map(file, pieceBytes);
      assertEquals(numpy.shape(), array.shape());
      assertEquals(expected.length, array.size());
      assertArrayEquals(expected, array.toArray());
      assertEquals(file, array.file());
    }
  }

  @Test
  void readsAnyStrideAcrossPieces() throws IOException {
    double[] values = IntStream.range(0, 1000).asDoubleStream().toArray();
    Path file = directory.resolve("a.npy");
    NpyWriter.write(file, values, 10, 10, 10);
    NpyArray array = NpyArray.map(file, 56);
    double[] row = new double[20];
    for (int stride = 1; stride < 50; stride++) {
      for (int first = 0; first + 19 * stride < 1000; first += 7) {
        array.read(first, stride, row, 20);
        for (int index = 0; index < 20; index++) {
          assertEquals(first + index * stride, row[index]);
        }
      }
    }
    Arrays.fill(row, -1);
    array.read(1000, 1, row, 0);
    assertEquals(-1, row[0]);
    assertThrows(IndexOutOfBoundsException.class, () -> array.read(990, 1, row, 11));
    assertThrows(IndexOutOfBoundsException.class, () -> array.read(-1, 1, row, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> array.read(5, 0, row, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> array.read(5, -1, row, 2));
  }

  /** 2.4 GB that take no room on disk: the file is all holes but for a few numbers. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsBeyondTwoGibibytes(boolean fortranOrder) throws IOException {
    long rows = 100_000_003;
    int columns = 3;
    Path file = directory.resolve("large.npy");
    byte[] start =
        new NpyHeader(
                1,
                NpyElement.FLOAT64,
                ByteOrder.BIG_ENDIAN,
                fortranOrder,
                List.of(rows, (long) columns),
                0)
            .toBytes();
    // A row that begins in one piece of 2³⁰ bytes and ends in the next; the last one.
    long[] chosen = {0, (1L << 27) / columns, rows - 1};
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.write(ByteBuffer.wrap(start));
      for (long row : chosen) {
        for (int column = 0; column < columns; column++) {
          long index = fortranOrder ? row + rows * column : row * columns + column;
          ByteBuffer number = ByteBuffer.allocate(8).putDouble(0, row + 0.25 * column);
          channel.write(number, start.length + 8 * index);
        }
      }
    } catch (IOException refused) {
      Assumptions.abort("no sparse file of 2.4 GB can be made here: " + refused);
    }
    NpyArray array = NpyArray.map(file);
    assertEquals(rows * columns, array.size());
    double[] row = new double[columns];
    for (long chosenRow : chosen) {
      if (fortranOrder) {
        array.read(chosenRow, rows, row, columns);
      } else {
        array.read(chosenRow * columns, 1, row, columns);
      }
      assertArrayEquals(new double[] {chosenRow, chosenRow + 0.25, chosenRow + 0.5}, row);
    }
    array.read(1234567, 1, row, columns);
    assertArrayEquals(new double[columns], row);
  }

  @Test
  void tooManyNumbersForOneArrayAreRefused() throws IOException {
    Path file = directory.resolve("wide.npy");
    long count = 1L << 31;
    byte[] start =
        new NpyHeader(1, NpyElement.FLOAT32, ByteOrder.LITTLE_ENDIAN, false, List.of(count), 0)
            .toBytes();
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.write(ByteBuffer.wrap(start));
      channel.write(ByteBuffer.allocate(1), start.length + 4 * count - 1);
    } catch (IOException refused) {
      Assumptions.abort("no sparse file of 8 GB can be made here: " + refused);
    }
    NpyArray array = NpyArray.map(file);
    assertEquals(
        file + " holds 2147483648 numbers, too many for one array: read it in parts",
        assertThrows(IllegalStateException.class, array::toArray).getMessage());
  }
}
