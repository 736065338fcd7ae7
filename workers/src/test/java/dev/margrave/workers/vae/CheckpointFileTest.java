package dev.margrave.workers.vae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.workers.vae.engine.EngineState;
import dev.margrave.workers.vae.engine.NamedTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFileTest {
  @TempDir Path folder;

  private static TrainingState state() {
    return state(2);
  }

  private static TrainingState state(int rescues) {
    TreeMap<String, NamedTensor> tensors = new TreeMap<>();
    tensors.put(
        "weight/a", new NamedTensor(List.of(2, 2), new float[] {1, -0f, Float.NaN, 1e-40f}));
    float[] large = new float[40_000];
    for (int i = 0; i < large.length; i++) {
      large[i] = i * 0.5f;
    }
    tensors.put("adam-m/a", new NamedTensor(List.of(200, 200), large));
    return new TrainingState(
        "hash",
        "rescue-0",
        17,
        true,
        Optional.of(new RescueGuard(0.5, 1e-9, false)),
        rescues,
        OptionalDouble.empty(),
        Optional.of("abc"),
        new TreeMap<>(),
        List.of("nd4j 1", "libtorch 2"),
        new EngineState(17, tensors));
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("one.ckpt"), bytes);
  }

  private static byte[] bytes(TrainingState state) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CheckpointFile.write(state, out);
    return out.toByteArray();
  }

  @Test
  void whatIsWrittenIsReadBackBitForBit() throws IOException {
    assertEquals(state(), CheckpointFile.read(write(bytes(state()))));
  }

  /** A witness without weights has no gradient through them; a guarded λ is gone on with. */
  @Test
  void whatIsAbsentComesBackAbsent() throws IOException {
    TrainingState state = state();
    TrainingState other =
        new TrainingState(
            state.specHash(),
            state.stage(),
            state.step(),
            false,
            Optional.of(RescueGuard.ofFixedWitness(0.25)),
            0,
            OptionalDouble.of(0.1 + 0.2),
            Optional.empty(),
            state.engine());
    assertEquals(other, CheckpointFile.read(write(bytes(other))));
    String header = new String(bytes(state), java.nio.charset.StandardCharsets.ISO_8859_1);
    assertFalse(header.contains("lambda"), "files from before λ was steered have none");
  }

  /** Files from before there were automatic rescues have the bytes of those without one. */
  @Test
  void noRescueLeavesNoTrace() throws IOException {
    assertEquals(state(0), CheckpointFile.read(write(bytes(state(0)))));
    String header = new String(bytes(state(0)), java.nio.charset.StandardCharsets.ISO_8859_1);
    assertFalse(header.contains("rescues"));
  }

  @Test
  void whatAnObjectiveRemembersIsReadBackBitForBit() throws IOException {
    TreeMap<String, Double> memory = new TreeMap<>();
    memory.put("geco.multiplier", 1.0 / 3);
    memory.put("lagging.sum", -Double.MIN_VALUE);
    memory.put("a", 1e300);
    TrainingState plain = state(0);
    TrainingState state =
        new TrainingState(
            plain.specHash(),
            plain.stage(),
            plain.step(),
            plain.over(),
            plain.guard(),
            0,
            plain.lambda(),
            plain.startedFromSha256(),
            memory,
            List.of(),
            new EngineState(17, 3, plain.engine().tensors()));
    assertEquals(state, CheckpointFile.read(write(bytes(state))));
    String header = new String(bytes(plain), java.nio.charset.StandardCharsets.ISO_8859_1);
    assertFalse(header.contains("memory"));
    assertFalse(header.contains("decoderIteration"));
  }

  @Test
  void theSameStateGivesTheSameBytes() throws IOException {
    assertArrayEquals(bytes(state()), bytes(state()));
  }

  @Test
  void anotherFileIsRefused() throws IOException {
    Path file = write("PK, a zip file perhaps".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    IOException refused = assertThrows(IOException.class, () -> CheckpointFile.read(file));
    assertEquals(
        file + " is no checkpoint: it does not begin with 'MARGRAVE'", refused.getMessage());
  }

  @Test
  void aFutureFormatIsRefused() throws IOException {
    byte[] bytes = bytes(state());
    bytes[11] = 2;
    Path file = write(bytes);
    IOException refused = assertThrows(IOException.class, () -> CheckpointFile.read(file));
    assertEquals(
        file + " has checkpoint format 2; this program reads format 1", refused.getMessage());
  }

  @Test
  void aTornFileIsRefusedAtEveryLength() throws IOException {
    byte[] bytes = bytes(state());
    for (int length = 0; length < bytes.length; length += 1 + length / 7) {
      Path file = write(Arrays.copyOf(bytes, length));
      IOException refused = assertThrows(IOException.class, () -> CheckpointFile.read(file));
      assertTrue(refused.getMessage().startsWith(file.toString()), refused.getMessage());
    }
  }

  @Test
  void trailingBytesAreRefused() throws IOException {
    byte[] bytes = bytes(state());
    Path file = write(Arrays.copyOf(bytes, bytes.length + 1));
    IOException refused = assertThrows(IOException.class, () -> CheckpointFile.read(file));
    assertEquals(file + " goes on after its last tensor", refused.getMessage());
  }
}
