package dev.margrave.workers.data;

import static dev.margrave.workers.data.DataFixtures.writeAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureLoaderTest {
  @TempDir Path folder;

  @Test
  void tellsHowFarItGotOnTheLoadingThread() {
    List<String> told = new ArrayList<>();
    load(
        (done, total) -> {
          assertEquals(4, total);
          told.add(Thread.currentThread().getName());
          assertTrue(done <= total);
        });
    assertEquals(Thread.currentThread().getName(), told.get(told.size() - 1));
  }

  @Test
  void whatTheListenerThrowsEndsTheLoadingAndItsThreads() throws InterruptedException {
    CancellationException stop = new CancellationException();
    assertSame(
        stop,
        assertThrows(
            CancellationException.class,
            () ->
                load(
                    (done, total) -> {
                      throw stop;
                    })));
    // Told to be over, a thread lives on for a moment.
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("picture-loader")) {
        thread.join(10_000);
        assertFalse(thread.isAlive());
      }
    }
  }

  private void load(LoadProgress progress) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 0; i < 3; i++) {
      files.put("train/a/" + i + ".png", PictureFixtures.png(8, 8, i));
    }
    files.put("val/a/0.png", PictureFixtures.png(8, 8, 9));
    writeAll(folder, files);
    Datasets.load(DatasetRequest.all("image-folder").at(folder), Path.of("unused"), progress);
  }
}
