package dev.margrave.workers.teacher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.margrave.protocol.spec.TeacherSpec.Covariance;
import dev.margrave.workers.data.DatasetRequest;
import dev.margrave.workers.data.Datasets;
import dev.margrave.workers.data.ImageDataset;
import dev.margrave.workers.data.ImageSplit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeacherSearchCifarTest {
  private static final String ARCHIVE = "cifar-100-binary.tar.gz";

  @Test
  void photographsGiveATeacherThatGeneralises(@TempDir Path dataDirectory) {
    Path archive = testData().resolve(ARCHIVE);
    assumeTrue(
        Files.exists(archive), "skipped: " + archive + " is not there; set MARGRAVE_TEST_DATA");
    ImageDataset data =
        Datasets.load(DatasetRequest.all("cifar100").at(archive).sized(2000, 1000), dataDirectory);
    TeacherSearchSettings settings =
        new TeacherSearchSettings(
            List.of(16, 32),
            List.of(8, 16),
            List.of(Covariance.DIAGONAL),
            List.of(1.0, 2.0),
            0.01,
            0.2,
            ScoreWeights.DEFAULTS,
            PcaSettings.DEFAULTS,
            MixtureSettings.DEFAULTS);
    TeacherSearchResult result =
        TeacherSearch.run(
            rows(data.train()),
            rows(data.evaluate()),
            settings,
            6,
            TeacherProgress.Listener.NONE,
            CancellationCheck.NEVER,
            InstantSource.system());
    CandidateResult winner = result.leaderboard().winner();
    assertTrue(winner.heldOutInformationNats() > 0.5, winner.toString());
    double[] table = result.table().evaluate();
    TableStatistics statistics = new TableStatistics(result.table().components());
    for (int from = 0; from < table.length; from += result.table().components()) {
      statistics.add(table, from);
    }
    assertTrue(statistics.informationNats() > 0.5, "evaluation: " + statistics.informationNats());
    assertEquals(winner.heldOutInformationNats(), statistics.informationNats(), 0.2);
    // The first 32 components of photographs explain most of them.
    assertTrue(result.leaderboard().pca().explainedVarianceRatio(32) > 0.75);
  }

  private static Path testData() {
    String configured = System.getenv("MARGRAVE_TEST_DATA");
    if (configured != null) {
      return Path.of(configured);
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path candidate = at.resolve("shared/data");
      if (Files.isDirectory(candidate)) {
        return candidate;
      }
    }
    return Path.of("../shared/data");
  }

  private static PixelRows rows(ImageSplit split) {
    return new PixelRows() {
      @Override
      public int rows() {
        return split.size();
      }

      @Override
      public int columns() {
        return split.shape().values();
      }

      @Override
      public void fill(int from, int count, float[] into) {
        split.fillRange(from, count, into);
      }
    };
  }
}
