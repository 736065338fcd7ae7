package dev.margrave.bench;

import dev.margrave.workers.data.DatasetRequest;
import dev.margrave.workers.data.Datasets;
import dev.margrave.workers.data.ImageSplit;
import dev.margrave.workers.teacher.MixtureRig;
import dev.margrave.workers.teacher.PixelRows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One full-covariance candidate on photographs, run wholly, beside Commons Math's EM. */
final class TeacherSearchBenchmark {
  private TeacherSearchBenchmark() {}

  static void run(List<String> arguments) throws Exception {
    int images = Bench.number(arguments, "images", 25_000);
    String archive = System.getenv().getOrDefault("MARGRAVE_TEST_DATA", "../shared/data");
    Path directory = Files.createTempDirectory("margrave-bench");
    ImageSplit split =
        Datasets.load(
                DatasetRequest.all("cifar100")
                    .at(Path.of(archive).resolve("cifar-100-binary.tar.gz"))
                    .sized(images, 1),
                directory)
            .train();
    compare(rows(split), arguments);
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
