package dev.margrave.workers.data;

import static dev.margrave.workers.data.DataFixtures.load;
import static dev.margrave.workers.data.DataFixtures.refusal;
import static dev.margrave.workers.data.DataFixtures.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureZipTest {
  private static final String NAME = "tiny-imagenet-200";

  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(strings = {"../evil", "a/../../evil", "/etc/evil", "C:/evil", "a\\..\\evil", "a/.."})
  void anEntryThatLeadsOutIsRefused(String name) {
    Map<String, byte[]> files = PictureFixtures.tiny();
    files.put(name, new byte[1]);
    Path path = write(temporary.resolve("x.zip"), PictureFixtures.zip("", files));
    String message =
        path
            + ": has an entry '"
            + name
            + "', which leads out of the archive: it is not the published one, fetch it again";
    assertEquals(message, refusal(() -> load(NAME, path)));
    assertEquals(message, refusal(() -> DatasetChecker.check(path)));
  }

  @Test
  void anEncryptedArchiveIsRefused() {
    byte[] zip = PictureFixtures.zip("", PictureFixtures.tiny());
    for (int at = 0; at < zip.length - 4; at++) {
      // The flags of each entry: in its own header and in the directory.
      if (zip[at] == 'P' && zip[at + 1] == 'K' && zip[at + 2] == 3 && zip[at + 3] == 4) {
        zip[at + 6] |= 1;
      }
      if (zip[at] == 'P' && zip[at + 1] == 'K' && zip[at + 2] == 1 && zip[at + 3] == 2) {
        zip[at + 8] |= 1;
      }
    }
    Path path = write(temporary.resolve("x.zip"), zip);
    assertEquals(
        path + ": is encrypted: unpack it with its password, and give the folder",
        refusal(() -> load(NAME, path)));
  }

  @Test
  void anArchiveThatEndsEarlyIsRefused() {
    byte[] zip = PictureFixtures.zip("", PictureFixtures.tiny());
    for (int length : new int[] {0, 3, 100, zip.length / 2, zip.length - 1}) {
      Path path = write(temporary.resolve("x.zip"), Arrays.copyOf(zip, length));
      String message = refusal(() -> load(NAME, path));
      assertTrue(message.startsWith(path + ": is no whole zip archive ("), message);
      assertTrue(message.endsWith("): truncated or damaged, fetch it again"), message);
    }
  }

  @Test
  void anArchiveOfSomethingElseIsRefused() {
    Path path =
        write(
            temporary.resolve("x.zip"),
            PictureFixtures.zip("", Map.of("a/\u001b[2Jb.txt", new byte[1])));
    assertEquals(
        path + ": holds no wnids.txt (it holds a/?[2Jb.txt): the published archive is wanted",
        refusal(() -> load(NAME, path)));
    assertTrue(
        refusal(() -> DatasetChecker.check(path))
            .startsWith(path + ": holds no data set that is known (a/?[2Jb.txt); known are "));
  }

  @Test
  void anEntryIsReadUpToItsLimitWhateverTheArchiveSays() throws BadPictureException {
    byte[] zeros = new byte[5_000_000];
    byte[] zip = PictureFixtures.zip("", Map.of("wnids.txt", zeros));
    assertTrue(zip.length < 10_000, "a small bomb: " + zip.length);
    Path honest = write(temporary.resolve("honest.zip"), zip);
    assertEquals(
        "has more than the 1,000,000 bytes expected: make it smaller, or take it out",
        readRefusal(honest, 1_000_000));
    try (PictureZip files = PictureZip.open(honest, "wnids.txt")) {
      assertEquals(5_000_000, files.read("wnids.txt", 5_000_000).length);
    }
    // Its directory says that it is small.
    setSize(zip, 999);
    Path lying = write(temporary.resolve("lying.zip"), zip);
    assertEquals(
        "has more than the 1,000,000 bytes expected: make it smaller, or take it out",
        readRefusal(lying, 1_000_000));
  }

  private static void setSize(byte[] zip, int size) {
    for (int at = 0; at < zip.length - 4; at++) {
      if (zip[at] == 'P' && zip[at + 1] == 'K' && zip[at + 2] == 1 && zip[at + 3] == 2) {
        ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).putInt(at + 24, size);
      }
    }
  }

  private static String readRefusal(Path path, int limit) {
    try (PictureZip files = PictureZip.open(path, "wnids.txt")) {
      return assertThrows(BadPictureException.class, () -> files.read("wnids.txt", limit))
          .getMessage();
    }
  }

  /** Whatever is changed in an entry, there is a refusal for the user or the very same data. */
  @Test
  void damageNeverChangesTheData() {
    byte[] zip = PictureFixtures.zip("", PictureFixtures.tiny());
    Path path = temporary.resolve("x.zip");
    String hash = load(NAME, write(path, zip)).contentHash();
    long seed = Long.getLong("margrave.test.seed", 20261123L);
    Random random = new Random(seed);
    int refused = 0;
    for (int trial = 0; trial < 300; trial++) {
      byte[] damaged = zip.clone();
      int at = random.nextInt(directoryOf(zip));
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      write(path, damaged);
      try {
        assertEquals(hash, load(NAME, path).contentHash(), "seed " + seed + ": byte " + at);
      } catch (DataException e) {
        refused++;
      }
    }
    assertTrue(refused > 200, "seed " + seed + ": " + refused);
  }

  /** Where the directory begins: names there have no checksum. */
  private static int directoryOf(byte[] zip) {
    return ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).getInt(zip.length - 6);
  }
}
