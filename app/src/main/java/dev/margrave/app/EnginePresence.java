package dev.margrave.app;

/** Whether this installation can train: the image of orchestrators leaves the engine out. */
public final class EnginePresence {
  private static final String ENGINE = "org.nd4j.linalg.factory.Nd4j";

  private EnginePresence() {}

  /**
   * Refuses what cannot be done without an engine.
   *
   * @throws UserException with the mend
   */
  public static void require() {
    try {
      Class.forName(ENGINE, false, EnginePresence.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw UserException.badInput(
          "no training engine is installed here, as in the image of orchestrators; use the image"
              + " margrave-worker, or hand the experiment to a cluster with `margrave submit`",
          e);
    }
  }
}
