package dev.margrave.orchestrator.http;

import dev.margrave.protocol.StageId;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.SmallFile;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** An artefact store in memory; remembers what was asked for. */
final class FakeArtefacts implements StageArtefacts {
  final Map<String, byte[]> files = new ConcurrentHashMap<>();
  final Set<String> asked = ConcurrentHashMap.newKeySet();

  @Override
  public Set<SmallFile> list(StageId stage) {
    Set<SmallFile> found = new TreeSet<>();
    for (SmallFile file : SmallFile.values()) {
      if (files.containsKey(ArtefactStore.smallPath(stage, file))) {
        found.add(file);
      }
    }
    return found;
  }

  @Override
  public Optional<byte[]> read(StageId stage, SmallFile file) {
    asked.add(ArtefactStore.smallPath(stage, file));
    return Optional.ofNullable(files.get(ArtefactStore.smallPath(stage, file)));
  }
}
