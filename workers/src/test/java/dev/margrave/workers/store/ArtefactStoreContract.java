package dev.margrave.workers.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.protocol.StageId;
import dev.margrave.protocol.artefact.ArtefactMismatchException;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.SmallFile;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every artefact store does, wherever it keeps its files. */
abstract class ArtefactStoreContract {
  static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

  /** {@code printf hello | sha256sum}. */
  static final String HELLO_SHA256 =
      "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

  private static final String FOLDER = "tiny/full-3";
  private static final StageId STAGE = StageId.parse(FOLDER);
  private static final String PATH = FOLDER + "/checkpoint-9-1.ckpt";

  /** What the store may use of the local disk; new for each test. */
  @TempDir Path local;

  /** One more store of the same artefacts: another process's. */
  abstract ArtefactStore open(String writer);

  /** Replaces the content behind the store's back. */
  abstract void damage(String path, byte[] content) throws IOException;

  /** Where a writer of an artefact leaves its temporary file when it dies. */
  abstract Path temporary(String path);

  /** How messages call an artefact. */
  abstract String address(String path);

  private List<String> localFiles() throws IOException {
    try (Stream<Path> files = Files.walk(local)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> local.relativize(file).toString())
          .toList();
    }
  }

  private void assertNoTemporaries() throws IOException {
    assertEquals(List.of(), localFiles().stream().filter(file -> file.endsWith(".part")).toList());
  }

  @Test
  void whatIsPutIsReadByItsPath() {
    ArtefactStore store = open("one");
    store.put(PATH, out -> out.write(HELLO));
    assertArrayEquals(HELLO, open("two").read(PATH, HELLO.length).orElseThrow());
    assertTrue(store.read(FOLDER + "/nothing", 100).isEmpty());
    assertTrue(store.read("nowhere/at-all", 100).isEmpty());
    UncheckedIOException large =
        assertThrows(UncheckedIOException.class, () -> store.read(PATH, HELLO.length - 1));
    assertTrue(large.getMessage().contains("it has more than 4 bytes"), large.getMessage());
    assertThrows(IllegalArgumentException.class, () -> store.read("../outside", 100));
  }

  @Test
  void whatIsPutIsFetchedHereAndElsewhere() throws IOException {
    ArtefactStore store = open("one");
    ArtefactRef artefact = store.put(PATH, out -> out.write(HELLO));
    assertEquals(new ArtefactRef(PATH, 5, HELLO_SHA256), artefact);
    assertArrayEquals(HELLO, Files.readAllBytes(store.fetch(artefact)));
    assertArrayEquals(HELLO, Files.readAllBytes(open("two").fetch(artefact)));
    assertArrayEquals(HELLO, Files.readAllBytes(store.fetch(artefact)));
    assertNoTemporaries();
  }

  @Test
  void megabytesAndNothingAtAllAreArtefactsToo() throws IOException {
    ArtefactStore store = open("one");
    byte[] large = new byte[3_000_001];
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) (i * 31 + i / 1000);
    }
    ArtefactRef artefact = store.put(PATH, out -> out.write(large));
    assertEquals(large.length, artefact.bytes());
    assertArrayEquals(large, Files.readAllBytes(store.fetch(artefact)));
    ArtefactRef empty = store.put(FOLDER + "/empty", out -> {});
    assertEquals(0, Files.size(store.fetch(empty)));
  }

  @Test
  void namesMayHaveSpacesAndSigns() throws IOException {
    ArtefactStore store = open("one");
    String path = "an experiment/λ=1+2%20&c#d?/full 3.ckpt";
    ArtefactRef artefact = store.put(path, out -> out.write(HELLO));
    assertArrayEquals(HELLO, Files.readAllBytes(store.fetch(artefact)));
    assertEquals(List.of(path), store.list("an experiment/λ=1+2%20&c#d?"));
    store.delete(artefact);
    assertEquals(List.of(), store.list("an experiment/λ=1+2%20&c#d?"));
  }

  @Test
  void contentThatClosesItsStreamIsStoredWhole() {
    ArtefactRef artefact =
        open("one")
            .put(
                PATH,
                out -> {
                  try (OutputStream closing = out) {
                    closing.write(HELLO);
                  }
                });
    assertEquals(HELLO_SHA256, artefact.sha256());
  }

  @Test
  void aPutReplacesWhatWasThere() throws IOException {
    ArtefactStore store = open("one");
    ArtefactRef old = store.put(PATH, out -> out.write(HELLO));
    store.fetch(old);
    byte[] other = "hullo".getBytes(StandardCharsets.UTF_8);
    ArtefactRef replacing = store.put(PATH, out -> out.write(other));
    assertArrayEquals(other, Files.readAllBytes(store.fetch(replacing)));
    assertEquals(
        address(PATH)
            + " has SHA-256 "
            + replacing.sha256()
            + ", but "
            + HELLO_SHA256
            + " was committed",
        assertThrows(ArtefactMismatchException.class, () -> store.fetch(old)).getMessage());
    assertEquals(List.of(PATH), store.list(FOLDER));
  }

  @Test
  void aPutThatThrowsHalfwayLeavesTheOldContent() throws IOException {
    ArtefactStore store = open("one");
    ArtefactRef old = store.put(PATH, out -> out.write(HELLO));
    UncheckedIOException failed =
        assertThrows(
            UncheckedIOException.class,
            () ->
                store.put(
                    PATH,
                    out -> {
                      out.write(new byte[100_000]);
                      throw new IOException("No space left on device");
                    }));
    assertEquals(
        "could not write " + address(PATH) + ": No space left on device", failed.getMessage());
    assertArrayEquals(HELLO, Files.readAllBytes(store.fetch(old)));
    assertNoTemporaries();
  }

  @Test
  void damagedContentIsRefused() throws IOException {
    ArtefactStore store = open("one");
    ArtefactRef artefact = store.put(PATH, out -> out.write(HELLO));
    damage(PATH, "hullo".getBytes(StandardCharsets.UTF_8));
    ArtefactMismatchException refused =
        assertThrows(ArtefactMismatchException.class, () -> store.fetch(artefact));
    assertTrue(
        refused.getMessage().startsWith(address(PATH))
            && refused.getMessage().endsWith(" but " + HELLO_SHA256 + " was committed"),
        refused.getMessage());
    assertNoTemporaries();
  }

  @Test
  void contentDamagedAfterAFetchIsRefusedToo() throws IOException {
    ArtefactStore store = open("one");
    ArtefactRef artefact = store.put(PATH, out -> out.write(HELLO));
    store.fetch(artefact);
    damage(PATH, "hullo".getBytes(StandardCharsets.UTF_8));
    assertThrows(ArtefactMismatchException.class, () -> store.fetch(artefact));
  }

  @Test
  void aTornArtefactIsRefused() throws IOException {
    ArtefactStore store = open("one");
    ArtefactRef artefact = store.put(PATH, out -> out.write(HELLO));
    damage(PATH, "hell".getBytes(StandardCharsets.UTF_8));
    assertThrows(ArtefactMismatchException.class, () -> store.fetch(artefact));
    assertNoTemporaries();
  }

  @Test
  void aMissingArtefactIsRefused() {
    ArtefactStore store = open("one");
    ArtefactRef never = new ArtefactRef(PATH, 5, HELLO_SHA256);
    assertEquals(
        address(PATH) + " is missing; it was committed with SHA-256 " + HELLO_SHA256,
        assertThrows(ArtefactMismatchException.class, () -> store.fetch(never)).getMessage());
    ArtefactRef deleted = store.put(PATH, out -> out.write(HELLO));
    store.fetch(deleted);
    open("two").delete(deleted);
    assertEquals(
        address(PATH) + " is missing; it was committed with SHA-256 " + HELLO_SHA256,
        assertThrows(ArtefactMismatchException.class, () -> store.fetch(deleted)).getMessage());
  }

  @Test
  void deletingTwiceIsDeletingOnce() {
    ArtefactStore store = open("one");
    ArtefactRef artefact = store.put(PATH, out -> out.write(HELLO));
    store.delete(artefact);
    store.delete(artefact);
    store.delete(PATH);
    assertEquals(List.of(), store.list(FOLDER));
  }

  @Test
  void aFolderIsListedWithoutItsSubfoldersAndNeighbours() {
    ArtefactStore store = open("one");
    for (String path :
        List.of(
            FOLDER + "/b", FOLDER + "/a", FOLDER + "/deeper/c", FOLDER + "1/d", "tiny/full-3.x")) {
      store.put(path, out -> out.write(HELLO));
    }
    assertEquals(List.of(FOLDER + "/a", FOLDER + "/b"), store.list(FOLDER));
    assertEquals(List.of(FOLDER + "/deeper/c"), store.list(FOLDER + "/deeper"));
    assertEquals(List.of(), store.list("nowhere"));
  }

  @Test
  void aSmallFileIsReadByItsNameAndReplaced() throws IOException {
    ArtefactStore store = open("one");
    assertEquals(Optional.empty(), store.readSmall(STAGE, SmallFile.SAMPLES));
    store.putSmall(STAGE, SmallFile.SAMPLES, HELLO);
    assertArrayEquals(HELLO, store.readSmall(STAGE, SmallFile.SAMPLES).orElseThrow());
    byte[] other = "hullo, hullo".getBytes(StandardCharsets.UTF_8);
    open("two").putSmall(STAGE, SmallFile.SAMPLES, other);
    assertArrayEquals(other, store.readSmall(STAGE, SmallFile.SAMPLES).orElseThrow());
    assertEquals(List.of(FOLDER + "/samples.png"), store.list(FOLDER));
    store.delete(FOLDER + "/samples.png");
    assertEquals(Optional.empty(), store.readSmall(STAGE, SmallFile.SAMPLES));
    assertNoTemporaries();
  }

  @Test
  void aSmallFileThatIsNotSmallIsRefused() throws IOException {
    ArtefactStore store = open("one");
    byte[] largest = new byte[ArtefactStore.MAXIMUM_SMALL_BYTES];
    store.putSmall(STAGE, SmallFile.LEADERBOARD, largest);
    assertArrayEquals(largest, store.readSmall(STAGE, SmallFile.LEADERBOARD).orElseThrow());
    byte[] larger = new byte[ArtefactStore.MAXIMUM_SMALL_BYTES + 1];
    assertEquals(
        FOLDER + "/leaderboard.json has 4194305 bytes: at most 4194304 are wanted",
        assertThrows(
                IllegalArgumentException.class,
                () -> store.putSmall(STAGE, SmallFile.LEADERBOARD, larger))
            .getMessage());
    store.put(FOLDER + "/leaderboard.json", out -> out.write(larger));
    assertEquals(
        "could not read "
            + address(FOLDER + "/leaderboard.json")
            + ": it has more than 4194304 bytes",
        assertThrows(
                UncheckedIOException.class, () -> store.readSmall(STAGE, SmallFile.LEADERBOARD))
            .getMessage());
  }

  @Test
  void onlyTemporariesUnderThePrefixAreCleaned() throws IOException {
    ArtefactStore store = open("one");
    store.put(PATH, out -> out.write(HELLO));
    Path crashed = temporary(PATH);
    Path neighbour = temporary("tiny/full-4/x");
    for (Path file : List.of(crashed, neighbour)) {
      Files.createDirectories(file.getParent());
      Files.write(file, HELLO);
    }
    assertEquals(List.of(PATH), store.list(FOLDER));
    store.deleteTemporaries(FOLDER, path -> true);
    store.deleteTemporaries("nowhere", path -> true);
    assertFalse(Files.exists(crashed));
    assertTrue(Files.exists(neighbour));
    assertEquals(List.of(PATH), store.list(FOLDER));
  }

  /** So that an attempt that is over can spare those of a later one. */
  @Test
  void temporariesAreChosenByTheArtefactThatIsWritten() {
    ArtefactStore store = open("host.example-1");
    List<String> seen = new ArrayList<>();
    ArtefactRef written =
        store.put(
            PATH,
            out -> {
              store.deleteTemporaries(
                  FOLDER,
                  path -> {
                    seen.add(path);
                    return false;
                  });
              out.write(HELLO);
            });
    assertEquals(List.of(PATH), seen);
    assertEquals(PATH, written.path());
    assertEquals(List.of(PATH), store.list(FOLDER));
  }

  @Test
  void pathsThatLeadOutAreRefused() {
    ArtefactStore store = open("one");
    for (String path : List.of("../x", "a/../../x", "/etc/x")) {
      ArtefactRef artefact = new ArtefactRef(path, 5, HELLO_SHA256);
      for (Runnable use :
          List.<Runnable>of(
              () -> store.put(path, out -> out.write(HELLO)),
              () -> store.fetch(artefact),
              () -> store.delete(path),
              () -> store.list(path),
              () -> store.deleteTemporaries(path, name -> true))) {
        assertEquals(
            "artefact path '" + path + "' leads out of the store",
            assertThrows(IllegalArgumentException.class, use::run).getMessage());
      }
    }
  }

  @Test
  void ofTwoWritersOfOnePathOneWinsWhole() throws Exception {
    int rounds = 10;
    byte[] longer = new byte[200_000];
    Arrays.fill(longer, (byte) 7);
    CyclicBarrier together = new CyclicBarrier(2);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<ArtefactRef>> written = new ArrayList<>();
      for (byte[] content : List.of(HELLO, longer)) {
        ArtefactStore store = open("writer-of-" + content.length);
        Callable<ArtefactRef> writing =
            () -> {
              ArtefactRef last = null;
              for (int round = 0; round < rounds; round++) {
                together.await(60, TimeUnit.SECONDS);
                last = store.put(PATH, out -> out.write(content));
              }
              return last;
            };
        written.add(threads.submit(writing));
      }
      ArtefactRef one = written.get(0).get(60, TimeUnit.SECONDS);
      ArtefactRef two = written.get(1).get(60, TimeUnit.SECONDS);
      ArtefactStore reader = open("reader");
      assertTrue(isThere(reader, one) ^ isThere(reader, two), "exactly one of them is there");
      assertEquals(List.of(PATH), reader.list(FOLDER));
      assertNoTemporaries();
    } finally {
      threads.shutdownNow();
    }
  }

  private static boolean isThere(ArtefactStore store, ArtefactRef artefact) {
    try {
      store.fetch(artefact);
      return true;
    } catch (ArtefactMismatchException e) {
      return false;
    }
  }
}
