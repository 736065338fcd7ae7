package dev.margrave.workers.store;

import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.ArtefactStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A store that asks another: for tests that change one of its methods. */
public abstract class ForwardingStore implements ArtefactStore {
  protected final ArtefactStore rest;

  protected ForwardingStore(ArtefactStore rest) {
    this.rest = rest;
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
