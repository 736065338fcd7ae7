package dev.margrave.orchestrator.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  private static final JournalSettings SETTINGS = TestJournals.file(2);

  @TempDir Path directory;

  @Test
  void isHeldByOneAtATime() {
    DataDirectory first = DataDirectory.open(directory);
    assertEquals(
        "data directory "
            + directory
            + " is in use by process "
            + ProcessHandle.current().pid()
            + "; wait until it ends, stop it, or choose another directory with --data-dir",
        assertThrows(JournalException.class, () -> DataDirectory.open(directory)).getMessage());
    first.close();
    DataDirectory.open(directory).close();
  }

  @Test
  void saysThatItCannotBeWritten() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    String message =
        assertThrows(JournalException.class, () -> DataDirectory.open(file.resolve("data")))
            .getMessage();
    assertTrue(message.startsWith("data directory " + file.resolve("data") + " cannot be written"));
    assertTrue(message.endsWith("; make it writable or choose another with --data-dir"), message);
  }

  @Test
  void aJournalIsMadeOnceAndKept() throws SQLException {
    try (DataDirectory data = DataDirectory.open(directory)) {
      Journal.open(data, SETTINGS).close();
      Journal.open(data, SETTINGS).close();
    }
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("select count(*) from \"event_journal\"")) {
      assertTrue(result.next());
    }
  }

  @Test
  void halfAJournalOfAKilledProcessIsMadeAnew() throws IOException {
    try (DataDirectory data = DataDirectory.open(directory)) {
      Files.createDirectories(directory.resolve("journal"));
      Files.write(directory.resolve("journal/margrave-new.mv.db"), new byte[100]);
      Journal.open(data, SETTINGS).close();
    }
    assertTrue(Files.exists(directory.resolve("journal/margrave.mv.db")));
    assertTrue(Files.notExists(directory.resolve("journal/margrave-new.mv.db")));
  }

  @Test
  void aJournalOfANewerVersionIsRefused() throws SQLException {
    try (DataDirectory data = DataDirectory.open(directory)) {
      Journal.open(data, SETTINGS).close();
      try (Connection connection = connect();
          Statement statement = connection.createStatement()) {
        statement.execute(
            "insert into \"schema_history\" values (900, '900', 'later', 'SQL', 'V900__later.sql', 1,"
                + " 'x', current_timestamp, 1, true)");
      }
      assertEquals(
          "the journal in "
              + directory.resolve("journal")
              + " was written by a newer version of Margrave (schema 900); use that version, or"
              + " another --data-dir",
          assertThrows(JournalException.class, () -> Journal.open(data, SETTINGS)).getMessage());
    }
  }

  @Test
  void aFileThatIsNoJournalIsRefused() throws IOException {
    try (DataDirectory data = DataDirectory.open(directory)) {
      Files.createDirectories(directory.resolve("journal"));
      Files.write(directory.resolve("journal/margrave.mv.db"), new byte[20_000]);
      String message =
          assertThrows(JournalException.class, () -> Journal.open(data, SETTINGS)).getMessage();
      assertTrue(
          message.startsWith(
              "the journal in " + directory.resolve("journal") + " cannot be opened"),
          message);
    }
  }

  @Test
  void aFullDiskIsSaidInOneSentence() {
    Throwable failure =
        new IllegalStateException("outer", new IOException("No space left on device"));
    assertEquals(
        "the journal in j cannot be written: the disk is full; free some space and run the same"
            + " command again: it goes on where it stopped",
        JournalProblems.using(Path.of("j"), failure));
    assertEquals(
        "the journal in j cannot be used any more (broken); mend that and run the same command"
            + " again: it goes on where it stopped",
        JournalProblems.using(Path.of("j"), new IllegalStateException("broken")));
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection("jdbc:h2:file:" + directory.resolve("journal/margrave"));
  }
}
