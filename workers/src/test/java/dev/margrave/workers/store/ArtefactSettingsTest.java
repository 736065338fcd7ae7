package dev.margrave.workers.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.DirectoryArtefactStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArtefactSettingsTest {
  @TempDir Path folder;

  private static ArtefactSettings read(String text) {
    return ArtefactSettings.of(
        ConfigFactory.parseString("margrave.artefacts {" + text + "}")
            .withFallback(ConfigFactory.load()));
  }

  private static ArtefactLocation location(String text) {
    return read("location = \"" + text + "\"").location();
  }

  @Test
  void defaults() {
    assertEquals(
        new ArtefactSettings(
            new ArtefactLocation.DataDirectory(),
            new S3Settings(
                Optional.empty(),
                "us-east-1",
                false,
                Optional.empty(),
                4L << 30,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofMinutes(2),
                4)),
        read(""));
  }

  @Test
  void everyKeyIsRead() {
    assertEquals(
        new ArtefactSettings(
            new ArtefactLocation.Bucket("a-bucket", "a/prefix"),
            new S3Settings(
                Optional.of(URI.create("https://storage.example:9000")),
                "eu-north-1",
                true,
                Optional.of(new S3Credentials("the-access-key", "the-secret-key")),
                3_000_000,
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                5)),
        read(
            """
            location = "s3://a-bucket/a/prefix"
            s3 {
              endpoint = "https://storage.example:9000", region = eu-north-1, path-style = true
              access-key = the-access-key, secret-key = the-secret-key
              cache-bytes = 3 MB, connect-timeout = 1 s, read-timeout = 2 s, attempt-timeout = 3 s
              attempts = 5
            }
            """));
  }

  @Test
  void typosAndBadValuesAreRefusedTogether() {
    assertEquals(
        "margrave.artefacts.s3.regoin is not known;"
            + " margrave.artefacts.location = some/folder: nothing, an absolute path, or"
            + " s3://bucket/prefix is wanted;"
            + " margrave.artefacts.s3.endpoint = storage.example: nothing or an address is wanted,"
            + " as in https://storage.example:9000;"
            + " margrave.artefacts.s3.region is empty: a region's name is wanted;"
            + " margrave.artefacts.s3.path-style: true or false is wanted;"
            + " margrave.artefacts.s3.access-key and margrave.artefacts.s3.secret-key: both or none"
            + " is wanted;"
            + " margrave.artefacts.s3.cache-bytes: a size with its unit is wanted, as in 4 GiB;"
            + " margrave.artefacts.s3.connect-timeout = PT0S: more than 0 is wanted;"
            + " margrave.artefacts.s3.read-timeout: a time with its unit is wanted, as in 10 s;"
            + " margrave.artefacts.s3.attempts = 0: at least 1 is wanted",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    read(
                        """
                        location = some/folder
                        s3 {
                          regoin = x, endpoint = storage.example, region = "", path-style = maybe
                          secret-key = the-secret-key, cache-bytes = much, connect-timeout = 0 s
                          read-timeout = soon, attempts = 0
                        }
                        """))
            .getMessage());
  }

  @Test
  void locations() {
    assertEquals(new ArtefactLocation.Bucket("bucket", ""), location("s3://bucket"));
    assertEquals(new ArtefactLocation.Bucket("bucket", ""), location("s3://bucket/"));
    assertEquals(new ArtefactLocation.Bucket("bucket", "a"), location("s3://bucket/a/"));
    assertEquals(
        new ArtefactLocation.Directory(Path.of("/mnt/artefacts")), location("/mnt/artefacts"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://",
        "s3://B",
        "s3://x/y",
        "s3://bucket//a",
        "s3://bucket/../a",
        "s3:/bucket",
        "gs://bucket",
        "~/artefacts",
        "./artefacts"
      })
  void locationsThatAreNone(String text) {
    assertEquals(
        "margrave.artefacts.location = "
            + text
            + ": nothing, an absolute path, or s3://bucket/prefix is wanted",
        assertThrows(IllegalArgumentException.class, () -> location(text)).getMessage());
  }

  @Test
  void secretsAreNotPrinted() {
    String text = read("s3.access-key = the-access-key, s3.secret-key = the-secret-key").toString();
    assertFalse(text.contains("the-secret-key"), text);
  }

  @Test
  void directoriesAreOpenedWhereTheyAreSaidToBe() {
    ArtefactStore inDataDirectory = ArtefactStores.open(read(""), folder, "one", Clock.systemUTC());
    assertInstanceOf(DirectoryArtefactStore.class, inDataDirectory);
    ArtefactRef one = inDataDirectory.put("a/one.bin", out -> out.write(1));
    assertEquals(folder.resolve("experiments/a/one.bin"), inDataDirectory.fetch(one));
    ArtefactStore elsewhere =
        ArtefactStores.open(
            new ArtefactSettings(
                new ArtefactLocation.Directory(folder.resolve("mount")), read("").s3()),
            folder,
            "one",
            Clock.systemUTC());
    ArtefactRef two = elsewhere.put("a/two.bin", out -> out.write(2));
    assertEquals(folder.resolve("mount/a/two.bin"), elsewhere.fetch(two));
  }
}
