package dev.margrave.bench;

import dev.margrave.protocol.spec.TeacherSpec;
import dev.margrave.workers.data.DatasetRequest;
import dev.margrave.workers.data.Datasets;
import dev.margrave.workers.data.ImageDataset;
import dev.margrave.workers.data.ImageSplit;
import dev.margrave.workers.teacher.CancellationCheck;
import dev.margrave.workers.teacher.MixtureRig;
import dev.margrave.workers.teacher.PixelRows;
import dev.margrave.workers.teacher.TeacherProgress;
import dev.margrave.workers.teacher.TeacherSearch;
import dev.margrave.workers.teacher.TeacherSearchSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/**
 * The teacher search on photographs: {@code teacher-search [images=25000] [d=16] [k=16]
 * [iterations=60] [rounds=3] [searches=3]}. One full-covariance candidate, run wholly, beside
 * Commons Math's EM on the same features from the same start; and the whole search of twelve
 * candidates.
 */
final class TeacherSearchBenchmark {
  private static final int SEED = 6;
  private static final double FLOOR = 0.01;

  private TeacherSearchBenchmark() {}

  static void run(List<String> arguments) throws Exception {
    int images = Bench.number(arguments, "images", 25_000);
    String archive = System.getenv().getOrDefault("MARGRAVE_TEST_DATA", "../shared/data");
    Path directory = Files.createTempDirectory("margrave-bench");
    try {
      ImageDataset data =
          Datasets.load(
              DatasetRequest.all("cifar100")
                  .at(Path.of(archive).resolve("cifar-100-binary.tar.gz"))
                  .sized(images, images / 5),
              directory);
      compare(rows(data.train()), arguments);
      search(rows(data.train()), rows(data.evaluate()), Bench.number(arguments, "searches", 3));
    } finally {
      Folders.delete(directory);
    }
  }

  /** All twelve candidates, components and tables included. */
  static void search(PixelRows train, PixelRows evaluate, int rounds) throws Exception {
    TeacherSearchSettings settings =
        TeacherSearchSettings.of(
            new TeacherSpec(
                TeacherSpec.Mode.PER_SEED,
                List.of(),
                List.of(16, 32, 64),
                List.of(32, 64),
                List.of(TeacherSpec.Covariance.DIAGONAL, TeacherSpec.Covariance.FULL),
                List.of(1.0),
                FLOOR));
    new Comparison("a search of 12 candidates on " + train.rows() + " images", "s")
        .add(
            "margrave",
            () ->
                TeacherSearch.run(
                        train,
                        evaluate,
                        settings,
                        SEED,
                        TeacherProgress.Listener.NONE,
                        CancellationCheck.NEVER,
                        InstantSource.system())
                    .seconds())
        .run(rounds);
  }

  /** Both from one start, for as many E-steps as the product needs; says and gives back both. */
  static List<MixtureRig.Fit> compare(PixelRows pixels, List<String> arguments) throws Exception {
    int d = Bench.number(arguments, "d", 16);
    int components = Bench.number(arguments, "k", 16);
    int iterations = Bench.number(arguments, "iterations", 60);
    MixtureRig rig = new MixtureRig(pixels, d, components);
    MixtureRig.Fit ours = rig.ours(iterations);
    MixtureRig.Fit theirs = rig.commons(ours.iterations());
    Bench.say(
        "%d images, d = %d, K = %d, full, %d E-steps: mean log-likelihood %.9f, Commons Math %.9f",
        pixels.rows(),
        d,
        components,
        ours.iterations(),
        ours.meanLogLikelihood(),
        theirs.meanLogLikelihood());
    double work = (double) pixels.rows() * components * ours.iterations();
    new Comparison("Mixture EM", "images x components x iterations/s")
        .add("commons-math", () -> work / rig.commons(ours.iterations()).seconds())
        .add("margrave", () -> work / rig.ours(iterations).seconds())
        .run(Bench.number(arguments, "rounds", 3));
    return List.of(ours, theirs);
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
