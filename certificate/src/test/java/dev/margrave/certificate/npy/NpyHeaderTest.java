package dev.margrave.certificate.npy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers that are well formed though unusual, and every way in which one is refused. */
class NpyHeaderTest {
  private static final String GOOD =
      "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }\n";

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        GOOD,
        "{'shape':(2,3),'fortran_order':False,'descr':'<f8'}\n",
        " { \"descr\" : \"<f8\" ,\t'fortran_order'\n: False, 'shape': ( 2 , 3 , ) , }   \n",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2L, 3L), }\n"
      })
  void anyPythonSpellingIsRead(String dictionary) throws IOException {
    assertEquals(List.of(2L, 3L), map(1, dictionary, 48).shape());
    assertEquals(List.of(2L, 3L), map(2, dictionary, 48).shape());
    assertEquals(List.of(2L, 3L), map(3, dictionary, 48).shape());
  }

  @Test
  void fourDimensionsAndEmptyOnesAreRead() throws IOException {
    assertEquals(List.of(1L, 2L, 1L, 3L), map(1, withShape("(1, 2, 1, 3)"), 48).shape());
    assertEquals(List.of(5L, 0L), map(1, withShape("(5, 0)"), 0).shape());
  }

  static Stream<Arguments> malformed() {
    String type = "a type, '<f4', '>f4', '<f8' or '>f8'";
    String mend = type + " (in NumPy: save(file, array.astype('float64')))";
    String keys = "'descr', 'fortran_order' or 'shape'";
    String end = "the end of the dictionary";
    String fourLengths = "a tuple of 1 to 4 lengths";
    String length = "a length from 0 to 2⁶³ − 1";
    return Stream.of(
        Arguments.of("[]\n", 10, "'{'", "'[]'"),
        Arguments.of("\n", 11, "'{'", end),
        Arguments.of("{}\n", 11, "the key 'descr'", end),
        Arguments.of("{descr: 1}\n", 11, keys, "'descr: 1}'"),
        Arguments.of("{'descr' '<f8'}\n", 19, "':'", "''<f8'}'"),
        Arguments.of("{'descr': '<f8'\n", 26, "','", end),
        Arguments.of("{'descr': '<f8}\n", 20, type, "a quotation mark that is never closed"),
        Arguments.of("{'descr': [('a', '<f8')]}\n", 20, type, "'[('a', '<f8''"),
        Arguments.of("{'descr': '<i8'}\n", 20, mend, "'<i8'"),
        Arguments.of("{'descr': '|b1'}\n", 20, mend, "'|b1'"),
        Arguments.of("{'descr': '<f2'}\n", 20, mend, "'<f2'"),
        Arguments.of("{'descr': '<f8', 'descr': '<f8'}\n", 27, "each key once", "'descr' again"),
        Arguments.of("{'colour': 3}\n", 11, keys, "'colour'"),
        Arguments.of("{'fortran_order': 0}\n", 28, "True or False", "'0}'"),
        Arguments.of("{'shape': 3}\n", 20, "'('", "'3}'"),
        Arguments.of("{'shape': (3)}\n", 20, fourLengths, "a number in parentheses"),
        Arguments.of("{'shape': ()}\n", 20, fourLengths, "0 lengths"),
        Arguments.of("{'shape': (1,1,1,1,1)}\n", 20, fourLengths, "5 lengths"),
        Arguments.of("{'shape': (2, -3)}\n", 24, length, "'-3)}'"),
        Arguments.of("{'shape': (2 3)}\n", 23, "')'", "'3)}'"),
        Arguments.of("{'shape': (2, 3\n", 26, "')'", end),
        Arguments.of("{'shape': (99999999999999999999,)}\n", 21, length, "99999999999999999999"),
        Arguments.of("{'descr': '<f8', 'fortran_order': False}\n", 49, "the key 'shape'", end),
        Arguments.of(GOOD.strip(), 69, "spaces and one newline to end the dictionary", end),
        Arguments.of(
            GOOD.strip() + "  x\n", 71, "spaces and one newline to end the dictionary", "'x'"));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void malformedDictionaries(String dictionary, int offset, String expected, String found) {
    assertRefused(offset, expected, found, file(1, dictionary.getBytes(ISO_8859_1), 48));
    // From version 2 on the length of the dictionary takes two more bytes.
    assertRefused(offset + 2, expected, found, file(2, dictionary.getBytes(ISO_8859_1), 48));
    assertRefused(offset + 2, expected, found, file(3, dictionary.getBytes(UTF_8), 48));
  }

  @Test
  void filesThatAreNoNpyFiles() {
    String magic = "of the magic number of .npy files";
    String start = "the 8 bytes that begin a .npy file";
    assertRefused(0, start, "the end of the file", new byte[0]);
    assertRefused(5, start, "the end of the file", Arrays.copyOf(good(), 5));
    assertRefused(0, "0x93 " + magic, "0x50", "PK zip archive".getBytes(ISO_8859_1));
    byte[] wrong = good();
    wrong[3] = 'X';
    assertRefused(3, "0x4d " + magic, "0x58", wrong);
  }

  @Test
  void versions() {
    String expected = "format version 1.0, 2.0 or 3.0";
    byte[] wrong = good();
    wrong[6] = 4;
    assertRefused(6, expected, "4.0", wrong.clone());
    wrong[6] = (byte) 200;
    assertRefused(6, expected, "200.0", wrong.clone());
    wrong[6] = 1;
    wrong[7] = 1;
    assertRefused(6, expected, "1.1", wrong.clone());
  }

  @Test
  void lengths() {
    String theEnd = "the end of the file";
    assertRefused(9, "the length of the dictionary", theEnd, Arrays.copyOf(good(), 9));
    assertRefused(40, "a dictionary of 60 bytes", theEnd, Arrays.copyOf(good(), 40));
    byte[] long2 = file(2, GOOD.getBytes(ISO_8859_1), 48);
    ByteBuffer.wrap(long2).order(ByteOrder.LITTLE_ENDIAN).putInt(8, -1);
    assertRefused(8, "a dictionary of at most 1048576 bytes", "4294967295 bytes", long2);
    assertRefused(
        117,
        "the end of the file at byte 118 there, after 6 numbers of 8 bytes from byte 70",
        "its end 1 bytes too early",
        file(1, GOOD.getBytes(ISO_8859_1), 47));
    assertRefused(
        118,
        "the end of the file at byte 118 there, after 6 numbers of 8 bytes from byte 70",
        "2 more bytes",
        file(1, GOOD.getBytes(ISO_8859_1), 50));
    String huge = withShape("(9223372036854775807, 2)");
    assertRefused(
        10 + huge.length(),
        "a shape below 2⁶³ bytes",
        "shape [9223372036854775807, 2]",
        file(1, huge.getBytes(ISO_8859_1), 48));
  }

  @Test
  void filesThatCannotBeRead() {
    assertThrows(NoSuchFileException.class, () -> NpyArray.map(directory.resolve("none.npy")));
    assertThrows(IOException.class, () -> NpyArray.map(directory));
  }

  /** Whatever bytes a file holds, it is read or refused by name, and nothing else happens. */
  @Test
  void damagedFilesAreReadOrRefused() throws IOException {
    long seed = Long.getLong("margrave.test.seed", 20261122);
    System.out.printf("NpyHeaderTest: -Dmargrave.test.seed=%d%n", seed);
    SplittableRandom random = new SplittableRandom(seed);
    int refused = 0;
    Path file = directory.resolve("damaged.npy");
    for (int trial = 0; trial < 1000; trial++) {
      NumpyFile[] files = NumpyFile.values();
      byte[] bytes = files[random.nextInt(files.length)].bytes();
      for (int damage = random.nextInt(4); damage >= 0; damage--) {
        bytes[random.nextInt(Math.min(bytes.length, 90))] = (byte) random.nextInt(32, 127);
      }
      if (random.nextInt(5) == 0) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 20));
      }
      Files.write(file, bytes);
      try {
        NpyArray array = NpyArray.map(file);
        assertEquals(array.size(), array.toArray().length);
      } catch (NpyFormatException expected) {
        assertTrue(expected.getMessage().startsWith(file + ": at byte "), expected::getMessage);
        refused++;
      }
    }
    assertTrue(refused > 300, "hardly anything was damaged: " + refused);
  }

  private static String withShape(String shape) {
    return GOOD.replace("(2, 3)", shape);
  }

  private static byte[] good() {
    return file(1, GOOD.getBytes(ISO_8859_1), 48);
  }

  private NpyArray map(int version, String dictionary, int dataBytes) throws IOException {
    return NpyArray.map(
        Files.write(
            directory.resolve("a.npy"), file(version, dictionary.getBytes(ISO_8859_1), dataBytes)));
  }

  private static byte[] file(int version, byte[] dictionary, int dataBytes) {
    ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    length.putInt(0, dictionary.length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    out.write(length.array(), 0, version == 1 ? 2 : 4);
    out.writeBytes(dictionary);
    out.writeBytes(new byte[dataBytes]);
    return out.toByteArray();
  }

  private void assertRefused(long offset, String expected, String found, byte[] bytes) {
    Path file = directory.resolve("bad.npy");
    assertEquals(
        "%s: at byte %d: expected %s, found %s".formatted(file, offset, expected, found),
        assertThrows(
                NpyFormatException.class,
                () -> {
                  Files.write(file, bytes);
                  NpyArray.map(file);
                })
            .getMessage());
  }
}
