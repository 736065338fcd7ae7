package dev.margrave.workers.vae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.protocol.Arm;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.DirectoryArtefactStore;
import dev.margrave.protocol.artefact.SmallFile;
import dev.margrave.protocol.result.StageResult.ArmTrained;
import dev.margrave.protocol.spec.VaeSpec.WitnessInit;
import dev.margrave.workers.data.DatasetRequest;
import dev.margrave.workers.data.Datasets;
import dev.margrave.workers.data.ImageSplit;
import dev.margrave.workers.stage.StopRequest;
import dev.margrave.workers.vae.ArmRig.Told;
import dev.margrave.workers.vae.engine.Batch;
import dev.margrave.workers.vae.engine.CounterRandom;
import dev.margrave.workers.vae.engine.CounterRandom.Stream;
import dev.margrave.workers.vae.engine.EngineState;
import dev.margrave.workers.vae.engine.Likelihood;
import dev.margrave.workers.vae.engine.Nd4jTrainingEngine;
import dev.margrave.workers.vae.engine.NetworkSpec;
import dev.margrave.workers.vae.engine.TrainingEngine;
import dev.margrave.workers.vae.engine.WitnessStart;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** samples.png of real networks. */
class SampleWriterTest {
  private static final NetworkSpec NETWORK =
      new NetworkSpec(32, 32, 3, List.of(4, 4), 6, 3, Likelihood.BERNOULLI, 16);
  private static final StageId STAGE = StageId.parse("tiny/full-3");
  private static final long SECOND = 1_000_000_000L;

  @TempDir Path folder;

  private final ImageSplit images =
      Datasets.load(DatasetRequest.all("shapes").sized(16, 16), Path.of("none")).evaluate();

  /** Keeps what is written, or refuses it. */
  private static final class Pictures implements ArtefactStore {
    final List<byte[]> written = new ArrayList<>();
    final ArtefactStore rest;
    final boolean refuses;

    Pictures(ArtefactStore rest, boolean refuses) {
      this.rest = rest;
      this.refuses = refuses;
    }

    @Override
    public void putSmall(StageId stage, SmallFile file, byte[] content) {
      assertEquals(SmallFile.SAMPLES, file);
      written.add(content);
      if (refuses) {
        throw new UncheckedIOException(new IOException("No space left on device"));
      }
      rest.putSmall(stage, file, content);
    }

    @Override
    public ArtefactRef put(String path, Content content) {
      return rest.put(path, content);
    }

    @Override
    public Path fetch(ArtefactRef artefact) {
      return rest.fetch(artefact);
    }

    @Override
    public void delete(ArtefactRef artefact) {
      rest.delete(artefact);
    }

    @Override
    public void delete(String path) {
      rest.delete(path);
    }

    @Override
    public List<String> list(String path) {
      return rest.list(path);
    }

    @Override
    public Optional<byte[]> read(String path, int maximumBytes) {
      return rest.read(path, maximumBytes);
    }

    @Override
    public void deleteTemporaries(String prefix, Predicate<String> artefacts) {
      rest.deleteTemporaries(prefix, artefacts);
    }
  }

  private Pictures pictures(boolean refuses) {
    return new Pictures(new DirectoryArtefactStore(folder, "test"), refuses);
  }

  private static EngineState trained(TrainingEngine engine, ImageSplit images, Runnable between) {
    float[] pixels = new float[16 * NETWORK.pixels()];
    images.fillRange(0, 16, pixels);
    float[] teacher = new float[16 * 3];
    java.util.Arrays.fill(teacher, 1 / 3f);
    for (int step = 0; step < 3; step++) {
      float[] noise = new float[16 * NETWORK.latent()];
      new CounterRandom(1, Stream.TRAINING_NOISE, step).fillGaussian(noise);
      engine.step(new Batch(16, pixels, teacher, noise), 1, 10, 1e-3);
      between.run();
    }
    return engine.snapshot();
  }

  private static TrainingEngine engine() {
    return Nd4jTrainingEngine.create(NETWORK, new WitnessStart.Random(), 5);
  }

  @Test
  void drawingChangesNoBitOfTheTraining() {
    EngineState without;
    try (TrainingEngine engine = engine()) {
      without = trained(engine, images, () -> {});
    }
    Pictures pictures = pictures(false);
    try (TrainingEngine engine = engine()) {
      SampleWriter writer =
          new SampleWriter(STAGE, images, engine, pictures, new Stopwatch(() -> 0));
      EngineState with = trained(engine, images, writer::write);
      assertEquals(without.iteration(), with.iteration());
      assertEquals(without.tensors().keySet(), with.tensors().keySet());
      without
          .tensors()
          .forEach(
              (name, tensor) ->
                  assertArrayEquals(tensor.values(), with.tensor(name).values(), name));
    }
    assertEquals(3, pictures.written.size());
    assertNotEquals(List.of(pictures.written.get(0)), List.of(pictures.written.get(2)), "it moves");
  }

  @Test
  void theUpperRowIsTheHeldOutImages() throws IOException {
    Pictures pictures = pictures(false);
    try (TrainingEngine engine = engine()) {
      new SampleWriter(STAGE, images, engine, pictures, new Stopwatch(() -> 0)).write();
    }
    byte[] png = pictures.readSmall(STAGE, SmallFile.SAMPLES).orElseThrow();
    BufferedImage sheet = ImageIO.read(new ByteArrayInputStream(png));
    assertEquals(8 * 68 - 4, sheet.getWidth());
    assertEquals(2 * 64 + 4, sheet.getHeight());
    for (int image = 0; image < 8; image++) {
      int at = (9 * 32 + 20) * 3;
      int expected =
          0xff000000
              | images.value(image, at) << 16
              | images.value(image, at + 1) << 8
              | images.value(image, at + 2);
      assertEquals(expected, sheet.getRGB(image * 68 + 2 * 20, 2 * 9), "image " + image);
    }
  }

  @Test
  void itIsWrittenAtMostEveryTenSeconds() {
    AtomicLong now = new AtomicLong(77);
    Pictures pictures = pictures(true);
    try (TrainingEngine engine = engine()) {
      SampleWriter writer =
          new SampleWriter(STAGE, images, engine, pictures, new Stopwatch(now::get));
      writer.writeIfDue();
      now.addAndGet(9 * SECOND);
      writer.writeIfDue();
      assertEquals(1, pictures.written.size(), "a refusal is no reason to try more often");
      now.addAndGet(SECOND);
      writer.writeIfDue();
      assertEquals(2, pictures.written.size());
      writer.write();
      assertEquals(3, pictures.written.size(), "the last one is written at any time");
    }
  }

  @Test
  void aStageWhosePicturesAreRefusedEndsWithTheSameBits() {
    Pictures refusing = pictures(true);
    ArmTrained without = arm("without", refusing);
    assertTrue(refusing.written.size() >= 2, "at the first evaluation and at the end");
    Pictures keeping = pictures(false);
    ArmTrained with = arm("with", keeping);
    assertEquals(without.checkpoint().artefact().sha256(), with.checkpoint().artefact().sha256());
    assertEquals(without.sampled(), with.sampled());
    StageId stage = with.checkpoint().attempt().stage();
    assertArrayEquals(
        keeping.written.get(keeping.written.size() - 1),
        keeping.readSmall(stage, SmallFile.SAMPLES).orElseThrow());
  }

  private ArmTrained arm(String run, ArtefactStore store) {
    return new ArmRig(folder, store)
        .train(
            TestSpecs.tiny(WitnessInit.BOUNDARY),
            Arm.FULL,
            run,
            Optional.empty(),
            attempt -> List.of(),
            () -> StopRequest.NONE,
            new Told());
  }
}
