package dev.margrave.workers.vae;

import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.workers.stage.AttemptFiles;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a stage's checkpoints are called: {@code <folder>/checkpoint-<step>-<attempt>.ckpt}. */
final class CheckpointPaths {
  private static final Pattern NAME = Pattern.compile(".*/checkpoint-(\\d+)-(\\d+)\\.ckpt");

  private CheckpointPaths() {}

  static String of(String folder, long step, int attempt) {
    return folder + "/" + AttemptFiles.numbered("checkpoint-" + step, "ckpt", attempt);
  }

  /**
   * Deletes what earlier attempts wrote beyond the last committed checkpoint: they ended before it
   * was committed, so nobody will ever ask for it.
   *
   * @param attempt the present one; files of later ones are not its own
   * @param committedStep of the last committed checkpoint; −1 for none
   */
  static void deleteUncommitted(
      ArtefactStore store, String folder, int attempt, long committedStep) {
    for (String path : store.list(folder)) {
      Matcher name = NAME.matcher(path);
      if (name.matches()
          && Integer.parseInt(name.group(2)) < attempt
          && Long.parseLong(name.group(1)) > committedStep) {
        store.delete(path);
      }
    }
  }
}
