package dev.margrave.protocol.spec;

/**
 * Whether, and how often, the orchestrator rescues a lost margin by itself.
 *
 * @param enabled whether it does
 * @param evaluations in a row with a margin on the negative side after which a {@code full} arm
 *     counts as lost, ≥ 1; 0 when not enabled
 * @param maximum rescues of one arm, ≥ 1; 0 when not enabled
 */
public record AutomaticRescueSpec(boolean enabled, int evaluations, int maximum) {
  /** A lost margin is only shown. */
  public static final AutomaticRescueSpec OFF = new AutomaticRescueSpec();

  /** {@link #OFF}: what Jackson leaves out of a journal. */
  public AutomaticRescueSpec() {
    this(false, 0, 0);
  }
}
