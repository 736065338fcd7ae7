package dev.margrave.app.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogFileTest {
  @TempDir Path folder;

  @Test
  void aFullFileIsPutAsideAndTwoAreKept() throws IOException {
    Path data = folder.resolve("100 % (odd) 'name'");
    Path file = LogFile.open(data, 2000);
    Logger log = LoggerFactory.getLogger(LogFileTest.class);
    // Logback looks at the size only now and then.
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (names(file).size() < 3 && System.nanoTime() < deadline) {
      log.info("a line of this log, again and again");
    }
    assertEquals(List.of("margrave.log", "margrave.log.1", "margrave.log.2"), names(file));
    assertTrue(Files.readString(file).contains("INFO  d.m.a.r.LogFileTest"), "no logger name");
    LogFile.open(folder.resolve("another"));
  }

  private static List<String> names(Path file) throws IOException {
    if (!Files.isDirectory(file.getParent())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(file.getParent())) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
