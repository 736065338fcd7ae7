package dev.margrave.workers.teacher;

/**
 * Of the randomised principal components.
 *
 * @param oversampling directions that are searched beyond the d wanted ones, ≥ 0; 10 is what Halko
 *     et al. advise
 * @param powerIterations passes over the pixels that sharpen the subspace, ≥ 0; images have spectra
 *     that fall slowly at their end, where 4 bring the variances within 10⁻³
 * @param deviationFloor smallest standard deviation that a pixel is divided by, in pixel units (0
 *     to 255 scaled to [0, 1]), > 0: a pixel that hardly ever changes must not become noise
 * @param blockRows rows that are held as floats at once, ≥ 1
 */
public record PcaSettings(
    int oversampling, int powerIterations, double deviationFloor, int blockRows) {
  /** Good for images of 3,072 numbers. */
  public static final PcaSettings DEFAULTS = new PcaSettings(10, 4, 1e-3, 512);

  public PcaSettings {
    if (oversampling < 0) {
      throw new IllegalArgumentException(
          "oversampling is " + oversampling + "; give a whole number ≥ 0.");
    }
    if (powerIterations < 0) {
      throw new IllegalArgumentException(
          "powerIterations is " + powerIterations + "; give a whole number ≥ 0.");
    }
    if (!(deviationFloor > 0 && deviationFloor < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "deviationFloor is " + deviationFloor + "; give a finite number > 0.");
    }
    if (blockRows < 1) {
      throw new IllegalArgumentException(
          "blockRows is " + blockRows + "; give a whole number ≥ 1.");
    }
  }
}
