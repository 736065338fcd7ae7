package dev.margrave.orchestrator.read;

import dev.margrave.orchestrator.journal.DataDirectory;
import dev.margrave.orchestrator.journal.Journal;
import dev.margrave.orchestrator.journal.TestJournals;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class H2ReadTest extends ReadContract {
  @TempDir Path path;
  private DataDirectory directory;

  @BeforeEach
  void hold() {
    directory = DataDirectory.open(path);
  }

  @AfterEach
  void giveUp() {
    directory.close();
  }

  @Override
  Journal open() {
    return Journal.open(directory, TestJournals.file(3));
  }
}
