package dev.margrave.workers.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.protocol.artefact.ArtefactRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtefactCacheTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /** Of one artefact; two fit. */
  private static final int BYTES = 40;

  private static final long MAXIMUM_BYTES = 100;

  @TempDir Path folder;

  private ArtefactCache at(Duration sinceStart) throws IOException {
    ArtefactCache cache =
        new ArtefactCache(
            folder, "one", MAXIMUM_BYTES, Clock.fixed(START.plus(sinceStart), ZoneOffset.UTC));
    cache.open();
    return cache;
  }

  private static byte[] content(int number) {
    byte[] content = new byte[BYTES];
    content[0] = (byte) number;
    return content;
  }

  private static ArtefactRef artefact(int number) throws NoSuchAlgorithmException {
    String hash =
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content(number)));
    return new ArtefactRef("a/" + number, BYTES, hash);
  }

  private static Path keep(ArtefactCache cache, int number) throws Exception {
    Path temporary = cache.temporary("a/" + number);
    Files.write(temporary, content(number));
    return cache.keep(artefact(number), temporary);
  }

  @Test
  void theCopyNotUsedForLongestGoes() throws Exception {
    Path first = keep(at(Duration.ZERO), 1);
    Path second = keep(at(Duration.ofMinutes(1)), 2);
    assertEquals(Optional.of(first), at(Duration.ofMinutes(2)).find(artefact(1)));
    Path third = keep(at(Duration.ofMinutes(20)), 3);
    assertTrue(Files.exists(first));
    assertFalse(Files.exists(second));
    assertTrue(Files.exists(third));
    assertEquals(Optional.empty(), at(Duration.ofMinutes(21)).find(artefact(2)));
  }

  @Test
  void copiesJustHandedOutStay() throws Exception {
    for (int number = 1; number <= 5; number++) {
      keep(at(Duration.ofSeconds(number)), number);
    }
    for (int number = 1; number <= 5; number++) {
      assertTrue(at(Duration.ofSeconds(number)).find(artefact(number)).isPresent());
    }
    keep(at(Duration.ofHours(1)), 6);
    for (int number = 1; number <= 4; number++) {
      assertEquals(Optional.empty(), at(Duration.ofHours(1)).find(artefact(number)));
    }
    assertTrue(at(Duration.ofHours(1)).find(artefact(5)).isPresent());
  }

  @Test
  void aDamagedCopyIsDeleted() throws Exception {
    ArtefactCache cache = at(Duration.ZERO);
    Path copy = keep(cache, 1);
    Files.write(copy, content(2));
    assertEquals(Optional.empty(), cache.find(artefact(1)));
    assertFalse(Files.exists(copy));
    keep(cache, 1);
    Files.write(copy, new byte[3]);
    assertEquals(Optional.empty(), cache.find(artefact(1)));
  }

  @Test
  void whatADeadProcessLeftLongAgoGoesWhenItOpens() throws Exception {
    Path old = at(Duration.ZERO).temporary("a/1");
    Path fresh = at(Duration.ZERO).temporary("a/2");
    Files.write(old, content(1));
    Files.write(fresh, content(2));
    Files.setLastModifiedTime(old, FileTime.from(START));
    Files.setLastModifiedTime(fresh, FileTime.from(START.plusSeconds(2)));
    at(ArtefactCache.ABANDONED.plusSeconds(1));
    assertFalse(Files.exists(old));
    assertTrue(Files.exists(fresh));
  }
}
