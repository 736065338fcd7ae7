package dev.margrave.workers.store;

import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.DirectoryArtefactStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class DirectoryArtefactStoreContractTest extends ArtefactStoreContract {
  @Override
  ArtefactStore open(String writer) {
    return new DirectoryArtefactStore(local, writer);
  }

  @Override
  void damage(String path, byte[] content) throws IOException {
    Files.write(local.resolve(path), content);
  }

  @Override
  Path temporary(String path) {
    return local.resolve(path + ".crashed-1.part");
  }

  @Override
  String address(String path) {
    return local.resolve(path).toString();
  }
}
