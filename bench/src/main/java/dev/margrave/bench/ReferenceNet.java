package dev.margrave.bench;

import dev.margrave.workers.data.DatasetRequest;
import dev.margrave.workers.data.Datasets;
import dev.margrave.workers.data.ImageSplit;
import dev.margrave.workers.vae.BatchFeed;
import dev.margrave.workers.vae.TaughtSplit;
import dev.margrave.workers.vae.engine.Batch;
import dev.margrave.workers.vae.engine.EngineState;
import dev.margrave.workers.vae.engine.Likelihood;
import dev.margrave.workers.vae.engine.NamedTensor;
import dev.margrave.workers.vae.engine.Nd4jTrainingEngine;
import dev.margrave.workers.vae.engine.NetworkSpec;
import dev.margrave.workers.vae.engine.TrainingEngine;
import dev.margrave.workers.vae.engine.WitnessStart;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The network of the published setting, 1.13 M parameters, and what it is trained on here: images
 * that are generated, and a teacher that is sure of one of 16 components.
 */
final class ReferenceNet {
  static final int BATCH = 128;
  private static final int COMPONENTS = 16;
  private static final int IMAGES = 4096;
  private static final double SURE = 0.9;
  private static final long SEED = 0;

  private ReferenceNet() {}

  static NetworkSpec spec() {
    return new NetworkSpec(
        32, 32, 3, List.of(32, 64, 128), 128, COMPONENTS, Likelihood.BERNOULLI, BATCH);
  }

  static TrainingEngine engine() {
    return engine(Nd4jTrainingEngine::create);
  }

  static TrainingEngine engine(TrainingEngine.Factory factory) {
    return factory.create(spec(), new WitnessStart.Random(), SEED);
  }

  /** The product's own batches. */
  static BatchFeed feed() {
    ImageSplit images =
        Datasets.load(
                DatasetRequest.all("shapes").sized(IMAGES, BATCH),
                Path.of(System.getProperty("java.io.tmpdir")))
            .train();
    double[] teacher = new double[IMAGES * COMPONENTS];
    for (int i = 0; i < teacher.length; i++) {
      boolean own = images.label(i / COMPONENTS) % COMPONENTS == i % COMPONENTS;
      teacher[i] = own ? SURE : (1 - SURE) / (COMPONENTS - 1);
    }
    TaughtSplit split = new TaughtSplit(images, teacher, COMPONENTS);
    return new BatchFeed(split, spec(), SEED, IMAGES / BATCH);
  }

  /**
   * Writes first weights and first batches, for trainers that are not the product's.
   *
   * @param steps batches
   */
  static void write(Path file, int steps) throws IOException {
    NetworkSpec spec = spec();
    try (TrainingEngine engine = engine();
        DataOutputStream out =
            new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
      for (int number :
          List.of(
              BATCH,
              spec.height(),
              spec.width(),
              spec.imageChannels(),
              spec.latent(),
              spec.components(),
              spec.channels().size())) {
        out.writeInt(number);
      }
      for (int channels : spec.channels()) {
        out.writeInt(channels);
      }
      Map<String, NamedTensor> weights =
          engine.snapshot().tensors().entrySet().stream()
              .filter(tensor -> tensor.getKey().startsWith(EngineState.WEIGHT))
              .collect(
                  Collectors.toMap(
                      tensor -> tensor.getKey().substring(EngineState.WEIGHT.length()),
                      Map.Entry::getValue));
      out.writeInt(weights.size());
      for (Map.Entry<String, NamedTensor> weight : weights.entrySet()) {
        out.writeUTF(weight.getKey());
        write(out, weight.getValue().shape(), weight.getValue().values());
      }
      BatchFeed feed = feed();
      out.writeInt(steps);
      for (int step = 0; step < steps; step++) {
        Batch batch = feed.at(step);
        write(
            out, List.of(BATCH, spec.height(), spec.width(), spec.imageChannels()), batch.images());
        write(out, List.of(BATCH, spec.components()), batch.teacher());
        write(out, List.of(BATCH, spec.latent()), batch.noise());
      }
    }
  }

  private static void write(DataOutputStream out, List<Integer> shape, float[] values)
      throws IOException {
    out.writeInt(shape.size());
    for (int size : shape) {
      out.writeInt(size);
    }
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    out.write(bytes.array());
  }
}
