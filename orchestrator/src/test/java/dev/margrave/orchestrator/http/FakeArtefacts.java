package dev.margrave.orchestrator.http;

import dev.margrave.protocol.StageId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** An artefact store in memory; remembers what was asked for. */
final class FakeArtefacts implements StageArtefacts {
  final Map<String, byte[]> files = new ConcurrentHashMap<>();
  final Set<String> asked = ConcurrentHashMap.newKeySet();

  private static String path(StageId stage, Kind kind) {
    return stage.text() + "/" + kind.file();
  }

  @Override
  public Set<Kind> list(StageId stage) {
    Set<Kind> found = new TreeSet<>();
    for (Kind kind : Kind.values()) {
      if (files.containsKey(path(stage, kind))) {
        found.add(kind);
      }
    }
    return found;
  }

  @Override
  public Optional<byte[]> read(StageId stage, Kind kind) {
    asked.add(path(stage, kind));
    return Optional.ofNullable(files.get(path(stage, kind)));
  }
}
