package dev.margrave.app.simulation;

import dev.margrave.protocol.artefact.ArtefactMismatchException;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.ArtefactStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The mount that all workers share: files survive whoever wrote them. */
final class SimulatedFiles {
  private static final String TORN = "torn";

  private final TreeMap<String, String> contents = new TreeMap<>();
  private final Map<String, String> unsynced = new HashMap<>();
  private final Consumer<String> beforeDelete;

  /**
   * @param beforeDelete is told of every path that a worker deletes
   */
  SimulatedFiles(Consumer<String> beforeDelete) {
    this.beforeDelete = beforeDelete;
  }

  static ArtefactRef reference(String path, String content) {
    return new ArtefactRef(
        path,
        content.length(),
        "%064x".formatted(new java.math.BigInteger(content.getBytes(StandardCharsets.UTF_8))));
  }

  boolean isWhole(ArtefactRef artefact) {
    String content = contents.get(artefact.path());
    return content != null && reference(artefact.path(), content).equals(artefact);
  }

  /** The content that was once written; a torn one is a mismatch. */
  String read(ArtefactRef artefact) {
    if (!isWhole(artefact)) {
      throw new ArtefactMismatchException(artefact.path() + " is not what was committed");
    }
    return contents.get(artefact.path());
  }

  /** Part of the file is not what was written. */
  void tear(String path) {
    contents.replace(path, TORN);
  }

  /** Of a worker that does not sync: torn if it crashes soon. */
  void unsynced(String path, String worker) {
    unsynced.put(path, worker);
  }

  void synced(String path) {
    unsynced.remove(path);
  }

  void crashed(String worker) {
    unsynced.forEach(
        (path, writer) -> {
          if (writer.equals(worker)) {
            tear(path);
          }
        });
    unsynced.values().removeIf(worker::equals);
  }

  /** As one worker sees it. */
  ArtefactStore store() {
    return new Store();
  }

  private final class Store implements ArtefactStore {
    @Override
    public ArtefactRef put(String path, Content content) {
      var out = new ByteArrayOutputStream();
      try {
        content.writeTo(out);
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
      String text = out.toString(StandardCharsets.UTF_8);
      contents.put(path, text);
      return reference(path, text);
    }

    @Override
    public Path fetch(ArtefactRef artefact) {
      SimulatedFiles.this.read(artefact);
      return Path.of(artefact.path());
    }

    @Override
    public Optional<byte[]> read(String path, int maximumBytes) {
      return Optional.ofNullable(contents.get(path))
          .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void delete(ArtefactRef artefact) {
      delete(artefact.path());
    }

    @Override
    public void delete(String path) {
      if (contents.containsKey(path)) {
        beforeDelete.accept(path);
        contents.remove(path);
      }
    }

    @Override
    public List<String> list(String folder) {
      return contents.keySet().stream().filter(path -> path.startsWith(folder + "/")).toList();
    }

    @Override
    public void deleteTemporaries(String folder, Predicate<String> artefacts) {}
  }
}
