package dev.margrave.protocol;

/**
 * The fencing token: which try at a stage a message or a checkpoint belongs to.
 *
 * @param number 1 for the first; persisted by the stage's supervisor before it dispatches
 */
public record AttemptId(StageId stage, int number) {
  @Override
  public String toString() {
    return stage + "#" + number;
  }
}
