package dev.margrave.workers.teacher;

import dev.margrave.protocol.spec.TeacherSpec.Covariance;
import dev.margrave.workers.random.IndexedRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * The unsupervised search of one teacher.
 *
 * <p>A seeded share of the training split is held out. Standardisation, principal components and
 * mixtures are fitted to the rest; a mixture sees the first d whitened components and is shared by
 * all temperatures. Every candidate is scored on the held-out share ({@link ScoreWeights}). The
 * winner's fit is the teacher, as it was scored: nothing is fitted again, so the numbers of the
 * leaderboard are those of the frozen table's mixture. The table then covers all of the training
 * split and the evaluation split, which is read only after the choice.
 *
 * <p>Same settings, seed, pixels, processor, native library and thread count: same table, bit for
 * bit.
 *
 * <p><b>Memory.</b> Projections of all images, [n, largest d] doubles, twice; the tables; blocks of
 * pixels. <b>Source.</b> arXiv 2605.05813.
 */
public final class TeacherSearch {
  static final int STREAM_SPLIT = 1;

  private static final int STREAM_SKETCH = 2;
  private static final int STREAM_START = 3;

  private final TeacherSearchSettings settings;
  private final long seed;
  private final CancellationCheck cancellation;
  private final InstantSource clock;
  private final TrainingSplit split;
  private final PixelBlocks train;
  private final SearchProgress progress;

  private TeacherSearch(
      PixelRows train,
      TeacherSearchSettings settings,
      long seed,
      TeacherProgress.Listener listener,
      CancellationCheck cancellation,
      InstantSource clock) {
    this.settings = settings;
    this.seed = seed;
    this.cancellation = cancellation;
    this.clock = clock;
    this.split =
        TrainingSplit.of(
            train.rows(), settings.heldOutFraction(), IndexedRandom.along(seed, STREAM_SPLIT));
    this.train = blocks(train, "training");
    int fits =
        settings.dimensions().size() * settings.components().size() * settings.covariances().size();
    this.progress = new SearchProgress(listener, totalCost(), fits);
  }

  /**
   * Searches on the calling thread.
   *
   * @param train images of the training split
   * @param evaluate images of the evaluation split, of as many columns
   * @param clock times the fits; has no part in the choice
   * @throws TeacherSearchException when no teacher can be had from these images and settings
   * @throws java.util.concurrent.CancellationException when cancelled
   * @throws ArithmeticException when a fit leaves the finite numbers
   */
  public static TeacherSearchResult run(
      PixelRows train,
      PixelRows evaluate,
      TeacherSearchSettings settings,
      long seed,
      TeacherProgress.Listener listener,
      CancellationCheck cancellation,
      InstantSource clock) {
    Instant begin = clock.instant();
    TeacherSearch search = new TeacherSearch(train, settings, seed, listener, cancellation, clock);
    search.refuseWhatCannotBe(evaluate);
    PrincipalComponents components = search.components();
    Points points = search.project(components, search.train);
    List<Fitted> fitted = search.fitAll(points, components.summary());
    List<CandidateResult> ranked = ranked(fitted);
    TeacherLeaderboard leaderboard =
        new TeacherLeaderboard(
            seed,
            search.split.fitRows(),
            search.split.heldOutRows(),
            settings,
            components.summary(),
            ranked);
    TeacherCandidate winner = leaderboard.winner().candidate();
    GaussianMixture mixture =
        fitted.stream()
            .filter(entry -> entry.result().candidate().equals(winner))
            .findFirst()
            .orElseThrow()
            .mixture();
    double[] trainTable = search.table(mixture, winner, points);
    Points evaluated = search.project(components, search.blocks(evaluate, "evaluation"));
    double[] evaluateTable = search.table(mixture, winner, evaluated);
    search.progress.done();
    return new TeacherSearchResult(
        new TeacherTable(winner.components(), settings.floor(), trainTable, evaluateTable),
        leaderboard,
        seconds(begin, clock.instant()));
  }

  private record Fitted(GaussianMixture mixture, CandidateResult result) {}

  private void refuseWhatCannotBe(PixelRows evaluate) {
    if (train.columns() != evaluate.columns()) {
      throw new TeacherSearchException(
          String.format(
              "The training split has %d numbers per image and the evaluation split %d; both must be"
                  + " of one data set.",
              train.columns(), evaluate.columns()));
    }
    if (evaluate.rows() < 1) {
      throw new TeacherSearchException(
          "The evaluation split has no image; a certificate needs at least one.");
    }
    int dimensions = Collections.max(settings.dimensions());
    int components = Collections.max(settings.components());
    if (split.heldOutRows() < 2 || split.fitRows() < 2) {
      throw new TeacherSearchException(
          String.format(
              "Of %d training images %d would be held out and %d fitted to; both need at least 2."
                  + " Give more images or another heldOutFraction than %s.",
              split.rows(), split.heldOutRows(), split.fitRows(), settings.heldOutFraction()));
    }
    if (split.fitRows() < components) {
      throw new TeacherSearchException(
          String.format(
              "%d components need at least as many images to be fitted to, and there are %d (%d"
                  + " training images less %d held out); ask for fewer components or give more"
                  + " images.",
              components, split.fitRows(), split.rows(), split.heldOutRows()));
    }
    int most = Math.min(train.columns(), split.fitRows() - 1);
    if (dimensions > most) {
      throw new TeacherSearchException(
          String.format(
              "%d principal components were asked for, but %d images of %d numbers have at most %d;"
                  + " ask for fewer or give more images.",
              dimensions, split.fitRows(), train.columns(), most));
    }
  }

  private PixelBlocks blocks(PixelRows pixels, String splitName) {
    return new PixelBlocks(pixels, splitName, settings.pca().blockRows(), cancellation);
  }

  private PrincipalComponents components() {
    return PrincipalComponents.fit(
        train,
        row -> !split.isHeldOut(row),
        Collections.max(settings.dimensions()),
        settings.pca(),
        IndexedRandom.along(seed, STREAM_SKETCH),
        () -> progress.pixelsRead(TeacherProgress.Phase.COMPONENTS, passCost()));
  }

  private Points project(PrincipalComponents components, PixelBlocks pixels) {
    Points points = new Points(components.project(pixels), components.summary().variances().size());
    progress.pixelsRead(
        pixels == train ? TeacherProgress.Phase.COMPONENTS : TeacherProgress.Phase.TABLES,
        passCost());
    return points;
  }

  private List<Fitted> fitAll(Points points, PcaSummary summary) {
    Points fitPoints = points.select(row -> !split.isHeldOut(row));
    Points heldOutPoints = points.select(split::isHeldOut);
    List<Fitted> fitted = new ArrayList<>();
    for (int dimensions : settings.dimensions()) {
      for (int components : settings.components()) {
        int[] labels = start(fitPoints, dimensions, components, summary);
        for (Covariance covariance : settings.covariances()) {
          fitted.addAll(
              fitOne(
                  fitPoints,
                  heldOutPoints,
                  new QuadraticFeatures(dimensions, covariance),
                  components,
                  labels));
        }
      }
    }
    return fitted;
  }

  /**
   * Clusters by distance between projections that are not whitened: large components count more.
   */
  private int[] start(Points points, int dimensions, int components, PcaSummary summary) {
    double[] scale = new double[dimensions];
    for (int j = 0; j < dimensions; j++) {
      scale[j] = Math.sqrt(summary.variances().get(j) / summary.variances().get(0));
    }
    return KMeans.labels(
        points,
        scale,
        components,
        settings.mixture().lloydIterations(),
        IndexedRandom.along(seed, STREAM_START, dimensions, components),
        cancellation);
  }

  private List<Fitted> fitOne(
      Points fitPoints,
      Points heldOutPoints,
      QuadraticFeatures features,
      int components,
      int[] labels) {
    Instant begin = clock.instant();
    progress.fitBegins(describe(features, components), fitCost(features, components));
    int maxIterations = settings.mixture().maxIterations();
    MixtureFit fit =
        MixtureFit.of(
            fitPoints,
            features,
            components,
            labels,
            settings.mixture(),
            (iteration, mean) -> progress.iteration(iteration, mean, maxIterations),
            cancellation);
    progress.fitEnds();
    double seconds = seconds(begin, clock.instant());
    CandidateScoring onFit = new CandidateScoring(settings, components);
    CandidateScoring onHeldOut = new CandidateScoring(settings, components);
    onFit.measure(fit.mixture(), fitPoints, cancellation);
    onHeldOut.measure(fit.mixture(), heldOutPoints, cancellation);
    List<Fitted> candidates = new ArrayList<>();
    for (int t = 0; t < settings.temperatures().size(); t++) {
      TeacherCandidate candidate =
          new TeacherCandidate(
              features.dimensions(),
              components,
              features.covariance(),
              settings.temperatures().get(t));
      candidates.add(
          new Fitted(
              fit.mixture(),
              CandidateScoring.result(candidate, settings, t, onFit, onHeldOut, fit, seconds)));
    }
    return candidates;
  }

  private static List<CandidateResult> ranked(List<Fitted> fitted) {
    List<CandidateResult> results = new ArrayList<>();
    for (Fitted entry : fitted) {
      results.add(entry.result());
    }
    // The sort is stable: of equal scores the first candidate wins.
    results.sort(Comparator.comparingDouble(CandidateResult::score).reversed());
    for (int i = 0; i < results.size(); i++) {
      results.set(i, results.get(i).withRank(i + 1));
    }
    return results;
  }

  private double[] table(GaussianMixture mixture, TeacherCandidate candidate, Points points) {
    int components = mixture.components();
    double[] table = new double[Math.multiplyExact(points.rows(), components)];
    TeacherRows rows = new TeacherRows(candidate.temperature(), settings.floor());
    try (Responsibilities responsibilities = new Responsibilities(mixture.features(), components)) {
      responsibilities.forEach(
          mixture,
          points,
          cancellation,
          (block, first, count) -> {
            for (int i = 0; i < count; i++) {
              rows.write(block, i * components, components, table, (first + i) * components);
            }
          });
    }
    return table;
  }

  private static String describe(QuadraticFeatures features, int components) {
    return String.format(
        "d=%d K=%d %s",
        features.dimensions(), components, features.covariance().name().toLowerCase(Locale.ROOT));
  }

  private double totalCost() {
    double cost = (settings.pca().powerIterations() + 4) * passCost();
    for (int dimensions : settings.dimensions()) {
      for (int components : settings.components()) {
        for (Covariance covariance : settings.covariances()) {
          cost += fitCost(new QuadraticFeatures(dimensions, covariance), components);
        }
      }
    }
    return cost;
  }

  private double passCost() {
    return 2.0
        * train.rows()
        * train.columns()
        * (Collections.max(settings.dimensions()) + settings.pca().oversampling());
  }

  private double fitCost(QuadraticFeatures features, int components) {
    return 2.0
        * split.fitRows()
        * features.count()
        * components
        * settings.mixture().maxIterations();
  }

  private static double seconds(Instant begin, Instant end) {
    return Duration.between(begin, end).toNanos() * 1e-9;
  }
}
