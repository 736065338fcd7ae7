package dev.margrave.orchestrator.journal;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class H2JournalTest extends JournalContract {
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
  String bytes() {
    return "VARBINARY";
  }

  @Override
  String numbers(int last) {
    return "x FROM SYSTEM_RANGE(1, " + last + ")";
  }

  @Override
  Journal open() {
    return Journal.open(directory, TestJournals.file(2));
  }
}
