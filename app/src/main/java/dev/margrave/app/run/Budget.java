package dev.margrave.app.run;

import dev.margrave.protocol.spec.ExperimentSpec;
import java.util.List;

/** Sizes the quickstart to a number of seconds: its epochs, in proportion. */
final class Budget {
  /** What the quickstart as it is written takes on two cores, at most. */
  private static final double USUAL_SECONDS = 180;

  /** Of these, what does not depend on the epochs: start, teacher search, audits, report. */
  private static final double FIXED_SECONDS = 30;

  /** Accepted budgets. */
  static final Seconds RANGE = new Seconds(60, 3600);

  /** Both included. */
  record Seconds(int least, int most) {
    boolean contains(int seconds) {
      return seconds >= least && seconds <= most;
    }

    @Override
    public String toString() {
      return least + " to " + most;
    }
  }

  private Budget() {}

  /** What to override; under a name of its own, for its results are others. */
  static List<String> overrides(ExperimentSpec usual, int seconds) {
    double scale = (seconds - FIXED_SECONDS) / (USUAL_SECONDS - FIXED_SECONDS);
    long epochs = Math.max(1, (long) (usual.training().epochs() * scale));
    return epochs == usual.training().epochs()
        ? List.of()
        : List.of("training.epochs=" + epochs, "name=" + usual.name() + "-" + seconds + "s");
  }
}
