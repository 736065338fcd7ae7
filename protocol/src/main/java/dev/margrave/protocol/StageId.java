package dev.margrave.protocol;

/** A stage of an experiment. */
public record StageId(ExperimentId experiment, StageKey key) {
  /** {@code experiment/stage}: also the stage's folder in the artefact store. */
  public String text() {
    return experiment.text() + "/" + key.text();
  }

  @Override
  public String toString() {
    return text();
  }
}
