package dev.margrave.workers.teacher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.margrave.workers.random.IndexedRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TeacherSearchTest {
  private static final TeacherSearchSettings SETTINGS =
      TeacherSearchSettingsTest.settings(
          List.of(3, 6), List.of(2, 5), List.of(1.0, 3.0), 0.02, 0.25);
  private static final ArrayRows TRAIN = ArrayRows.grouped(800, 30, 5, 1.5, 1);
  private static final ArrayRows EVALUATE = ArrayRows.grouped(150, 30, 5, 1.5, 1);

  @Test
  void theSameSeedGivesTheSameBitsAndAnotherSeedOthers() {
    TeacherSearchResult first = search(TRAIN, EVALUATE, SETTINGS, 4);
    TeacherSearchResult second = search(TRAIN, EVALUATE, SETTINGS, 4);
    TeacherSearchResult other = search(TRAIN, EVALUATE, SETTINGS, 5);
    assertArrayEquals(first.table().train(), second.table().train());
    assertArrayEquals(first.table().evaluate(), second.table().evaluate());
    assertEquals(first.table().contentSha256(), second.table().contentSha256());
    assertEquals(first.leaderboard(), second.leaderboard());
    assertNotEquals(first.table().contentSha256(), other.table().contentSha256());
  }

  @Test
  void theTableHoldsADistributionAboveTheFloorForEveryImage() {
    TeacherTable table = search(TRAIN, EVALUATE, SETTINGS, 4).table();
    assertEquals(800, table.trainRows());
    assertEquals(150, table.evaluateRows());
    assertEquals(0.02, table.floor());
    for (double[] part : List.of(table.train(), table.evaluate())) {
      for (int from = 0; from < part.length; from += table.components()) {
        double[] row = Arrays.copyOfRange(part, from, from + table.components());
        assertEquals(1, Arrays.stream(row).sum(), 1e-12);
        assertTrue(Arrays.stream(row).min().orElseThrow() >= 0.02 / table.components());
      }
    }
    // Both splits begin with the same images.
    assertArrayEquals(
        Arrays.copyOf(table.train(), 100), Arrays.copyOf(table.evaluate(), 100), 1e-9);
  }

  @Test
  void theLeaderboardHoldsEveryCandidateOnceByFallingScore() {
    TeacherLeaderboard leaderboard = search(TRAIN, EVALUATE, SETTINGS, 4).leaderboard();
    List<CandidateResult> candidates = leaderboard.candidates();
    assertEquals(16, candidates.size());
    assertEquals(16, candidates.stream().map(CandidateResult::candidate).distinct().count());
    assertEquals(600, leaderboard.fitRows());
    assertEquals(200, leaderboard.heldOutRows());
    for (int i = 0; i < 16; i++) {
      CandidateResult result = candidates.get(i);
      assertEquals(i + 1, result.rank());
      assertTrue(i == 0 || candidates.get(i - 1).score() >= result.score());
      double components = result.candidate().components();
      assertEquals(
          Math.log(components) - result.usageEntropyNats(), result.usageDeficitNats(), 1e-12);
      assertEquals(
          Math.abs(result.fitInformationNats() - result.heldOutInformationNats()),
          result.mismatchNats());
      assertEquals(result.logOddsEnergy() / 2, result.codeCostNats());
      assertEquals(
          SETTINGS
              .score()
              .score(
                  result.heldOutInformationNats(),
                  result.mismatchNats(),
                  result.usageDeficitNats(),
                  result.codeCostNats()),
          result.score());
    }
    assertEquals(candidates.get(0), leaderboard.winner());
  }

  @Test
  void temperaturesShareOneFit() {
    List<CandidateResult> candidates =
        search(TRAIN, EVALUATE, SETTINGS, 4).leaderboard().candidates();
    for (CandidateResult cool : candidates) {
      for (CandidateResult warm : candidates) {
        TeacherCandidate a = cool.candidate();
        TeacherCandidate b = warm.candidate();
        if (a.temperature() == 1
            && b.equals(new TeacherCandidate(a.dimensions(), a.components(), a.covariance(), 3))) {
          assertEquals(cool.fitMeanLogLikelihoodNats(), warm.fitMeanLogLikelihoodNats());
          assertEquals(cool.iterations(), warm.iterations());
          assertTrue(cool.fitInformationNats() > warm.fitInformationNats(), a + " and " + b);
        }
      }
    }
  }

  @Test
  void heldOutImagesHaveNoPartInAnyFit() {
    TrainingSplit split =
        TrainingSplit.of(800, 0.25, IndexedRandom.along(4, TeacherSearch.STREAM_SPLIT));
    int heldOut = IntStream.range(0, 800).filter(split::isHeldOut).findFirst().orElseThrow();
    TeacherLeaderboard before = search(TRAIN, EVALUATE, SETTINGS, 4).leaderboard();
    TeacherLeaderboard after =
        search(TRAIN.with(heldOut, 2, 500), EVALUATE, SETTINGS, 4).leaderboard();
    assertEquals(before.pca(), after.pca());
    assertEquals(600, before.pca().fitRows());
    for (CandidateResult old : before.candidates()) {
      CandidateResult same =
          after.candidates().stream()
              .filter(result -> result.candidate().equals(old.candidate()))
              .findFirst()
              .orElseThrow();
      assertEquals(old.fitMeanLogLikelihoodNats(), same.fitMeanLogLikelihoodNats());
      assertEquals(old.fitInformationNats(), same.fitInformationNats());
      assertTrue(old.heldOutMeanLogLikelihoodNats() > same.heldOutMeanLogLikelihoodNats());
    }
  }

  @Test
  void theEvaluationSplitHasNoPartInTheChoiceAndIsReadOnce() {
    ArrayRows other = ArrayRows.grouped(40, 30, 7, 9, 77);
    TeacherSearchResult first = search(TRAIN, EVALUATE, SETTINGS, 4);
    TeacherSearchResult second = search(TRAIN, other, SETTINGS, 4);
    assertEquals(first.leaderboard(), second.leaderboard());
    assertArrayEquals(first.table().train(), second.table().train());
    assertEquals(40, other.rowsRead());
  }

  @Test
  void theEvaluationSplitIsReadOnlyAfterTheLastFit() {
    ArrayRows evaluate = ArrayRows.grouped(40, 30, 7, 9, 77);
    List<Long> readDuringFits = new ArrayList<>();
    TeacherSearch.run(
        TRAIN,
        evaluate,
        SETTINGS,
        4,
        progress -> {
          if (progress.phase() == TeacherProgress.Phase.MIXTURES) {
            readDuringFits.add(evaluate.rowsRead());
          }
        },
        CancellationCheck.NEVER,
        InstantSource.system());
    assertFalse(readDuringFits.isEmpty());
    assertTrue(readDuringFits.stream().allMatch(rows -> rows == 0));
  }

  @Test
  void groupsThatAreThereAreChosenAndRecovered() {
    TeacherSearchSettings settings =
        TeacherSearchSettingsTest.settings(List.of(4), List.of(2, 5), List.of(1.0), 0.01, 0.25);
    TeacherSearchResult result = search(TRAIN, EVALUATE, settings, 8);
    assertEquals(5, result.leaderboard().winner().candidate().components());
    assertTrue(result.leaderboard().winner().heldOutInformationNats() > 1.4, "of ln 5 = 1.61");
  }

  @Test
  void progressNeverFallsAndEndsAtOne() {
    List<TeacherProgress> heard = new ArrayList<>();
    TeacherSearch.run(
        TRAIN, EVALUATE, SETTINGS, 4, heard::add, CancellationCheck.NEVER, InstantSource.system());
    for (int i = 1; i < heard.size(); i++) {
      assertTrue(heard.get(i).fraction() >= heard.get(i - 1).fraction(), heard.get(i).toString());
      assertTrue(heard.get(i).phase().compareTo(heard.get(i - 1).phase()) >= 0);
    }
    TeacherProgress last = heard.get(heard.size() - 1);
    assertEquals(TeacherProgress.Phase.DONE, last.phase());
    assertEquals(1, last.fraction());
    assertTrue(heard.get(heard.size() - 2).fraction() > 0.5);
    List<String> fits =
        heard.stream()
            .map(TeacherProgress::description)
            .filter(text -> !text.isEmpty())
            .distinct()
            .toList();
    assertEquals(8, fits.size());
    assertEquals("d=3 K=2 diagonal", fits.get(0));
    assertTrue(heard.stream().allMatch(progress -> progress.fits() == 8));
  }

  @Test
  void cancellationEndsTheSearchWhereverItIs() {
    AtomicInteger checks = new AtomicInteger();
    TeacherSearch.run(
        TRAIN,
        EVALUATE,
        SETTINGS,
        4,
        TeacherProgress.Listener.NONE,
        () -> checks.incrementAndGet() < 0,
        InstantSource.system());
    int all = checks.get();
    assertTrue(all > 50, all + " checks");
    for (int after : new int[] {1, 5, all / 2, all}) {
      AtomicInteger seen = new AtomicInteger();
      CancellationException cancelled =
          assertThrows(
              CancellationException.class,
              () ->
                  TeacherSearch.run(
                      TRAIN,
                      EVALUATE,
                      SETTINGS,
                      4,
                      TeacherProgress.Listener.NONE,
                      () -> seen.incrementAndGet() >= after,
                      InstantSource.system()));
      assertEquals("The teacher search was cancelled.", cancelled.getMessage());
      assertEquals(after, seen.get());
    }
  }

  @Test
  void theLeaderboardIsPlainJson() throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    TeacherLeaderboard leaderboard = search(TRAIN, EVALUATE, SETTINGS, 4).leaderboard();
    JsonNode json = mapper.readTree(mapper.writeValueAsBytes(leaderboard));
    assertEquals(4, json.get("seed").asInt());
    assertEquals(16, json.get("candidates").size());
    assertEquals("diagonal", json.get("settings").get("covariances").get(0).asText());
    JsonNode winner = json.get("candidates").get(0);
    assertEquals(leaderboard.winner().score(), winner.get("score").asDouble());
    assertEquals(
        leaderboard.winner().candidate().components(),
        winner.get("candidate").get("components").asInt());
    assertEquals(leaderboard, mapper.treeToValue(json, TeacherLeaderboard.class));
  }

  @Test
  void theContentHashIsOfEveryEntryAndOfTheShape() {
    double[] train = {0.5, 0.5, 0.25, 0.75};
    double[] evaluate = {0.5, 0.5};
    String hash = new TeacherTable(2, 0.1, train, evaluate).contentSha256();
    double[] changed = {0.5, 0.5, 0.25, Math.nextUp(0.75)};
    assertNotEquals(hash, new TeacherTable(2, 0.1, changed, evaluate).contentSha256());
    assertNotEquals(hash, new TeacherTable(2, 0.2, train, evaluate).contentSha256());
    assertNotEquals(hash, new TeacherTable(2, 0.1, evaluate, train).contentSha256());
    // python3 -c "import hashlib,struct as s; print(hashlib.sha256(s.pack('<iiid', 2, 2, 1, 0.1) +
    // s.pack('<6d', .5, .5, .25, .75, .5, .5)).hexdigest())"
    assertEquals("4e0794a5ad70b25086db5604ad3906fc306871599379cac4d578491dbafc347e", hash);
  }

  @Test
  void whatCannotGiveATeacherIsRefusedWithItsNumbers() {
    assertRefused(
        TRAIN,
        ArrayRows.grouped(10, 29, 2, 1, 1),
        SETTINGS,
        "The training split has 30 numbers per image and the evaluation split 29; both must be of"
            + " one data set.");
    assertRefused(
        TRAIN,
        new ArrayRows(new float[0], 30),
        SETTINGS,
        "The evaluation split has no image; a certificate needs at least one.");
    assertRefused(
        ArrayRows.grouped(4, 30, 2, 1, 1),
        EVALUATE,
        SETTINGS,
        "Of 4 training images 1 would be held out and 3 fitted to; both need at least 2. Give more"
            + " images or another heldOutFraction than 0.25.");
    assertRefused(
        ArrayRows.grouped(12, 30, 2, 1, 1),
        EVALUATE,
        TeacherSearchSettingsTest.settings(List.of(3), List.of(10), List.of(1.0), 0.01, 0.25),
        "10 components need at least as many images to be fitted to, and there are 9 (12 training"
            + " images less 3 held out); ask for fewer components or give more images.");
    assertRefused(
        ArrayRows.grouped(12, 30, 2, 1, 1),
        EVALUATE,
        TeacherSearchSettingsTest.settings(List.of(9), List.of(2), List.of(1.0), 0.01, 0.25),
        "9 principal components were asked for, but 9 images of 30 numbers have at most 8; ask for"
            + " fewer or give more images.");
    assertRefused(
        TRAIN,
        EVALUATE,
        TeacherSearchSettingsTest.settings(List.of(31), List.of(2), List.of(1.0), 0.01, 0.25),
        "31 principal components were asked for, but 600 images of 30 numbers have at most 30; ask"
            + " for fewer or give more images.");
  }

  @Test
  void imagesThatHoldNoTeacherAreRefused() {
    float[] constant = new float[800 * 30];
    Arrays.fill(constant, 0.4f);
    assertRefused(
        new ArrayRows(constant, 30),
        EVALUATE,
        SETTINGS,
        "All 600 images that a teacher would be fitted to are alike; give images that differ.");
    assertRefused(
        TRAIN.with(700, 12, Float.NaN),
        EVALUATE,
        SETTINGS,
        "The training split has NaN in row 700, column 12; a teacher needs finite pixels.");
    assertRefused(
        TRAIN,
        EVALUATE.with(3, 29, Float.POSITIVE_INFINITY),
        SETTINGS,
        "The evaluation split has Infinity in row 3, column 29; a teacher needs finite pixels.");
  }

  private static TeacherSearchResult search(
      PixelRows train, PixelRows evaluate, TeacherSearchSettings settings, long seed) {
    return TeacherSearch.run(
        train,
        evaluate,
        settings,
        seed,
        TeacherProgress.Listener.NONE,
        CancellationCheck.NEVER,
        InstantSource.fixed(java.time.Instant.EPOCH));
  }

  private static void assertRefused(
      PixelRows train, PixelRows evaluate, TeacherSearchSettings settings, String message) {
    TeacherSearchException refused =
        assertThrows(TeacherSearchException.class, () -> search(train, evaluate, settings, 4));
    assertEquals(message, refused.getMessage());
  }
}
