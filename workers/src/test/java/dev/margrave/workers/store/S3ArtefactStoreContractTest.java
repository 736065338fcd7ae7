package dev.margrave.workers.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.ArtefactStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

@ExtendWith(S3MockServer.Extension.class)
class S3ArtefactStoreContractTest extends ArtefactStoreContract {
  private final S3Settings settings;

  /** Each test has the bucket for itself. */
  private final ArtefactLocation.Bucket bucket =
      new ArtefactLocation.Bucket(S3MockServer.BUCKET, "runs/" + UUID.randomUUID());

  private final List<S3ArtefactStore> opened = new ArrayList<>();

  S3ArtefactStoreContractTest(S3MockServer server) {
    this.settings = S3TestSettings.of(server.endpoint());
  }

  @Override
  ArtefactStore open(String writer) {
    return open(bucket, writer);
  }

  private S3ArtefactStore open(ArtefactLocation.Bucket where, String writer) {
    S3ArtefactStore store = new S3ArtefactStore(where, settings, local, writer, Clock.systemUTC());
    opened.add(store);
    return store;
  }

  @AfterEach
  void close() {
    opened.forEach(S3ArtefactStore::close);
  }

  @Override
  void damage(String path, byte[] content) {
    try (S3Client client = S3Clients.create(settings)) {
      client.putObject(
          request -> request.bucket(bucket.name()).key(bucket.prefix() + "/" + path),
          RequestBody.fromBytes(content));
    }
  }

  @Override
  Path temporary(String path) {
    return local.resolve("temporary").resolve(path + ".crashed-1.part");
  }

  @Override
  String address(String path) {
    return bucket.text() + "/" + path;
  }

  @Test
  void aDamagedLocalCopyIsFetchedAnew() throws IOException {
    ArtefactStore store = open("one");
    ArtefactRef artefact = store.put("a/one.bin", out -> out.write(HELLO));
    Path copy = store.fetch(artefact);
    Files.writeString(copy, "hullo");
    assertArrayEquals(HELLO, Files.readAllBytes(store.fetch(artefact)));
  }

  @Test
  void whatAnotherProgramCopiedThereCounts() throws IOException {
    ArtefactStore store = open("one");
    damage("a/one.bin", HELLO);
    ArtefactRef artefact = new ArtefactRef("a/one.bin", 5, HELLO_SHA256);
    assertArrayEquals(HELLO, Files.readAllBytes(store.fetch(artefact)));
    assertArrayEquals(HELLO, Files.readAllBytes(store.fetch(artefact)));
  }

  @Test
  void aBucketThatIsNotThereIsNoMissingArtefact() {
    S3ArtefactStore store = open(new ArtefactLocation.Bucket("nowhere", ""), "one");
    ArtefactRef artefact = new ArtefactRef("a/one.bin", 5, HELLO_SHA256);
    assertEquals(
        "could not read s3://nowhere/a/one.bin: there is no bucket nowhere",
        assertThrows(UncheckedIOException.class, () -> store.fetch(artefact)).getMessage());
    assertEquals(
        "could not write s3://nowhere/a/one.bin: there is no bucket nowhere",
        assertThrows(
                UncheckedIOException.class, () -> store.put("a/one.bin", out -> out.write(HELLO)))
            .getMessage());
    assertEquals(
        "could not list s3://nowhere/a/: there is no bucket nowhere",
        assertThrows(UncheckedIOException.class, () -> store.list("a")).getMessage());
    assertEquals(
        "could not open s3://nowhere: there is no bucket nowhere",
        assertThrows(UncheckedIOException.class, store::check).getMessage());
  }

  @Test
  void theConfigurationOpensIt() throws IOException {
    Path dataDirectory = local.resolve("data");
    ArtefactStore store =
        ArtefactStores.open(
            new ArtefactSettings(bucket, settings), dataDirectory, "one", Clock.systemUTC());
    ArtefactRef artefact = store.put("a/one.bin", out -> out.write(HELLO));
    assertEquals(
        dataDirectory.resolve("artefact-cache").resolve("copies").resolve(HELLO_SHA256),
        store.fetch(artefact));
    ((S3ArtefactStore) store).close();
  }
}
