package dev.margrave.app.verify;

import dev.margrave.protocol.result.Provenance;
import dev.margrave.workers.vae.engine.EngineInfo;

/**
 * How near a number that was measured anew must be to the recorded one. On the native library and
 * the thread count of the run: the same bits. Elsewhere sums in single precision come in another
 * order, and {@value #TOLERANCE} of the number is allowed, of numbers below 1 as much in absolute
 * terms; {@value #FITTED_TOLERANCE} of a probe's.
 *
 * @param bitwise whether nothing is allowed
 * @param why in words, for messages
 */
record Closeness(boolean bitwise, String why) {
  /** Single precision has 6·10⁻⁸; a network of some layers loses three digits of it at worst. */
  static final double TOLERANCE = 1e-3;

  /** Of what was fitted anew: some images change sides. */
  static final double FITTED_TOLERANCE = 2e-2;

  static Closeness of(EngineInfo here, Provenance there) {
    String own = words(here.library(), here.nativeLibrary(), here.threads());
    String theirs = words(there.engine(), there.nativeLibrary(), there.threads());
    return own.equals(theirs)
        ? new Closeness(true, "bit for bit, on " + own)
        : new Closeness(
            false,
            "within %s (probes %s), on %s; the run was on %s"
                .formatted(TOLERANCE, FITTED_TOLERANCE, own, theirs));
  }

  private static String words(String library, String nativeLibrary, int threads) {
    return "%s, %s, %d thread%s"
        .formatted(library, nativeLibrary, threads, threads == 1 ? "" : "s");
  }

  boolean holds(double anew, double recorded) {
    return holds(anew, recorded, TOLERANCE);
  }

  private boolean holds(double anew, double recorded, double tolerance) {
    return Double.compare(anew, recorded) == 0
        || anew == recorded
        || (!bitwise && Math.abs(anew - recorded) <= tolerance * Math.max(1, Math.abs(recorded)));
  }

  /**
   * Refuses a number that is too far off.
   *
   * @throws MismatchException naming it
   */
  void check(String what, double anew, double recorded) {
    check(what, anew, recorded, TOLERANCE);
  }

  /** The same for a number that rests on a fit. */
  void checkFitted(String what, double anew, double recorded) {
    check(what, anew, recorded, FITTED_TOLERANCE);
  }

  private void check(String what, double anew, double recorded, double tolerance) {
    if (!holds(anew, recorded, tolerance)) {
      throw new MismatchException(
          "%s: recomputed %s, recorded %s (compared %s)".formatted(what, anew, recorded, why));
    }
  }
}
