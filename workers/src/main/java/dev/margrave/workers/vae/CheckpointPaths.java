package dev.margrave.workers.vae;

import dev.margrave.workers.stage.AttemptFiles;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a stage's checkpoints are called: {@code <folder>/checkpoint-<step>-<attempt>.ckpt}. */
final class CheckpointPaths {
  private static final Pattern NAME = Pattern.compile(".*/checkpoint-(\\d+)-\\d+\\.ckpt");

  private CheckpointPaths() {}

  static String of(String folder, long step, int attempt) {
    return folder + "/" + AttemptFiles.numbered("checkpoint-" + step, "ckpt", attempt);
  }

  /**
   * Whether it is a checkpoint that may have been committed before the attempt that goes on from
   * {@code committedStep} began: what lies beyond never was, so nobody will ever ask for it.
   *
   * @param committedStep of the last committed checkpoint; −1 for none
   */
  static boolean isUpTo(String path, long committedStep) {
    Matcher name = NAME.matcher(path);
    return name.matches() && Long.parseLong(name.group(1)) <= committedStep;
  }
}
