package dev.margrave.workers.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.protocol.Arm;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.artefact.DirectoryArtefactStore;
import dev.margrave.protocol.result.StageResult.ArmTrained;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.VaeSpec.WitnessInit;
import dev.margrave.workers.stage.StopRequest;
import dev.margrave.workers.vae.ArmRig.Told;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Interrupted any number of times, an arm ends with the same bits. */
class ArmResumeTest {
  /** The stage's in which files are left. */
  private static final String FOLDER = "left/ablation-3";

  @TempDir Path folder;

  private ArmTrained train(
      ExperimentSpec spec,
      Arm arm,
      String run,
      Optional<CheckpointRef> startFrom,
      Supplier<StopRequest> stop,
      Told told) {
    return new ArmRig(folder).train(spec, arm, run, startFrom, attempt -> List.of(), stop, told);
  }

  @Test
  void interruptionsChangeNoBit() {
    long seed = new Random().nextLong();
    System.out.println("ArmResumeTest seed " + seed);
    Random random = new Random(seed);
    Map<String, ExperimentSpec> specs =
        Map.of(
            "boundary", TestSpecs.tiny(WitnessInit.BOUNDARY),
            "random", TestSpecs.tiny(WitnessInit.RANDOM),
            "simplex", TestSpecs.tinySimplex());
    for (String name : new TreeSet<>(specs.keySet())) {
      ExperimentSpec spec = specs.get(name);
      Optional<CheckpointRef> start = Optional.empty();
      for (Arm arm : List.of(Arm.ABLATION, Arm.COLLAPSE, Arm.RESCUE_FROM_COLLAPSE)) {
        Told whole = new Told();
        Told pieces = new Told();
        ArmTrained expected = train(spec, arm, name, start, () -> StopRequest.NONE, whole);
        ArmTrained actual =
            train(
                spec,
                arm,
                name + "-pieces",
                start,
                () -> random.nextInt(5) == 0 ? StopRequest.HAND_BACK : StopRequest.NONE,
                pieces);
        assertEquals(
            expected.checkpoint().artefact().sha256(), actual.checkpoint().artefact().sha256());
        assertEquals(expected.sampled(), actual.sampled());
        assertEquals(expected.atMean(), actual.atMean());
        assertEquals(expected.witnessSampled().sha256(), actual.witnessSampled().sha256());
        assertEquals(expected.statistics(), actual.statistics());
        assertEquals(expected.guard(), actual.guard());
        assertTrue(expected.probe().isPresent() && expected.mutualInformation().isPresent());
        assertEquals(expected.probe(), actual.probe());
        assertEquals(expected.mutualInformation(), actual.mutualInformation());
        assertEquals(whole.evaluations.keySet(), pieces.evaluations.keySet());
        assertTrue(expected.audit().passed(), expected.audit().detail());
        start = Optional.of(expected.checkpoint());
      }
    }
  }

  @Test
  void aBoundaryAblationStaysExactlyConstant() {
    Told told = new Told();
    ArmTrained ablation =
        train(
            TestSpecs.tiny(WitnessInit.BOUNDARY),
            Arm.ABLATION,
            "constant",
            Optional.empty(),
            () -> StopRequest.NONE,
            told);
    assertEquals(0.0, ablation.atMean().witnessInformationNats(), 1e-12);
    assertEquals(0.0, ablation.sampled().witnessInformationNats(), 1e-12);
    assertTrue(ablation.sampled().marginNats() <= 0);
  }

  @Test
  void nothingOfSupersededAttemptsIsLeft() {
    ArtefactStore store = new DirectoryArtefactStore(folder, "test");
    AtomicInteger asked = new AtomicInteger();
    Supplier<StopRequest> stop =
        () -> {
          int step = asked.getAndIncrement();
          if (step == 2) {
            leave(store, "witness-sampled.npy", "checkpoint-1-1.ckpt", "checkpoint-90-1.ckpt");
            return StopRequest.HAND_BACK;
          }
          if (step == 5) {
            // The first attempt stood still, and wakes up while the second trains.
            leave(store, "witness-at-mean.npy", "checkpoint-91-1.ckpt");
          }
          return StopRequest.NONE;
        };
    ArmTrained trained =
        train(
            TestSpecs.tiny(WitnessInit.BOUNDARY),
            Arm.ABLATION,
            "left",
            Optional.empty(),
            stop,
            new Told());
    assertTrue(asked.get() > 5, "it ended too early: " + asked);
    assertEquals(2, trained.checkpoint().attempt().number());
    assertEquals(
        Stream.of(
                // Committed before the one that was gone on from: its supervisor's to delete.
                FOLDER + "/checkpoint-1-1.ckpt",
                FOLDER + "/checkpoint-2-1.ckpt",
                trained.checkpoint().artefact().path(),
                FOLDER + "/samples.png",
                FOLDER + "/witness-at-mean-2.npy",
                FOLDER + "/witness-sampled-2.npy")
            .sorted()
            .toList(),
        store.list(FOLDER));
  }

  private static void leave(ArtefactStore store, String... names) {
    for (String name : names) {
      store.put(FOLDER + "/" + name, out -> out.write(1));
    }
  }
}
