package dev.margrave.workers.data;

import static dev.margrave.workers.data.DataFixtures.cifar10;
import static dev.margrave.workers.data.DataFixtures.cifar100;
import static dev.margrave.workers.data.DataFixtures.gzip;
import static dev.margrave.workers.data.DataFixtures.load;
import static dev.margrave.workers.data.DataFixtures.mnist;
import static dev.margrave.workers.data.DataFixtures.tar;
import static dev.margrave.workers.data.DataFixtures.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to a file, the answer is a data set or a refusal that names the file. */
class CorruptionTest {
  private static final int TRIALS = 250;

  /** Another seed: {@code -Dmargrave.test.seed=N}. */
  private static final long SEED = Long.getLong("margrave.test.seed", 20_261_122L);

  @TempDir Path temporary;

  @Test
  void archivesOfCifar100() {
    byte[] tar = tar(cifar100Files());
    fuzz("cifar100", "x.tar", tar, false);
    fuzz("cifar100", "x.tar.gz", gzip(tar), true);
  }

  @Test
  void archiveOfCifar10() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int batch = 1; batch <= 5; batch++) {
      files.put("data_batch_" + batch + ".bin", cifar10(batch));
    }
    files.put("test_batch.bin", cifar10(9));
    fuzz("cifar10", "x.tgz", gzip(tar(files)), true);
  }

  @Test
  void filesOfMnist() {
    Map<String, byte[]> files = new TreeMap<>(mnist());
    Random random = random();
    for (int trial = 0; trial < TRIALS; trial++) {
      Path directory = temporary.resolve("m" + trial);
      DataFixtures.writeAll(directory, files);
      String victim = files.keySet().toArray(new String[0])[random.nextInt(4)];
      byte[] damaged = damage(files.get(victim), random);
      // Sometimes the victim is compressed after the damage, so that no size is known before.
      boolean compress = random.nextBoolean();
      if (compress) {
        assertTrue(directory.resolve(victim).toFile().delete());
        write(directory.resolve(victim + ".gz"), gzip(damaged));
      } else {
        write(directory.resolve(victim), damaged);
      }
      attempt("mnist", directory, victim, "trial " + trial);
    }
  }

  @Test
  void aTruncatedFileIsNeverRead() {
    byte[] whole = gzip(tar(cifar100Files()));
    Random random = random();
    for (int trial = 0; trial < TRIALS; trial++) {
      int length = random.nextInt(whole.length);
      Path file = write(temporary.resolve("x.tar.gz"), Arrays.copyOf(whole, length));
      assertEquals(
          Optional.empty(),
          attempt("cifar100", file, "x.tar.gz", "length " + length),
          () -> "seed " + SEED + ": " + length + " of " + whole.length + " bytes were accepted");
    }
  }

  private void fuzz(String dataset, String name, byte[] whole, boolean checksummed) {
    String hash = load(dataset, write(temporary.resolve(name), whole)).contentHash();
    Random random = random();
    int refused = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      Path file = write(temporary.resolve(name), damage(whole, random));
      Optional<String> read = attempt(dataset, file, name, "trial " + trial);
      refused += read.isEmpty() ? 1 : 0;
      String where = "seed " + SEED + ", trial " + trial;
      // With a checksum, only what is not content can change unnoticed: gzip's header, its end.
      read.filter(found -> checksummed)
          .ifPresent(found -> assertEquals(hash, found, () -> where + ": other content"));
    }
    int count = refused;
    assertTrue(refused >= TRIALS / 5, () -> "seed " + SEED + ": only " + count + " were refused");
  }

  /**
   * The hash of what was read, empty if refused; anything but a data set or a refusal with the
   * file's name fails.
   */
  private static Optional<String> attempt(String dataset, Path path, String victim, String trial) {
    try {
      return Optional.of(load(dataset, path).contentHash());
    } catch (DataException e) {
      assertTrue(e.getMessage().contains(victim), () -> "seed " + SEED + ", " + trial + ": " + e);
      return Optional.empty();
    } catch (RuntimeException | OutOfMemoryError e) {
      return fail("seed " + SEED + ", " + trial, e);
    }
  }

  private static Map<String, byte[]> cifar100Files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("cifar-100-binary/train.bin", cifar100(1, 2, 3));
    files.put("cifar-100-binary/test.bin", cifar100(4));
    return files;
  }

  /** Cut, or a few bytes changed, mostly near the beginning where headers are, or bytes added. */
  private static byte[] damage(byte[] whole, Random random) {
    int kind = random.nextInt(4);
    if (kind == 0) {
      return Arrays.copyOf(whole, random.nextInt(whole.length));
    }
    if (kind == 1) {
      byte[] longer = Arrays.copyOf(whole, whole.length + 1 + random.nextInt(2000));
      for (int i = whole.length; i < longer.length; i++) {
        longer[i] = (byte) random.nextInt(256);
      }
      return longer;
    }
    byte[] damaged = whole.clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      int reach = kind == 2 ? Math.min(600, damaged.length) : damaged.length;
      damaged[random.nextInt(reach)] = (byte) random.nextInt(256);
    }
    return damaged;
  }

  private static Random random() {
    return new Random(SEED);
  }
}
