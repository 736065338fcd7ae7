package dev.margrave.protocol;

/** A stage of an experiment. */
public record StageId(ExperimentId experiment, StageKey key) {
  /** {@code experiment/stage}: also the stage's folder in the artefact store. */
  public String text() {
    return experiment.text() + "/" + key.text();
  }

  /**
   * The inverse of {@link #text}.
   *
   * @throws IllegalArgumentException when the text names no stage
   */
  public static StageId parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("'" + text + "' names no stage of an experiment");
    }
    return new StageId(
        ExperimentId.parse(text.substring(0, slash)), StageKey.parse(text.substring(slash + 1)));
  }

  @Override
  public String toString() {
    return text();
  }
}
