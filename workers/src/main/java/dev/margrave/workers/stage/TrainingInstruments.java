package dev.margrave.workers.stage;

import dev.margrave.protocol.StageId;

/** Is told by attempts how their training goes, to be measured. Changes no result. */
public interface TrainingInstruments {
  /** Nothing is measured. */
  TrainingInstruments NONE = (stage, dataset) -> Attempt.NONE;

  /** One attempt's. */
  interface Attempt extends AutoCloseable {
    /** Nothing is measured. */
    Attempt NONE =
        new Attempt() {
          @Override
          public void trained(int images, double seconds, double epoch) {}

          @Override
          public void checkpointed(double seconds, long bytes) {}

          @Override
          public void close() {}
        };

    /**
     * One optimiser step.
     *
     * @param seconds of it, its batch included
     * @param epoch passes over the training split so far
     */
    void trained(int images, double seconds, double epoch);

    /** A checkpoint was written and synced. */
    void checkpointed(double seconds, long bytes);

    /** The attempt is over. */
    @Override
    void close();
  }

  /** An attempt at a stage begins. */
  Attempt begin(StageId stage, String dataset);
}
