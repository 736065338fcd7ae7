package dev.margrave.workers.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.margrave.certificate.Verdict;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.FailureKind;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey.ArmRun;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.DirectoryArtefactStore;
import dev.margrave.protocol.artefact.SmallFile;
import dev.margrave.protocol.result.StageResult.ArmTrained;
import dev.margrave.protocol.result.TeacherRef;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.TrainerSpec;
import dev.margrave.protocol.worker.StageSpec;
import dev.margrave.workers.data.DatasetRequest;
import dev.margrave.workers.data.Datasets;
import dev.margrave.workers.data.ImageDataset;
import dev.margrave.workers.data.ImageSplit;
import dev.margrave.workers.external.TrainerException;
import dev.margrave.workers.stage.StageEnding;
import dev.margrave.workers.stage.StageOrder;
import dev.margrave.workers.stage.StopRequest;
import dev.margrave.workers.stage.TrainingInstruments;
import dev.margrave.workers.store.ForwardingStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Arms that a program of the system's Python trains: {@code trainer.py} beside this class. */
@Timeout(120)
class ExternalArmTest {
  private static final int COLOURS = 3;
  private static final StageId STAGE =
      new StageId(new ExperimentId("tiny", 1), new ArmRun(Arm.FULL, 3, 3));

  @TempDir Path folder;

  private ArtefactStore store;
  private final ArmRig.Told told = new ArmRig.Told();

  @BeforeEach
  void pythonIsThere() throws Exception {
    assumeTrue(
        new ProcessBuilder("sh", "-c", "command -v python3 && command -v setsid")
                .redirectErrorStream(true)
                .start()
                .waitFor()
            == 0,
        "no python3 or setsid is installed here");
    store = new DirectoryArtefactStore(folder.resolve("artefacts"), "test");
  }

  private Path script() throws IOException {
    Path file = folder.resolve("trainer.py");
    try (InputStream in = ExternalArmTest.class.getResourceAsStream("trainer.py")) {
      Files.write(file, in.readAllBytes());
    }
    return file;
  }

  private static ExperimentSpec spec(List<String> command, Duration grace, Duration silence) {
    ExperimentSpec tiny = TestSpecs.tiny();
    return new ExperimentSpec(
        tiny.name(),
        tiny.dataset(),
        tiny.seeds(),
        tiny.teacher(),
        tiny.vae(),
        tiny.alignment(),
        tiny.training(),
        tiny.collapse(),
        tiny.rescue(),
        List.of(Arm.FULL, Arm.RESCUE),
        tiny.resources(),
        Optional.of(new TrainerSpec(command, grace, silence)),
        Optional.empty());
  }

  /** Which colour is strongest, softened. */
  private static TaughtSplit taught(ImageSplit split) {
    double[] table = new double[split.size() * COLOURS];
    for (int i = 0; i < split.size(); i++) {
      long[] sums = new long[COLOURS];
      for (int at = 0; at < 32 * 32 * COLOURS; at++) {
        sums[at % COLOURS] += split.value(i, at);
      }
      int strongest = 0;
      for (int k = 1; k < COLOURS; k++) {
        strongest = sums[k] > sums[strongest] ? k : strongest;
      }
      for (int k = 0; k < COLOURS; k++) {
        table[i * COLOURS + k] = k == strongest ? 0.8 : 0.1;
      }
    }
    return new TaughtSplit(split, table, COLOURS);
  }

  private StageEnding attempt(int number, ExperimentSpec spec, Supplier<StopRequest> stop) {
    ImageDataset data =
        Datasets.load(DatasetRequest.all("shapes").sized(256, 128), folder.resolve("none"));
    ArtefactRef table = new ArtefactRef("teacher.npy", 0, "0");
    StageSpec stage =
        new StageSpec(
            STAGE,
            spec,
            "hash",
            Optional.of(new TeacherRef(table, table, COLOURS, 0.01)),
            Optional.of(data.contentHash()),
            Optional.empty());
    ArmTask task =
        new ArmTask(
            new StageOrder(new AttemptId(STAGE, number), stage, told.checkpoint),
            (ArmRun) STAGE.key(),
            taught(data.train()),
            taught(data.evaluate()),
            data.contentHash());
    return new ExternalArmTrainer(
            folder.resolve("trainers"), store, System::nanoTime, "test", TrainingInstruments.NONE)
        .run(task, told, stop);
  }

  private ExperimentSpec mode(String mode, String... more) throws IOException {
    List<String> command = new ArrayList<>(List.of("python3", script().toString(), mode));
    command.addAll(List.of(more));
    return spec(command, Duration.ofSeconds(2), Duration.ofSeconds(30));
  }

  private static ArmTrained completed(StageEnding ending) {
    return (ArmTrained)
        assertInstanceOf(Outcome.Completed.class, ending.outcome(), ending::toString).result();
  }

  private String output() {
    return new String(
        store.readSmall(STAGE, SmallFile.TRAINER_OUTPUT).orElseThrow(), StandardCharsets.UTF_8);
  }

  @Test
  void whatItTrainsIsMeasuredHereAndCertified() throws Exception {
    ArmTrained trained = completed(attempt(1, mode("good"), () -> StopRequest.NONE));
    assertEquals(Verdict.CERTIFIED, trained.verdict(), trained.sampled()::toString);
    assertTrue(trained.audit().passed());
    assertEquals("external", trained.provenance().engine());
    assertEquals("colours 1.0", trained.provenance().nativeLibrary());
    assertEquals(1900.5, trained.statistics().reconstructionNats());
    assertTrue(trained.statistics().klNats() > 1);
    assertTrue(trained.probe().isPresent() && trained.mutualInformation().isPresent());
    assertEquals(16, trained.checkpoint().step());
    assertEquals(List.of(8L, 16L), List.copyOf(told.evaluations.keySet()));
    // Half a head aligns less than a whole one.
    assertTrue(
        told.evaluations.get(8L).atMean().marginNats()
            < told.evaluations.get(16L).atMean().marginNats(),
        () -> told.evaluations.values().toString());
    assertTrue(trained.trainMarginNats() > 0.05);
  }

  @Test
  void whatCannotBeKeptOfItsOutputHidesNoFailure() throws Exception {
    store =
        new ForwardingStore(store) {
          @Override
          public void putSmall(StageId stage, SmallFile file, byte[] content) {
            throw new UncheckedIOException(new IOException("No space left on device"));
          }
        };
    TrainerException killed =
        assertThrows(
            TrainerException.class, () -> attempt(1, mode("killed"), () -> StopRequest.NONE));
    assertEquals(FailureKind.CRASH, killed.kind());
  }

  @Test
  void oneThatIsKilledGoesOnFromItsCheckpoint() throws Exception {
    TrainerException killed =
        assertThrows(
            TrainerException.class, () -> attempt(1, mode("killed"), () -> StopRequest.NONE));
    assertEquals(FailureKind.CRASH, killed.kind());
    assertEquals("the trainer ended with exit code 137 (signal 9)", killed.getMessage());
    assertEquals(8, told.checkpoint.orElseThrow().step());
    ArmTrained trained = completed(attempt(2, mode("killed"), () -> StopRequest.NONE));
    assertEquals(Verdict.CERTIFIED, trained.verdict());
    assertEquals("going on from step 8\n", output());
    ArmTrained whole = completed(new ExternalArmTest.Fresh(this).attempt(mode("good")));
    assertEquals(whole.sampled(), trained.sampled());
    assertEquals(whole.witnessSampled().sha256(), trained.witnessSampled().sha256());
  }

  @Test
  void oneThatIsKilledBeforeItsLastWordIsDone() throws Exception {
    assertThrows(
        TrainerException.class,
        () -> attempt(1, mode("killed-at-its-end"), () -> StopRequest.NONE));
    assertEquals(16, told.checkpoint.orElseThrow().step());
    ArmTrained trained = completed(attempt(2, mode("killed-at-its-end"), () -> StopRequest.NONE));
    assertEquals(Verdict.CERTIFIED, trained.verdict());
    assertEquals(1, trained.checkpoint().attempt().number());
  }

  /** The same stage in another store. */
  private static final class Fresh {
    private final ExternalArmTest other = new ExternalArmTest();

    Fresh(ExternalArmTest one) {
      other.folder = one.folder;
      other.store = new DirectoryArtefactStore(one.folder.resolve("fresh"), "test");
    }

    StageEnding attempt(ExperimentSpec spec) {
      return other.attempt(1, spec, () -> StopRequest.NONE);
    }
  }

  @Test
  void oneThatIsAskedToStopsWithACheckpoint() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    StageEnding ending =
        attempt(
            1,
            mode("slow"),
            () -> asked.incrementAndGet() > 5 ? StopRequest.HAND_BACK : StopRequest.NONE);
    assertInstanceOf(Outcome.HandedBack.class, ending.outcome());
    assertTrue(told.checkpoint.isPresent());
    assertEquals(
        Verdict.CERTIFIED, completed(attempt(2, mode("slow"), () -> StopRequest.NONE)).verdict());
  }

  @Test
  void aWholeFamilyThatDoesNotListenIsEnded() throws Exception {
    Path pids = folder.resolve("pids");
    StageEnding ending =
        attempt(
            1,
            mode("family", pids.toString()),
            () -> Files.exists(pids) ? StopRequest.CANCEL : StopRequest.NONE);
    assertInstanceOf(Outcome.Cancelled.class, ending.outcome());
    for (String pid : Files.readString(pids).split(" ", -1)) {
      ProcessHandle.of(Long.parseLong(pid))
          .ifPresent(
              handle -> {
                try {
                  handle.onExit().get(5, TimeUnit.SECONDS);
                } catch (Exception e) {
                  throw new AssertionError(pid + " still runs", e);
                }
              });
    }
  }

  @Test
  void aTableAloneIsMeasuredAndNotCertified() throws Exception {
    ArmTrained trained = completed(attempt(1, mode("tables"), () -> StopRequest.NONE));
    assertFalse(trained.audit().passed());
    assertEquals(2.5, trained.statistics().klNats());
    assertTrue(trained.probe().isEmpty());
    assertTrue(trained.verdict() != Verdict.CERTIFIED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no-json|the trainer's message is no JSON: {this is none; docs/external-trainer.md",
        "unknown-type|has no type that is known",
        "unknown-field|has an unknown field 'margin'",
        "other-protocol|is of another protocol than 1",
        "no-step|needs a whole 'step' from 0 on",
        "backwards|the trainer went from step 5 back to step 4",
        "too-far|the trainer is at step 17; the arm has 16",
        "not-finite|the trainer's mean 'nan.npy' holds NaN at position 0",
        "nan-number|is no JSON",
        "wrong-shape|the trainer's mean 'short.npy' has the shape [127, 8]; [128, 8] is wanted",
        "no-array|the trainer's mean 'text.npy' is no .npy array",
        "outside|the trainer's checkpoint '../elsewhere' is no file in its working directory",
        "absolute|the trainer's checkpoint '/etc/hostname' is no file in its working directory",
        "symlink|the trainer's checkpoint 'link' is no file in its working directory",
        "missing|the trainer's checkpoint 'nothing' is no file in its working directory",
        "long-line|a message is longer than 65536 bytes",
        "no-head|the trainer's evaluated of step 1 needs 'logVariance'",
        "positive-logarithms|the trainer's witness holds 0.5 at position 0",
        "evaluated-twice|the trainer said 'evaluated' twice at step 2",
        "long-name|has a name of more than 200 characters",
        "early|the trainer is done at step 3; the arm has 16",
        "done-unmeasured|the trainer is done at step 16, and its last 'evaluated' is not of that step",
        "done-uncommitted|the trainer is done at step 16, and its last 'checkpoint' is not of that",
        "no-done|the trainer ended without a message 'done'; its last lines: I am tired."
      })
  void aLieFailsItsOwnStageWithASentence(String mode, String sentence) throws Exception {
    TrainerException refused =
        assertThrows(TrainerException.class, () -> attempt(1, mode(mode), () -> StopRequest.NONE));
    assertTrue(refused.getMessage().contains(sentence), refused::getMessage);
    assertEquals(FailureKind.USER, refused.kind());
  }

  @Test
  void whatFailsIsToldWithItsLastLines() throws Exception {
    TrainerException failed =
        assertThrows(
            TrainerException.class, () -> attempt(1, mode("fails"), () -> StopRequest.NONE));
    assertEquals(
        "the trainer ended with exit code 3; its last lines: some trace | [31mValueError",
        failed.getMessage());
    assertEquals(FailureKind.CRASH, failed.kind());
    TrainerException missing =
        assertThrows(
            TrainerException.class,
            () ->
                attempt(
                    1,
                    spec(List.of("no-such-program"), Duration.ofSeconds(1), Duration.ofSeconds(30)),
                    () -> StopRequest.NONE));
    assertEquals(
        "trainer.command does not start here, exit code 127; its last lines: setsid: failed to"
            + " execute no-such-program: No such file or directory; name the program by its whole"
            + " path",
        missing.getMessage());
    assertEquals(FailureKind.USER, missing.kind());
  }

  @Test
  void foldersOfKilledProcessesGoAndThoseOfLivingOnesStay() throws Exception {
    Path all = folder.resolve("trainers");
    try (TrainerFolder living = TrainerFolder.create(all)) {
      Files.createDirectories(all.resolve("attempt-1/more"));
      Files.writeString(all.resolve("attempt-1/more/images.npy"), "large");
      Files.createFile(all.resolve("attempt-1.lock"));
      Files.createDirectories(all.resolve("mine"));
      try (TrainerFolder another = TrainerFolder.create(all)) {
        assertFalse(Files.exists(all.resolve("attempt-1")));
        assertTrue(Files.isDirectory(living.path()) && Files.isDirectory(another.path()));
      }
      TrainerFolder.create(all).close();
      assertTrue(Files.isDirectory(living.path()));
    }
    try (Stream<Path> left = Files.list(all)) {
      assertEquals(List.of(all.resolve("mine").toRealPath()), left.toList());
    }
  }

  @Test
  void onlyItsOwnFilesAreDeleted() throws Exception {
    Path elsewhere = Files.writeString(folder.resolve("precious.npy"), "mine");
    assertThrows(
        TrainerException.class,
        () -> attempt(1, mode("deletes", elsewhere.toString()), () -> StopRequest.NONE));
    assertEquals(2, told.evaluations.size());
    assertEquals("mine", Files.readString(elsewhere));
  }

  @Test
  void oneThatSaysNothingIsEnded() throws Exception {
    ExperimentSpec silent =
        spec(
            List.of("python3", script().toString(), "silent"),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));
    TrainerException stuck =
        assertThrows(TrainerException.class, () -> attempt(1, silent, () -> StopRequest.NONE));
    assertTrue(
        stuck.getMessage().startsWith("the trainer said nothing for 1 s"), stuck::getMessage);
  }

  @Test
  void oneThatNeverStopsTalkingIsEnded() throws Exception {
    Path began = folder.resolve("began");
    StageEnding ending =
        attempt(
            1,
            mode("talks", began.toString()),
            () -> Files.exists(began) ? StopRequest.HAND_BACK : StopRequest.NONE);
    assertInstanceOf(Outcome.HandedBack.class, ending.outcome());
    assertTrue(told.progress < 100, () -> told.progress + " words on its progress");
  }

  @Test
  void barsOfProgressAreLines() throws Exception {
    assertThrows(TrainerException.class, () -> attempt(1, mode("bars"), () -> StopRequest.NONE));
    List<String> lines = output().lines().filter(line -> !line.startsWith("x")).toList();
    assertEquals(102, lines.size(), lines::toString);
    assertEquals("epoch 1:", lines.get(0));
    assertEquals("100 %", lines.get(101));
  }

  @Test
  void endlessOutputIsKeptInPart() throws Exception {
    assertThrows(TrainerException.class, () -> attempt(1, mode("flood"), () -> StopRequest.NONE));
    String kept = output();
    assertTrue(kept.length() < 600_000, "kept " + kept.length());
    assertTrue(kept.startsWith("["), kept.substring(0, 60));
    assertTrue(kept.endsWith("noise 199999\n"));
  }
}
