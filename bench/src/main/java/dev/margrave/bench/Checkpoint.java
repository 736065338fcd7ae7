package dev.margrave.bench;

import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.DirectoryArtefactStore;
import dev.margrave.workers.vae.CheckpointFile;
import dev.margrave.workers.vae.TrainingState;
import dev.margrave.workers.vae.engine.TrainingEngine;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Saving and loading the reference network's state beside a plain copy of the same bytes: {@code
 * checkpoint [rounds=40] [warm=20]}. A save is durable, so is the copy that it is compared with; a
 * load writes nothing, and is compared with a copy that is not synced.
 */
final class Checkpoint {
  private static final String NAME = "state.ckpt";

  private final Path directory;
  private final DirectoryArtefactStore store;
  private final TrainingEngine engine;

  private Checkpoint(Path directory, TrainingEngine engine) {
    this.directory = directory;
    this.store = new DirectoryArtefactStore(directory, "bench");
    this.engine = engine;
  }

  static void run(List<String> arguments) throws Exception {
    int rounds = Bench.number(arguments, "rounds", 40);
    int warm = Bench.number(arguments, "warm", 20);
    Path directory = Files.createTempDirectory("margrave-bench");
    try (TrainingEngine engine = ReferenceNet.engine()) {
      engine.step(ReferenceNet.feed().at(0), 1, 1, 1e-3);
      Checkpoint checkpoint = new Checkpoint(directory, engine);
      for (int i = 0; i < warm; i++) {
        checkpoint.load(checkpoint.save());
        checkpoint.copy(i % 2 == 0);
      }
      checkpoint.compare(rounds);
    } finally {
      Product.delete(directory);
    }
  }

  private void compare(int rounds) throws Exception {
    ArtefactRef saved = save();
    Bench.say("a checkpoint of %d bytes", saved.bytes());
    new Comparison("save, durable", "ms")
        .add("copy, synced", () -> milliseconds(() -> copy(true)))
        .add("save", () -> milliseconds(this::save))
        .run(rounds);
    new Comparison("load", "ms")
        .add("copy", () -> milliseconds(() -> copy(false)))
        .add("load", () -> milliseconds(() -> load(saved)))
        .add("of it: hash", () -> milliseconds(() -> store.fetch(saved)))
        .run(rounds);
  }

  /** As an arm that trains writes one. */
  private ArtefactRef save() {
    TrainingState state =
        new TrainingState(
            "00",
            "full-0",
            1,
            false,
            Optional.empty(),
            0,
            OptionalDouble.empty(),
            Optional.empty(),
            engine.snapshot());
    return store.put(NAME, out -> CheckpointFile.write(state, out));
  }

  /** As an arm that goes on reads one. */
  private void load(ArtefactRef saved) throws IOException {
    engine.restore(CheckpointFile.read(store.fetch(saved)).engine());
  }

  /** To a temporary name, synced where asked for, renamed: as the store writes. */
  private void copy(boolean synced) throws IOException {
    Path part = directory.resolve("copy.part");
    Files.copy(directory.resolve(NAME), part, StandardCopyOption.REPLACE_EXISTING);
    if (synced) {
      sync(part, StandardOpenOption.WRITE);
    }
    Files.move(part, directory.resolve("copy"), StandardCopyOption.ATOMIC_MOVE);
    if (synced) {
      sync(directory, StandardOpenOption.READ);
    }
  }

  private static void sync(Path path, StandardOpenOption option) throws IOException {
    try (FileChannel channel = FileChannel.open(path, option)) {
      channel.force(true);
    }
  }

  /** Something that is timed. */
  @FunctionalInterface
  private interface Action {
    void run() throws Exception;
  }

  private static double milliseconds(Action action) throws Exception {
    long began = System.nanoTime();
    action.run();
    return (System.nanoTime() - began) / 1e6;
  }
}
