package dev.margrave.protocol.artefact;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryArtefactStoreTest {
  private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);

  /** {@code printf hello | sha256sum}. */
  private static final String HELLO_SHA256 =
      "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

  @TempDir Path root;
  private ArtefactStore store;

  @BeforeEach
  void open() {
    store = new DirectoryArtefactStore(root, "test");
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void whatIsPutIsFetchedAndNothingElseIsLeft() throws IOException {
    ArtefactRef artefact = store.put("a/b/one.bin", out -> out.write(HELLO));
    assertEquals(new ArtefactRef("a/b/one.bin", 5, HELLO_SHA256), artefact);
    assertArrayEquals(HELLO, Files.readAllBytes(store.fetch(artefact)));
    assertEquals(List.of("a/b/one.bin"), files());
  }

  @Test
  void contentThatClosesItsStreamIsStoredWhole() {
    ArtefactRef artefact =
        store.put(
            "one.bin",
            out -> {
              try (OutputStream closing = out) {
                closing.write(HELLO);
              }
            });
    assertEquals(HELLO_SHA256, artefact.sha256());
  }

  @Test
  void aWriteThatFailsLeavesTheOldContent() throws IOException {
    ArtefactRef old = store.put("one.bin", out -> out.write(HELLO));
    UncheckedIOException failed =
        assertThrows(
            UncheckedIOException.class,
            () ->
                store.put(
                    "one.bin",
                    out -> {
                      out.write(new byte[100_000]);
                      throw new IOException("No space left on device");
                    }));
    assertEquals(
        "could not write " + root.resolve("one.bin") + ": No space left on device",
        failed.getMessage());
    assertArrayEquals(HELLO, Files.readAllBytes(store.fetch(old)));
    assertEquals(List.of("one.bin"), files());
  }

  @Test
  void anotherContentIsRefused() throws IOException {
    ArtefactRef artefact = store.put("one.bin", out -> out.write(HELLO));
    Files.writeString(root.resolve("one.bin"), "hullo");
    ArtefactMismatchException refused =
        assertThrows(ArtefactMismatchException.class, () -> store.fetch(artefact));
    assertTrue(
        refused.getMessage().endsWith("but " + HELLO_SHA256 + " was committed"),
        refused.getMessage());
  }

  @Test
  void aMissingFileIsRefused() {
    ArtefactRef artefact = new ArtefactRef("none.bin", 5, HELLO_SHA256);
    assertEquals(
        root.resolve("none.bin") + " is missing; it was committed with SHA-256 " + HELLO_SHA256,
        assertThrows(ArtefactMismatchException.class, () -> store.fetch(artefact)).getMessage());
  }

  @Test
  void pathsThatLeadOutAreRefused() {
    for (String path : new String[] {"../x", "a/../../x", "/etc/x"}) {
      assertEquals(
          "artefact path '" + path + "' leads out of the store",
          assertThrows(
                  IllegalArgumentException.class, () -> store.put(path, out -> out.write(HELLO)))
              .getMessage());
    }
  }

  /** A folder that another process has emptied while it is walked. */
  @Test
  void temporariesThatVanishAreGone() throws IOException {
    for (String name : List.of("stage/a.bin.x-1.part", "stage/b/c.bin.x-2.part")) {
      Files.createDirectories(root.resolve(name).getParent());
      Files.write(root.resolve(name), HELLO);
    }
    store.deleteTemporaries(
        "stage",
        path -> {
          deleteBelow(root.resolve("stage"));
          return true;
        });
    assertEquals(List.of(), files());
  }

  private static void deleteBelow(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void onlyTemporariesAreCleaned() throws IOException {
    ArtefactRef kept = store.put("stage/one.bin", out -> out.write(HELLO));
    Files.write(root.resolve("stage/two.bin.crashed-1.part"), HELLO);
    store.deleteTemporaries("stage", path -> true);
    store.deleteTemporaries("nowhere", path -> true);
    assertEquals(List.of("stage/one.bin"), files());
    assertEquals(List.of("stage/one.bin"), store.list("stage"));
    assertEquals(List.of(), store.list("nowhere"));
    store.delete(kept);
    store.delete(kept);
    assertFalse(Files.exists(root.resolve("stage/one.bin")));
  }
}
