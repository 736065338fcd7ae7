package dev.margrave.certificate.npy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NpyWriterTest {
  @TempDir Path directory;

  @Test
  void writesTheBytesThatNumpyWrites() throws IOException {
    Path file = directory.resolve("a.npy");
    NpyWriter.write(file, new double[] {1.5, -2, 0.25, 4, 5, 6}, 2, 3);
    assertArrayEquals(NumpyFile.LITTLE_DOUBLE.bytes(), Files.readAllBytes(file));
    NpyWriter.write(file, new float[] {1.5f, -2, 0.25f, 4, 5, 6}, 2, 3);
    assertArrayEquals(NumpyFile.LITTLE_FLOAT.bytes(), Files.readAllBytes(file));
    NpyWriter.write(file, new double[] {7.5}, 1);
    assertArrayEquals(NumpyFile.ONE_DIMENSION.bytes(), Files.readAllBytes(file));
    NpyWriter.write(file, new double[0], 0, 3);
    assertArrayEquals(NumpyFile.EMPTY.bytes(), Files.readAllBytes(file));
    float[] range = new float[24];
    for (int i = 0; i < range.length; i++) {
      range[i] = i;
    }
    NpyWriter.write(file, range, 2, 3, 4);
    assertArrayEquals(NumpyFile.THREE_DIMENSIONS.bytes(), Files.readAllBytes(file));
  }

  /**
   * python: out = io.BytesIO(); numpy.save(out, numpy.zeros(SHAPE)); out.getvalue().index(b'\n').
   */
  @ParameterizedTest
  @CsvSource({"1 1 1 1, 127", "1000000 100, 127", "0 123456 123456 123456, 127", "0 1, 127"})
  void headersEndWhereNumpysEnd(String shape, int newline) throws IOException {
    long[] lengths = Arrays.stream(shape.split(" ", -1)).mapToLong(Long::parseLong).toArray();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    NpyWriter writer = new NpyWriter(out, NpyElement.FLOAT64, lengths);
    byte[] header = out.toByteArray();
    assertEquals(newline, header.length - 1);
    assertEquals('\n', header[newline]);
    assertEquals(header.length - 10, header[8]);
    if (Arrays.stream(lengths).anyMatch(length -> length == 0)) {
      writer.close();
    }
  }

  @Test
  void whatIsWrittenIsReadBackBitByBit() throws IOException {
    long seed = Long.getLong("margrave.test.seed", 20261122);
    System.out.printf("NpyWriterTest: -Dmargrave.test.seed=%d%n", seed);
    SplittableRandom random = new SplittableRandom(seed);
    Path file = directory.resolve("a.npy");
    for (int trial = 0; trial < 50; trial++) {
      long[] shape = random.longs(1 + random.nextInt(4), 0, 13).toArray();
      int size = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
      double[] values = new double[size];
      Arrays.setAll(values, i -> Double.longBitsToDouble(random.nextLong()));
      NpyWriter.write(file, values, shape);
      NpyArray array = NpyArray.map(file);
      assertEquals(Arrays.stream(shape).boxed().toList(), array.shape());
      assertEquals(NpyElement.FLOAT64, array.element());
      assertArrayEquals(values, array.toArray());
      float[] single = new float[size];
      double[] rounded = new double[size];
      for (int i = 0; i < size; i++) {
        single[i] = (float) random.nextGaussian();
        rounded[i] = single[i];
      }
      NpyWriter.write(file, single, shape);
      assertArrayEquals(rounded, NpyArray.map(file).toArray());
    }
  }

  @Test
  void moreThanTheBufferHoldsIsWritten() throws IOException {
    Path file = directory.resolve("a.npy");
    double[] values = new double[100_003];
    Arrays.setAll(values, i -> 0.5 * i);
    try (NpyWriter writer = NpyWriter.create(file, NpyElement.FLOAT32, values.length)) {
      writer.write(values, 0, 50_000);
      writer.write(values, 50_000, 50_003);
    }
    assertArrayEquals(values, NpyArray.map(file).toArray());
  }

  @Test
  void countOfNumbersMustBeThatOfTheShape() {
    Path file = directory.resolve("a.npy");
    assertEquals(
        "shape [2, 3] holds 6 numbers, but 5 were written",
        assertThrows(IllegalStateException.class, () -> NpyWriter.write(file, new double[5], 2, 3))
            .getMessage());
    assertEquals(
        "shape [2, 3] holds 6 numbers, and one more was written",
        assertThrows(IllegalStateException.class, () -> NpyWriter.write(file, new float[7], 2, 3))
            .getMessage());
  }

  @Test
  void shapesOutsideTheFormatAreRefused() {
    Path file = directory.resolve("never.npy");
    for (long[] shape : new long[][] {{}, {1, 1, 1, 1, 1}, {2, -1}}) {
      assertEquals(
          "shape is %s, must be 1 to 4 lengths of 0 or more".formatted(Arrays.toString(shape)),
          assertThrows(
                  IllegalArgumentException.class,
                  () -> NpyWriter.create(file, NpyElement.FLOAT64, shape))
              .getMessage());
    }
    assertEquals(
        "shape is [1073741824, 1073741824, 1], beyond 2⁶³ bytes",
        assertThrows(
                IllegalArgumentException.class,
                () -> NpyWriter.create(file, NpyElement.FLOAT64, 1 << 30, 1 << 30, 1))
            .getMessage());
    assertTrue(Files.notExists(file));
  }

  @Test
  void closingTwiceIsClosingOnce() throws IOException {
    Path file = directory.resolve("a.npy");
    NpyWriter writer = NpyWriter.create(file, NpyElement.FLOAT64, 1);
    writer.write(7.5);
    writer.close();
    writer.close();
    assertArrayEquals(NumpyFile.ONE_DIMENSION.bytes(), Files.readAllBytes(file));
  }

  @Test
  void fortranHeaderIsThatOfNumpy() {
    byte[] numpy = NumpyFile.FORTRAN_DOUBLE.bytes();
    byte[] header =
        new NpyHeader(1, NpyElement.FLOAT64, ByteOrder.LITTLE_ENDIAN, true, List.of(2L, 3L), 0)
            .toBytes();
    assertArrayEquals(Arrays.copyOf(numpy, header.length), header);
  }
}
