package dev.margrave.app.page;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.artefact.DirectoryArtefactStore;
import dev.margrave.protocol.artefact.SmallFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredArtefactsTest {
  private static final byte[] PICTURE = {1, 2, 3};
  private static final StageId FULL =
      new StageId(new ExperimentId("demo", 2), StageKey.parse("full-0"));

  @TempDir Path folder;

  @Test
  void whatWorkersWroteIsFoundInTheStagesFolder() {
    DirectoryArtefactStore store = new DirectoryArtefactStore(folder, "w");
    StoredArtefacts artefacts = new StoredArtefacts(() -> store);
    assertEquals(Set.of(), artefacts.list(FULL));
    assertTrue(artefacts.read(FULL, SmallFile.SAMPLES).isEmpty());
    store.put("demo~2/full-0/samples.png", out -> out.write(PICTURE));
    store.put("demo~2/full-0/checkpoint-1.ckpt", out -> out.write(PICTURE));
    assertEquals(Set.of(SmallFile.SAMPLES), artefacts.list(FULL));
    assertArrayEquals(PICTURE, artefacts.read(FULL, SmallFile.SAMPLES).orElseThrow());
  }

  @Test
  void aStoreThatIsAwayIsAskedAgain() {
    AtomicInteger tries = new AtomicInteger();
    StoredArtefacts artefacts =
        new StoredArtefacts(
            () -> {
              if (tries.incrementAndGet() == 1) {
                throw new UncheckedIOException(new IOException("it is away"));
              }
              return new DirectoryArtefactStore(folder, "w");
            });
    assertEquals(0, tries.get());
    assertThrows(UncheckedIOException.class, () -> artefacts.list(FULL));
    assertEquals(Set.of(), artefacts.list(FULL));
    assertEquals(Set.of(), artefacts.list(FULL));
    assertEquals(2, tries.get());
  }
}
