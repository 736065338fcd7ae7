package dev.margrave.orchestrator.stage;

import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.worker.Effort;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What of a stage's work would outlive its worker.
 *
 * @param checkpoints committed and kept, the oldest first, at most {@link #KEPT_CHECKPOINTS}
 * @param obsolete given up with the last commit; told once more with the next, for the worker may
 *     have died before it deleted them
 * @param effort up to the last checkpoint or end
 */
public record SavedWork(
    List<CheckpointRef> checkpoints, List<ArtefactRef> obsolete, Effort effort) {

  /** Nothing yet. */
  static final SavedWork NONE = new SavedWork(List.of(), List.of(), Effort.NONE);

  /** The last one, and the one before in case the last cannot be read. */
  static final int KEPT_CHECKPOINTS = 2;

  public SavedWork {
    checkpoints = List.copyOf(checkpoints);
    obsolete = List.copyOf(obsolete);
  }

  /** From where the next attempt goes on; empty: from the start. */
  Optional<CheckpointRef> last() {
    return checkpoints.isEmpty()
        ? Optional.empty()
        : Optional.of(checkpoints.get(checkpoints.size() - 1));
  }

  /** Of the checkpoints. */
  List<String> paths() {
    return checkpoints.stream().map(checkpoint -> checkpoint.artefact().path()).toList();
  }

  SavedWork committed(CheckpointRef checkpoint, Effort since) {
    List<CheckpointRef> all = new ArrayList<>(checkpoints);
    all.add(checkpoint);
    int surplus = Math.max(0, all.size() - KEPT_CHECKPOINTS);
    return new SavedWork(
        all.subList(surplus, all.size()),
        all.subList(0, surplus).stream().map(CheckpointRef::artefact).toList(),
        effort.plus(since));
  }

  /** The next attempt goes on from the checkpoint before. */
  SavedWork dropped(CheckpointRef checkpoint) {
    List<ArtefactRef> givenUp = new ArrayList<>(obsolete);
    givenUp.add(checkpoint.artefact());
    return new SavedWork(
        checkpoints.stream().filter(kept -> !kept.equals(checkpoint)).toList(), givenUp, effort);
  }

  SavedWork after(Effort since) {
    return new SavedWork(checkpoints, obsolete, effort.plus(since));
  }

  /**
   * What a worker may delete once the last checkpoint is committed. Never what is still kept: a
   * path that was written anew is another file's name.
   */
  List<ArtefactRef> deletable(List<ArtefactRef> givenUpBefore) {
    List<ArtefactRef> all = new ArrayList<>(givenUpBefore);
    obsolete.stream().filter(artefact -> !all.contains(artefact)).forEach(all::add);
    List<String> kept = paths();
    return all.stream().filter(artefact -> !kept.contains(artefact.path())).toList();
  }
}
