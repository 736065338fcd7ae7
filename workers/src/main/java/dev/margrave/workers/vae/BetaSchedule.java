package dev.margrave.workers.vae;

/** The weight β of the KL as a function of the step, so that a resumed run needs no state of it. */
sealed interface BetaSchedule {

  /** β of the step that is the {@code step}-th of the arm, from 0. */
  double beta(long step);

  /** The same at every step. */
  record Constant(double value) implements BetaSchedule {
    @Override
    public double beta(long step) {
      return value;
    }
  }

  /**
   * From 0 to 1 in a line, then 1.
   *
   * <p><b>Source.</b> Of the annealing, not of its shape: Bowman, Vilnis, Vinyals, Dai, Jozefowicz,
   * Bengio, "Generating sentences from a continuous space", CoNLL 2016, section 3.1.
   *
   * @param steps after which β is 1, ≥ 1
   */
  record Linear(long steps) implements BetaSchedule {
    @Override
    public double beta(long step) {
      return Math.min(1, (double) step / steps);
    }
  }

  /**
   * Cycles, each with a line from 0 to 1 and then 1: with τ = (step mod ⌈T/M⌉)/(T/M), β = τ/R while
   * τ ≤ R.
   *
   * <p><b>Source.</b> Fu, Li, Liu, Gao, Celikyilmaz, Carin, "Cyclical annealing schedule: a simple
   * approach to mitigating KL vanishing", NAACL 2019, equations 6 and 7.
   *
   * @param totalSteps T of the arm, ≥ 1
   * @param cycles M ≥ 1, of at least two steps each: in a shorter one β never leaves 0
   * @param ramp R in (0, 1]
   */
  record Cyclical(long totalSteps, int cycles, double ramp) implements BetaSchedule {
    /**
     * @throws IllegalArgumentException when the cycles are shorter
     */
    public Cyclical {
      if (totalSteps < 2L * cycles) {
        throw new IllegalArgumentException(
            "%d cycles of annealing in %d steps; at most %d fit"
                .formatted(cycles, totalSteps, totalSteps / 2));
      }
    }

    @Override
    public double beta(long step) {
      long period = (totalSteps + cycles - 1) / cycles;
      double place = step % period / ((double) totalSteps / cycles);
      return Math.min(1, place / ramp);
    }
  }

  /**
   * Doubled again and again, the first time before the first step: it kills any code.
   *
   * @param first what is doubled, ≥ 0
   * @param everySteps ≥ 1
   * @param maximum where it stops
   */
  record Doubling(double first, long everySteps, double maximum) implements BetaSchedule {
    @Override
    public double beta(long step) {
      double doublings = 1 + step / everySteps;
      return Math.min(Math.max(first, Double.MIN_NORMAL) * Math.pow(2, doublings), maximum);
    }
  }
}
