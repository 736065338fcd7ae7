package dev.margrave.workers.vae;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.workers.vae.engine.EngineState;
import dev.margrave.workers.vae.engine.NamedTensor;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The checkpoint's file format.
 *
 * <pre>
 *   8 bytes  "MARGRAVE"
 *   int32    format version, 1            (big-endian, as the length)
 *   int32    length of the header
 *   bytes    header: JSON, UTF-8: step, over, guard, …, and the tensors' names and shapes in order
 *   float32  the tensors' values, little-endian, C order, one after another
 * </pre>
 *
 * The bytes are a function of the state alone: no time, host or attempt is in them, so that the
 * same training leaves a file of the same SHA-256 however often it was interrupted.
 */
public final class CheckpointFile {
  private static final byte[] MAGIC = "MARGRAVE".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int MAXIMUM_HEADER_BYTES = 1 << 20;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final ObjectMapper JSON = new ObjectMapper();

  private CheckpointFile() {}

  /** Writes a state; the caller flushes and closes. */
  public static void write(TrainingState state, OutputStream out) throws IOException {
    byte[] header = JSON.writeValueAsBytes(header(state));
    DataOutputStream data = new DataOutputStream(out);
    data.write(MAGIC);
    data.writeInt(VERSION);
    data.writeInt(header.length);
    data.write(header);
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (NamedTensor tensor : state.engine().tensors().values()) {
      float[] values = tensor.values();
      for (int done = 0; done < values.length; ) {
        // In bulk: one by one took as long as the disk.
        int count = Math.min(values.length - done, buffer.remaining() / Float.BYTES);
        buffer.asFloatBuffer().put(values, done, count);
        buffer.position(buffer.position() + count * Float.BYTES);
        done += count;
        if (!buffer.hasRemaining()) {
          data.write(buffer.array());
          buffer.clear();
        }
      }
    }
    data.write(buffer.array(), 0, buffer.position());
  }

  /**
   * Reads a state back.
   *
   * @throws IOException naming the file, and what was found where something else was expected
   */
  public static TrainingState read(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file);
        DataInputStream in = new DataInputStream(new BufferedInputStream(stream, BUFFER_BYTES))) {
      return read(in, file);
    } catch (EOFException e) {
      throw new IOException(
          file + " ends after " + Files.size(file) + " bytes, in the middle of its content", e);
    }
  }

  private static TrainingState read(DataInputStream in, Path file) throws IOException {
    byte[] magic = in.readNBytes(MAGIC.length);
    if (!java.util.Arrays.equals(magic, MAGIC)) {
      throw new IOException(file + " is no checkpoint: it does not begin with 'MARGRAVE'");
    }
    int version = in.readInt();
    if (version != VERSION) {
      throw new IOException(
          file + " has checkpoint format " + version + "; this program reads format " + VERSION);
    }
    int length = in.readInt();
    if (length < 2 || length > MAXIMUM_HEADER_BYTES) {
      throw new IOException(
          "%s says that its header has %d bytes; 2 to %d were expected at offset 12"
              .formatted(file, length, MAXIMUM_HEADER_BYTES));
    }
    byte[] header = new byte[length];
    in.readFully(header);
    JsonNode json = JSON.readTree(header);
    SortedMap<String, NamedTensor> tensors = new TreeMap<>();
    for (JsonNode tensor : json.get("tensors")) {
      tensors.put(tensor.get("name").textValue(), readTensor(in, tensor.get("shape")));
    }
    if (in.read() >= 0) {
      throw new IOException(file + " goes on after its last tensor");
    }
    return state(json, tensors);
  }

  private static NamedTensor readTensor(DataInputStream in, JsonNode shape) throws IOException {
    List<Integer> dimensions = new ArrayList<>();
    int size = 1;
    for (JsonNode dimension : shape) {
      dimensions.add(dimension.intValue());
      size = Math.multiplyExact(size, dimension.intValue());
    }
    byte[] bytes = new byte[Math.multiplyExact(size, Float.BYTES)];
    in.readFully(bytes);
    float[] values = new float[size];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return new NamedTensor(dimensions, values);
  }

  private static ObjectNode header(TrainingState state) {
    ObjectNode header = JSON.createObjectNode();
    header.put("specHash", state.specHash());
    header.put("stage", state.stage());
    header.put("step", state.step());
    header.put("over", state.over());
    state.startedFromSha256().ifPresent(sha -> header.put("startedFrom", sha));
    state.guard().ifPresent(guard -> guard(guard, header.putObject("guard")));
    // Absent where λ is constant.
    state.lambda().ifPresent(lambda -> header.put("lambda", lambda));
    if (state.rescues() > 0) {
      // Absent where there was none: such checkpoints are those from before there were any.
      header.put("rescues", state.rescues());
    }
    if (!state.memory().isEmpty()) {
      // Absent where nothing is remembered, as before there was anything to remember.
      state.memory().forEach(header.putObject("memory")::put);
    }
    if (!state.engines().isEmpty()) {
      // Absent as before there was more than one.
      state.engines().forEach(header.putArray("engines")::add);
    }
    header.put("iteration", state.engine().iteration());
    if (state.engine().decoderIteration() != state.engine().iteration()) {
      header.put("decoderIteration", state.engine().decoderIteration());
    }
    ArrayNode tensors = header.putArray("tensors");
    for (Map.Entry<String, NamedTensor> entry : state.engine().tensors().entrySet()) {
      ObjectNode tensor = tensors.addObject();
      tensor.put("name", entry.getKey());
      ArrayNode shape = tensor.putArray("shape");
      entry.getValue().shape().forEach(shape::add);
    }
    return header;
  }

  private static void guard(RescueGuard guard, ObjectNode json) {
    json.put("codeGradient", guard.codeGradient());
    // Absent of a witness without weights.
    guard.headGradient().ifPresent(gradient -> json.put("headGradient", gradient));
    json.put("reseeded", guard.reseeded());
  }

  private static RescueGuard guard(JsonNode json) {
    return new RescueGuard(
        json.get("codeGradient").doubleValue(),
        number(json, "headGradient"),
        json.get("reseeded").booleanValue());
  }

  private static OptionalDouble number(JsonNode json, String key) {
    return json.has(key) ? OptionalDouble.of(json.get(key).doubleValue()) : OptionalDouble.empty();
  }

  private static TrainingState state(JsonNode header, SortedMap<String, NamedTensor> tensors) {
    return new TrainingState(
        header.get("specHash").textValue(),
        header.get("stage").textValue(),
        header.get("step").longValue(),
        header.get("over").booleanValue(),
        Optional.ofNullable(header.get("guard")).map(CheckpointFile::guard),
        header.path("rescues").intValue(),
        number(header, "lambda"),
        Optional.ofNullable(header.get("startedFrom")).map(JsonNode::textValue),
        memory(header.path("memory")),
        engines(header.path("engines")),
        new EngineState(
            header.get("iteration").longValue(),
            header.path("decoderIteration").asLong(header.get("iteration").longValue()),
            tensors));
  }

  private static List<String> engines(JsonNode json) {
    List<String> engines = new ArrayList<>();
    json.forEach(engine -> engines.add(engine.textValue()));
    return engines;
  }

  private static SortedMap<String, Double> memory(JsonNode json) {
    SortedMap<String, Double> memory = new TreeMap<>();
    json.fields()
        .forEachRemaining(entry -> memory.put(entry.getKey(), entry.getValue().doubleValue()));
    return memory;
  }
}
