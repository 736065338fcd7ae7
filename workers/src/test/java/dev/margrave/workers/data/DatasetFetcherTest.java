package dev.margrave.workers.data;

import static dev.margrave.workers.data.DataFixtures.refusal;
import static dev.margrave.workers.data.DataFixtures.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetFetcherTest {
  private static final String NAME = "data.bin";

  @TempDir Path temporary;

  private final byte[] content = new byte[300_000];
  private FetchServer server;
  private Path directory;
  private String sha256;
  private String md5;
  private final DatasetFetcher fetcher =
      new DatasetFetcher(Duration.ofSeconds(5), Duration.ofSeconds(20));

  @BeforeEach
  void start() throws IOException {
    new Random(1).nextBytes(content);
    server = new FetchServer(content);
    directory = temporary.resolve("datasets").resolve("test");
    Digests digests = Digests.of(write(temporary.resolve("original"), content));
    sha256 = digests.sha256();
    md5 = digests.md5();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void fetchesChecksRecordsAndReportsProgress() throws Exception {
    List<Long> progress = new ArrayList<>();
    List<FetchedFile> files =
        fetcher.fetch(
            published(),
            directory,
            (name, bytes, total) -> {
              assertEquals(NAME, name);
              assertEquals(OptionalLong.of(content.length), total);
              progress.add(bytes);
            });
    Path file = directory.resolve(NAME);
    assertEquals(
        List.of(new FetchedFile(file, content.length, sha256, FetchedFile.Verified.SHA256, false)),
        files);
    assertArrayEquals(content, Files.readAllBytes(file));
    assertEquals(
        sha256 + "  " + NAME + "\n", Files.readString(directory.resolve(NAME + ".sha256")));
    assertEquals(List.of(NAME, NAME + ".sha256"), left());
    assertEquals(0L, progress.get(0));
    assertEquals(content.length, progress.get(progress.size() - 1));
    assertEquals(progress.stream().sorted().toList(), progress);
  }

  @Test
  void keepsAFileThatIsThereAndRight() throws Exception {
    write(directory.resolve(NAME), content);
    FetchedFile file = fetch(published());
    assertTrue(file.alreadyThere());
    assertEquals(List.of(), server.ranges);
  }

  @Test
  void refusesToReplaceAnotherFile() throws Exception {
    Path file = write(directory.resolve(NAME), new byte[] {1});
    String other = Digests.of(file).sha256();
    assertEquals(
        file
            + ": is there, but is not the published file: SHA-256 "
            + other
            + ", published "
            + sha256
            + ". Move it away to fetch the published one",
        refusal(() -> fetch(published())));
    assertEquals(1, Files.size(file));
  }

  @Test
  void goesOnAfterBrokenConnectionsWithinOneFetch() throws Exception {
    server.cutAfter = 100_000;
    server.cuts.set(2);
    assertArrayEquals(content, Files.readAllBytes(fetch(published()).path()));
    assertEquals(3, server.ranges.size());
    assertEquals("-", server.ranges.get(0));
    assertTrue(server.ranges.get(1).matches("bytes=[1-9][0-9]*-"), server.ranges.toString());
  }

  @Test
  void goesOnWhereAnEarlierFetchEnded() throws Exception {
    write(part(), Arrays.copyOf(content, 123_456));
    Files.writeString(directory.resolve(NAME + ".part.tag"), server.etag);
    List<Long> progress = new ArrayList<>();
    fetcher.fetch(published(), directory, (name, bytes, total) -> progress.add(bytes));
    assertEquals(List.of("bytes=123456-"), server.ranges);
    assertEquals(123_456L, progress.get(0));
    assertArrayEquals(content, Files.readAllBytes(directory.resolve(NAME)));
    assertEquals(List.of(NAME, NAME + ".sha256"), left());
  }

  @Test
  void beginsAnewWhenTheServersFileHasChanged() throws Exception {
    write(part(), new byte[1000]);
    Files.writeString(directory.resolve(NAME + ".part.tag"), "\"another\"");
    assertArrayEquals(content, Files.readAllBytes(fetch(published()).path()));
    assertEquals(List.of("bytes=1000-"), server.ranges);
  }

  @Test
  void keepsNothingWhenAServerContinuesAnotherFile() throws Exception {
    server.honoursCondition = false;
    write(part(), new byte[1000]);
    Files.writeString(directory.resolve(NAME + ".part.tag"), "\"another\"");
    assertEquals(
        server.uri("/file")
            + ": the server has another file than the one begun; nothing was kept, fetch again",
        refusal(() -> fetch(unpublished())));
    assertEquals(List.of(), left());
  }

  @Test
  void keepsNothingOfAPartThatIsLongerThanTheFile() throws Exception {
    write(part(), new byte[400_000]);
    CatalogueEntry entry =
        entry(server.uri("/file"), OptionalLong.empty(), Optional.of(sha256), Optional.empty());
    assertEquals(
        server.uri("/file")
            + ": the server has not got what earlier fetches began; nothing was kept, try again",
        refusal(() -> fetch(entry)));
    assertEquals(List.of(), left());
  }

  @Test
  void beginsAnewWhenTheServerIgnoresRanges() throws Exception {
    server.honoursRange = false;
    server.etag = null;
    write(part(), new byte[1000]);
    assertArrayEquals(content, Files.readAllBytes(fetch(published()).path()));
    assertEquals(List.of("bytes=1000-"), server.ranges);
  }

  @Test
  void beginsAnewWhereNothingWouldTellAWrongBeginning() throws Exception {
    write(part(), new byte[1000]);
    FetchedFile file = fetch(unpublished());
    assertEquals(List.of("-"), server.ranges);
    assertEquals(FetchedFile.Verified.RECORDED, file.verified());
    assertEquals(sha256, file.sha256());
  }

  @Test
  void needsNoRequestForAPartThatIsWhole() throws Exception {
    write(part(), content);
    assertArrayEquals(content, Files.readAllBytes(fetch(published()).path()));
    assertEquals(List.of(), server.ranges);
  }

  @Test
  void understandsThatNothingIsLeftToSend() throws Exception {
    write(part(), content);
    FetchedFile file =
        fetch(entry(server.uri("/file"), OptionalLong.empty(), Optional.empty(), Optional.of(md5)));
    assertEquals(List.of("bytes=300000-"), server.ranges);
    assertEquals(FetchedFile.Verified.MD5, file.verified());
  }

  @Test
  void followsARedirect() throws Exception {
    CatalogueEntry moved =
        entry(server.uri("/moved"), OptionalLong.empty(), Optional.of(sha256), Optional.empty());
    assertArrayEquals(content, Files.readAllBytes(fetch(moved).path()));
  }

  @Test
  void keepsNothingOfAWrongContentAndNamesBothDigests() throws Exception {
    String wrong = "0".repeat(64);
    CatalogueEntry entry =
        entry(server.uri("/file"), OptionalLong.empty(), Optional.of(wrong), Optional.empty());
    assertEquals(
        server.uri("/file")
            + ": what arrived is not what was published: SHA-256 "
            + sha256
            + ", published "
            + wrong
            + ". Nothing was kept; try again, and if it stays so see http://home.example/",
        refusal(() -> fetch(entry)));
    assertEquals(List.of(), left());
    String wrongMd5 = "1".repeat(32);
    CatalogueEntry second =
        entry(server.uri("/file"), OptionalLong.empty(), Optional.empty(), Optional.of(wrongMd5));
    assertTrue(refusal(() -> fetch(second)).contains("MD5 " + md5 + ", published " + wrongMd5));
    assertEquals(List.of(), left());
  }

  @Test
  void refusesAContentThatIsNotTheOneRecordedEarlier() throws Exception {
    fetch(unpublished());
    Path file = write(directory.resolve(NAME), new byte[] {1, 2});
    String message = refusal(() -> fetch(unpublished()));
    assertTrue(
        message.startsWith(
            file
                + ": is there, but is not the published file: SHA-256 "
                + Digests.of(file).sha256()
                + ", recorded in "
                + file
                + ".sha256 "
                + sha256),
        message);
  }

  @Test
  void refusesAnotherSizeBeforeTransferringIt() {
    CatalogueEntry entry =
        entry(server.uri("/file"), OptionalLong.of(7), Optional.of(sha256), Optional.empty());
    assertEquals(
        server.uri("/file")
            + ": the server offers 300000 bytes, but 7 were published; see http://home.example/",
        refusal(() -> fetch(entry)));
    assertEquals(List.of(), left());
  }

  @Test
  void saysThatTheFileIsGone() {
    server.status = 404;
    assertEquals(
        server.uri("/file")
            + ": the server has no such file (HTTP 404); it may have moved, see"
            + " http://home.example/",
        refusal(() -> fetch(published())));
    assertEquals(List.of(), left());
  }

  @Test
  void saysThatTheServerIsBusyAndKeepsThePart() {
    server.status = 503;
    write(part(), new byte[1000]);
    assertEquals(
        server.uri("/file") + ": the server answered HTTP 503; try again later",
        refusal(() -> fetch(published())));
    assertEquals(List.of(NAME + ".part"), left());
  }

  @Test
  void saysThatNoOneAnswers() throws IOException {
    URI closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = URI.create("http://localhost:" + socket.getLocalPort() + "/file");
    }
    CatalogueEntry entry =
        entry(closed, OptionalLong.empty(), Optional.of(sha256), Optional.empty());
    String message = refusal(() -> fetch(entry));
    assertTrue(message.startsWith(closed + ": cannot reach localhost ("), message);
    assertEquals(List.of(), left());
  }

  @Test
  void saysThatTheHostIsUnknown() {
    URI unknown = URI.create("http://host.invalid/file");
    CatalogueEntry entry =
        entry(unknown, OptionalLong.empty(), Optional.of(sha256), Optional.empty());
    assertEquals(
        unknown + ": cannot reach host.invalid (unknown host or no network)",
        refusal(() -> fetch(entry)));
  }

  @Test
  void doesNotWaitForEverAndKeepsWhatCame() {
    server.cutAfter = 1000;
    server.cuts.set(1);
    server.silent = true;
    DatasetFetcher impatient = new DatasetFetcher(Duration.ofSeconds(5), Duration.ofSeconds(3));
    assertEquals(
        server.uri("/file")
            + ": the server went silent (no data for 3000 ms); 1000 bytes are kept, fetch again to"
            + " go on from there",
        refusal(() -> impatient.fetch(published(), directory, FetchProgress.SILENT)));
    assertEquals(List.of(NAME + ".part", NAME + ".part.tag"), left());
  }

  @Test
  void givesUpWhenNothingMoreComes() {
    server.cutAfter = 0;
    server.cuts.set(100);
    String message = refusal(() -> fetch(published()));
    assertTrue(message.startsWith(server.uri("/file") + ": the connection broke ("), message);
    assertEquals(1, server.ranges.size());
  }

  @Test
  void refusesASecondFetchOfTheSameFileAtATime() throws IOException {
    write(part(), new byte[1]);
    try (FileChannel other = FileChannel.open(part(), StandardOpenOption.WRITE)) {
      other.lock();
      assertEquals(
          part() + ": another fetch is writing this file; wait for it to end",
          refusal(() -> fetch(published())));
    }
  }

  @Test
  void stopsWhenInterruptedAndKeepsWhatCame() {
    server.cutAfter = 1000;
    server.cuts.set(1);
    server.silent = true;
    Thread self = Thread.currentThread();
    assertThrows(
        InterruptedException.class,
        () ->
            fetcher.fetch(
                published(),
                directory,
                (name, bytes, total) -> {
                  if (bytes == 1000) {
                    self.interrupt();
                  }
                }));
    assertTrue(left().contains(NAME + ".part"), left().toString());
  }

  @Test
  void fetchesNothingForWhatIsBuiltIn() throws Exception {
    assertEquals(
        List.of(),
        fetcher.fetch(DatasetCatalogue.entry("shapes"), directory, FetchProgress.SILENT));
    assertFalse(Files.exists(directory));
  }

  private FetchedFile fetch(CatalogueEntry entry) throws InterruptedException {
    return fetcher.fetch(entry, directory, FetchProgress.SILENT).get(0);
  }

  private Path part() {
    return directory.resolve(NAME + ".part");
  }

  private List<String> left() {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private CatalogueEntry published() {
    return entry(
        server.uri("/file"),
        OptionalLong.of(content.length),
        Optional.of(sha256),
        Optional.of(md5));
  }

  private CatalogueEntry unpublished() {
    return entry(server.uri("/file"), OptionalLong.empty(), Optional.empty(), Optional.empty());
  }

  private static CatalogueEntry entry(
      URI uri, OptionalLong bytes, Optional<String> sha256, Optional<String> md5) {
    return new CatalogueEntry(
        "test",
        "Test",
        "1x1x1",
        2,
        "http://home.example/",
        "Nobody.",
        List.of(new RemoteFile(NAME, uri, bytes, sha256, md5)));
  }
}
