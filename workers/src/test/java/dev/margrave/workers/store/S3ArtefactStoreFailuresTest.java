package dev.margrave.workers.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.protocol.FailureKind;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.artefact.ArtefactMismatchException;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.SmallFile;
import dev.margrave.workers.job.Failures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.SdkClientException;

/** What users and jobs hear when the storage, the network or the disk fails. */
class S3ArtefactStoreFailuresTest {
  private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);
  private static final ArtefactRef ARTEFACT =
      new ArtefactRef("a/one.bin", 5, ArtefactStoreContract.HELLO_SHA256);
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final ArtefactLocation.Bucket BUCKET =
      new ArtefactLocation.Bucket("bucket", "runs");

  @TempDir Path local;

  private S3ArtefactStore open(S3Settings settings) {
    return new S3ArtefactStore(BUCKET, settings, local, "one", Clock.systemUTC());
  }

  private S3ArtefactStore open(FakeS3 storage, int attempts) {
    return open(S3TestSettings.of(storage.endpoint(), attempts, LONG, LONG));
  }

  private static String messageOfPut(S3ArtefactStore store) {
    return assertThrows(
            UncheckedIOException.class, () -> store.put("a/one.bin", out -> out.write(HELLO)))
        .getMessage();
  }

  private static String messageOfFetch(S3ArtefactStore store) {
    return assertThrows(UncheckedIOException.class, () -> store.fetch(ARTEFACT)).getMessage();
  }

  private static FakeS3.Answer content(String content, long announced) {
    return new FakeS3.Answer(200, content, announced);
  }

  @Test
  void anEndpointThatRefusesConnections() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    URI endpoint = URI.create("http://127.0.0.1:" + port);
    try (S3ArtefactStore store = open(S3TestSettings.of(endpoint, 2, LONG, LONG))) {
      String sentence = "the endpoint " + endpoint + " is not reachable (Connection refused)";
      assertEquals("could not write s3://bucket/runs/a/one.bin: " + sentence, messageOfPut(store));
      assertEquals("could not read s3://bucket/runs/a/one.bin: " + sentence, messageOfFetch(store));
      assertEquals(
          "could not delete s3://bucket/runs/a/one.bin: " + sentence,
          assertThrows(UncheckedIOException.class, () -> store.delete(ARTEFACT)).getMessage());
      assertEquals(
          "could not open s3://bucket/runs: " + sentence,
          assertThrows(UncheckedIOException.class, store::check).getMessage());
    }
  }

  /** By whichever of the two time-outs ends first. */
  @ParameterizedTest
  @CsvSource({"PT0.2S, PT60S", "PT60S, PT0.2S"})
  void anEndpointThatHangs(Duration readTimeout, Duration attemptTimeout) throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      URI endpoint = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      try (S3ArtefactStore store =
          open(S3TestSettings.of(endpoint, 2, readTimeout, attemptTimeout))) {
        String sentence = "the endpoint " + endpoint + " did not answer in time";
        assertEquals(
            "could not read s3://bucket/runs/a/one.bin: " + sentence, messageOfFetch(store));
        assertEquals(
            "could not write s3://bucket/runs/a/one.bin: " + sentence, messageOfPut(store));
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "403 | AccessDenied | access denied; the credentials need the rights to list, read, write"
            + " and delete",
        "403 | InvalidAccessKeyId | the storage does not know the access key",
        "403 | SignatureDoesNotMatch | the secret key does not belong to the access key",
        "403 | RequestTimeTooSkewed | the clocks of this machine and of the storage differ",
        "400 | ExpiredToken | the credentials have expired",
        "404 | NoSuchBucket | there is no bucket bucket",
        "301 | PermanentRedirect | the bucket is not in the region us-east-1; set"
            + " margrave.artefacts.s3.region",
        "400 | AuthorizationHeaderMalformed | the bucket is not in the region us-east-1; set"
            + " margrave.artefacts.s3.region",
        "503 | SlowDown | the storage answered with status 503 (SlowDown)"
      })
  void anAnswerThatRefuses(int status, String code, String sentence) throws IOException {
    FakeS3.Answer refusal = FakeS3.Answer.error(status, code);
    try (FakeS3 storage = new FakeS3(refusal, refusal);
        S3ArtefactStore store = open(storage, 1)) {
      assertEquals("could not write s3://bucket/runs/a/one.bin: " + sentence, messageOfPut(store));
      assertEquals("could not read s3://bucket/runs/a/one.bin: " + sentence, messageOfFetch(store));
    }
  }

  @Test
  void anOverloadedStorageIsAskedAgain() throws IOException {
    FakeS3.Answer busy = FakeS3.Answer.error(503, "ServiceUnavailable");
    try (FakeS3 storage = new FakeS3(busy, busy, FakeS3.Answer.of(200, ""));
        S3ArtefactStore store = open(storage, 3)) {
      assertEquals(ARTEFACT, store.put("a/one.bin", out -> out.write(HELLO)));
      assertEquals(3, storage.requests().size());
    }
  }

  @Test
  void anUploadIsOnePlainRequestWithItsChecksum() throws IOException {
    try (FakeS3 storage = new FakeS3(FakeS3.Answer.of(200, ""));
        S3ArtefactStore store = open(storage, 1)) {
      store.put("a/one.bin", out -> out.write(HELLO));
      FakeS3.Request request = storage.requests().get(0);
      assertEquals("PUT", request.method());
      assertEquals("/bucket/runs/a/one.bin", request.target());
      assertEquals("hello", request.body());
      assertFalse(request.headers().containsKey("Content-Encoding"));
      assertFalse(request.headers().containsKey("X-amz-trailer"));
      // printf hello | sha256sum | xxd -r -p | base64
      assertEquals(
          "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
          request.headers().getFirst("X-amz-checksum-sha256"));
      assertEquals(ARTEFACT.sha256(), request.headers().getFirst("X-amz-meta-sha256"));
      assertTrue(
          request.headers().getFirst("Authorization").contains("Credential=access/"),
          request.headers().getFirst("Authorization"));
    }
  }

  @Test
  void anAnswerThatBreaksOffIsAskedForAgain() throws IOException {
    String half = "he";
    try (FakeS3 storage = new FakeS3(content(half, 5), content(half, 5), content("hello", 5));
        S3ArtefactStore store = open(storage, 3)) {
      assertArrayEquals(HELLO, Files.readAllBytes(store.fetch(ARTEFACT)));
      assertEquals(3, storage.requests().size());
    }
  }

  @Test
  void anAnswerThatAlwaysBreaksOffIsNoDamagedArtefact() throws IOException {
    String half = "he";
    try (FakeS3 storage = new FakeS3(content(half, 5), content(half, 5));
        S3ArtefactStore store = open(storage, 2)) {
      assertEquals(
          "could not read s3://bucket/runs/a/one.bin: the answer ended after 2 of 5 bytes",
          messageOfFetch(store));
    }
  }

  @Test
  void aSmallFileThatBreaksOffIsAskedForAgain() throws IOException {
    StageId stage = StageId.parse("a/full-0");
    try (FakeS3 storage = new FakeS3(content("he", 5), content("hello", 5), content("he", 5));
        S3ArtefactStore store = open(storage, 2)) {
      assertArrayEquals(HELLO, store.readSmall(stage, SmallFile.SAMPLES).orElseThrow());
      assertEquals("/bucket/runs/a/full-0/samples.png", storage.requests().get(0).target());
    }
    try (FakeS3 storage = new FakeS3(content("he", 5));
        S3ArtefactStore store = open(storage, 1)) {
      assertEquals(
          "could not read s3://bucket/runs/a/full-0/samples.png: the answer ended after 2 of 5 bytes",
          assertThrows(UncheckedIOException.class, () -> store.readSmall(stage, SmallFile.SAMPLES))
              .getMessage());
    }
  }

  @Test
  void aSmallFileWithoutABucketIsNoMissingFile() throws IOException {
    try (FakeS3 storage = new FakeS3(FakeS3.Answer.error(404, "NoSuchBucket"));
        S3ArtefactStore store = open(storage, 1)) {
      assertEquals(
          "could not read s3://bucket/runs/a/full-0/samples.png: there is no bucket bucket",
          assertThrows(
                  UncheckedIOException.class,
                  () -> store.readSmall(StageId.parse("a/full-0"), SmallFile.SAMPLES))
              .getMessage());
    }
  }

  @Test
  void anotherLengthIsRefusedUnread() throws IOException {
    String start = "only the start";
    try (FakeS3 storage = new FakeS3(content(start, 1L << 40));
        S3ArtefactStore store = open(storage, 1)) {
      assertEquals(
          "s3://bucket/runs/a/one.bin has 1099511627776 bytes, but 5 were committed",
          assertThrows(ArtefactMismatchException.class, () -> store.fetch(ARTEFACT)).getMessage());
    }
  }

  @Test
  void aListOfSeveralAnswersIsWhole() throws IOException {
    String first =
        "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>next"
            + "</NextContinuationToken><Contents><Key>runs/a/1</Key></Contents></ListBucketResult>";
    String second =
        "<ListBucketResult><IsTruncated>false</IsTruncated>"
            + "<Contents><Key>runs/a/2</Key></Contents></ListBucketResult>";
    try (FakeS3 storage = new FakeS3(FakeS3.Answer.of(200, first), FakeS3.Answer.of(200, second));
        S3ArtefactStore store = open(storage, 1)) {
      assertEquals(List.of("a/1", "a/2"), store.list("a"));
      assertTrue(
          storage.requests().get(1).target().contains("continuation-token=next"),
          storage.requests().get(1).target());
    }
  }

  /** A device that is always full stands in for a full disk. */
  @Test
  @EnabledIf("hasFullDevice")
  void aFullDiskIsALackOfResources() throws IOException {
    try (FakeS3 storage = new FakeS3();
        S3ArtefactStore store = open(storage, 1)) {
      Path temporary = local.resolve("temporary/a/one.bin.one-1.part");
      Files.createDirectories(temporary.getParent());
      Files.createSymbolicLink(temporary, Path.of("/dev/full"));
      UncheckedIOException failed =
          assertThrows(
              UncheckedIOException.class, () -> store.put("a/one.bin", out -> out.write(HELLO)));
      assertEquals(
          "could not write s3://bucket/runs/a/one.bin: No space left on device",
          failed.getMessage());
      assertEquals(FailureKind.RESOURCE, Failures.of(failed).kind());
      assertEquals(List.of(), storage.requests());
      assertFalse(Files.exists(temporary, LinkOption.NOFOLLOW_LINKS));
    }
  }

  static boolean hasFullDevice() {
    return Files.isWritable(Path.of("/dev/full"));
  }

  @Test
  void aCacheThatCannotBeMade() throws IOException {
    Path file = Files.writeString(local.resolve("file"), "");
    S3Settings settings = S3TestSettings.of(URI.create("http://127.0.0.1:1"));
    UncheckedIOException failed =
        assertThrows(
            UncheckedIOException.class,
            () -> new S3ArtefactStore(BUCKET, settings, file, "one", Clock.systemUTC()));
    assertTrue(
        failed
            .getMessage()
            .startsWith("could not open a local cache in " + file + " of s3://bucket/runs: "),
        failed.getMessage());
  }

  @Test
  void withoutKeysTheDefaultProvidersAreAsked() throws IOException {
    System.setProperty("aws.accessKeyId", "from-properties");
    System.setProperty("aws.secretAccessKey", "secret");
    try (FakeS3 storage = new FakeS3(FakeS3.Answer.of(200, ""));
        S3ArtefactStore store = open(withoutKeys(storage.endpoint()))) {
      store.put("a/one.bin", out -> out.write(HELLO));
      String authorization = storage.requests().get(0).headers().getFirst("Authorization");
      assertTrue(authorization.contains("Credential=from-properties/"), authorization);
    } finally {
      System.clearProperty("aws.accessKeyId");
      System.clearProperty("aws.secretAccessKey");
    }
  }

  private static S3Settings withoutKeys(URI endpoint) {
    S3Settings with = S3TestSettings.of(endpoint, 1, LONG, LONG);
    return new S3Settings(
        with.endpoint(),
        with.region(),
        with.pathStyle(),
        Optional.empty(),
        with.cacheBytes(),
        with.connectTimeout(),
        with.readTimeout(),
        with.attemptTimeout(),
        with.attempts());
  }

  /**
   * What the SDK throws when no provider has any depends on the machine; its beginning does not.
   */
  @Test
  void noCredentialsAtAll() {
    S3Settings settings = S3TestSettings.of(URI.create("http://127.0.0.1:1"));
    UncheckedIOException failed =
        new S3Failures(BUCKET, settings)
            .of(
                "open",
                "",
                SdkClientException.create(
                    "Unable to load credentials from any of the providers in the chain"));
    assertEquals(
        "could not open s3://bucket/runs: no credentials were found; set"
            + " margrave.artefacts.s3.access-key and secret-key, or what the AWS SDK looks for",
        failed.getMessage());
    assertInstanceOf(SdkClientException.class, failed.getCause().getCause());
  }

  @Test
  void aReferenceWithoutAHashIsRefused() throws IOException {
    try (FakeS3 storage = new FakeS3();
        S3ArtefactStore store = open(storage, 1)) {
      assertEquals(
          "'../../x' is no SHA-256 of s3://bucket/runs/a/one.bin",
          assertThrows(
                  ArtefactMismatchException.class,
                  () -> store.fetch(new ArtefactRef("a/one.bin", 5, "../../x")))
              .getMessage());
      assertEquals(List.of(), storage.requests());
    }
  }
}
