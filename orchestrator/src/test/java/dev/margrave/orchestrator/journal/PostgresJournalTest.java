package dev.margrave.orchestrator.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresJournalTest extends JournalContract {
  private static final TestPostgres SERVER = TestPostgres.shared();

  private String database;

  @BeforeEach
  void database() {
    database = SERVER.database();
  }

  @Override
  String bytes() {
    return "BYTEA";
  }

  @Override
  String numbers(int last) {
    return "generate_series(1, " + last + ")";
  }

  @Override
  Journal open() {
    return Journal.openShared(SERVER.settings(database));
  }

  private static String refusal(JournalSettings settings) {
    return assertThrows(JournalException.class, () -> Journal.openShared(settings)).getMessage();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(SERVER.url(database), "postgres", "");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void twoOrchestratorsShareIt() {
    try (RecorderSystem first = new RecorderSystem(open());
        RecorderSystem second = new RecorderSystem(open())) {
      first.add(DEMO, FULL, evaluated(1));
      assertEquals(1, second.count(FULL_ID, DEMO));
      second.add(DEMO, FULL, evaluated(2));
      // The first does not know of the second's event: its own has the same number, is refused,
      // and it reads the journal again.
      assertEquals(3, first.addPersistently(FULL_ID, DEMO, evaluated(3)));
    }
  }

  @Test
  void cutConnectionsAreMadeAnew() {
    try (RecorderSystem system = new RecorderSystem(open())) {
      int acknowledged = system.add(DEMO, FULL, evaluated(1));
      for (int round = 0; round < 5; round++) {
        SERVER.cutConnections(database);
        int now = system.addPersistently(FULL_ID, DEMO, evaluated(2));
        assertTrue(now > acknowledged, now + " after " + acknowledged);
        acknowledged = now;
      }
    }
  }

  @Test
  void aServerThatIsRestartedLosesNothing() throws IOException {
    try (TestPostgres own = TestPostgres.start()) {
      JournalSettings settings = own.settings(own.database());
      try (RecorderSystem system = new RecorderSystem(Journal.openShared(settings))) {
        assertEquals(1, system.add(DEMO, FULL, evaluated(1)));
        own.stop();
        CompletableFuture<Integer> meanwhile =
            CompletableFuture.supplyAsync(
                () -> system.addPersistently(FULL_ID, DEMO, evaluated(2)));
        own.startAgain();
        int acknowledged = meanwhile.join();
        assertTrue(acknowledged >= 2, Integer.toString(acknowledged));
        assertTrue(system.addPersistently(FULL_ID, DEMO, evaluated(3)) > acknowledged);
      }
    }
  }

  @Test
  void severalMayMakeItAtOnce() throws SQLException {
    List<CompletableFuture<Journal>> opening =
        IntStream.range(0, 4)
            .mapToObj(number -> CompletableFuture.supplyAsync(this::open))
            .toList();
    List<Journal> journals = opening.stream().map(CompletableFuture::join).toList();
    assertEquals(0, number(journals.get(0), "select count(*) from %s", "event_journal"));
    journals.forEach(Journal::close);
  }

  @Test
  void aNewerVersionIsLeftAlone() throws SQLException {
    open().close();
    execute(
        "insert into schema_history values (900, '900', 'later', 'SQL', 'V900__later.sql', 1, 'x',"
            + " current_timestamp, 1, true)");
    assertEquals(
        "the journal at "
            + SERVER.url(database)
            + " was written by a newer version of Margrave (schema 900); use that version, or"
            + " another database",
        refusal(SERVER.settings(database)));
  }

  @Test
  void otherPeoplesTablesAreLeftAlone() throws SQLException {
    execute("create table accounts (id int)");
    assertEquals(
        "the journal at "
            + SERVER.url(database)
            + " holds other tables; give Margrave a database of its own, or a schema by"
            + " ?currentSchema=…",
        refusal(SERVER.settings(database)));
  }

  @Test
  void aDatabaseThatDoesNotExistIsNamed() {
    assertEquals(
        "the journal at "
            + SERVER.url("nowhere")
            + " does not exist (FATAL: database \"nowhere\" does not exist); create the database,"
            + " or mend margrave.orchestrator.journal.url",
        refusal(SERVER.settings("nowhere")));
  }

  @Test
  void aWrongPasswordIsSaid() throws IOException {
    SERVER.addUser("guarded", "right");
    SERVER.execute("GRANT ALL ON DATABASE " + database + " TO guarded");
    String url = SERVER.url(database) + "?password=hidden";
    assertEquals(
        "the journal at "
            + SERVER.url(database)
            + " refuses the user or the password (FATAL: password authentication failed for user"
            + " \"guarded\"); mend margrave.orchestrator.journal.user and password",
        refusal(TestJournals.server(url, "guarded", "wrong")));
    assertEquals(
        "the journal at "
            + SERVER.url(database)
            + " cannot be made (ERROR: permission denied for schema public); let the user create"
            + " tables in it",
        refusal(TestJournals.server(SERVER.url(database), "guarded", "right")));
  }

  @Test
  void aServerThatIsNotThereIsSaid() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    String message =
        refusal(TestJournals.server("jdbc:postgresql://localhost:" + port + "/m", "m", ""));
    assertTrue(
        message.startsWith(
            "the journal at jdbc:postgresql://localhost:" + port + "/m cannot be reached ("),
        message);
    assertTrue(
        message.endsWith("); start the server, or mend margrave.orchestrator.journal.url"),
        message);
  }

  @Test
  void aClusterNeedsAServer() {
    assertEquals(
        "orchestrators of a cluster share one journal; set margrave.orchestrator.journal.url ="
            + " \"jdbc:postgresql://host/database\"",
        refusal(TestJournals.file(1)));
  }
}
