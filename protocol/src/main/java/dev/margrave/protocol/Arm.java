package dev.margrave.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The arms of one seed: where each starts, whether the alignment pulls, what is expected of it. */
public enum Arm {
  /** Trained with alignment from a fresh start. */
  FULL("full", null, true, Expectation.CERTIFIED),
  /** The same initialisation as {@link #FULL}, alignment off. */
  ABLATION("ablation", null, false, Expectation.NEGATIVE),
  /** From the ablation's final checkpoint, alignment on. */
  RESCUE("rescue", ABLATION, true, Expectation.CERTIFIED),
  /** From the full arm's final checkpoint, alignment off: how long does the certificate last? */
  DRIFT("drift", FULL, false, Expectation.NONE),
  /** From the ablation's final checkpoint, β raised until the code is dead. */
  COLLAPSE("collapse", ABLATION, false, Expectation.CONSTANT),
  /** From the dead code, β as before, alignment on. */
  RESCUE_FROM_COLLAPSE("rescue-from-collapse", COLLAPSE, true, Expectation.CERTIFIED);

  /** What the gate of an arm asks for. */
  public enum Expectation {
    /** The verdict is CERTIFIED. */
    CERTIFIED,
    /** The verdict is NEGATIVE, of either kind. */
    NEGATIVE,
    /** The verdict is NEGATIVE of kind constant at z = μ(x), and the KL is under its target. */
    CONSTANT,
    /** No gate. */
    NONE
  }

  private final String label;
  private final Arm startsFrom;
  private final boolean aligned;
  private final Expectation expectation;

  Arm(String label, Arm startsFrom, boolean aligned, Expectation expectation) {
    this.label = label;
    this.startsFrom = startsFrom;
    this.aligned = aligned;
    this.expectation = expectation;
  }

  /** The name in experiment files, results, metrics and paths. */
  @JsonValue
  public String label() {
    return label;
  }

  /** The arm whose final checkpoint this one starts from; empty for a fresh start. */
  public Optional<Arm> startsFrom() {
    return Optional.ofNullable(startsFrom);
  }

  /** Whether λ > 0. */
  public boolean aligned() {
    return aligned;
  }

  public Expectation expectation() {
    return expectation;
  }

  /**
   * The arm of that label.
   *
   * @throws IllegalArgumentException naming the label and the known ones
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static Arm of(String label) {
    for (Arm arm : values()) {
      if (arm.label.equals(label)) {
        return arm;
      }
    }
    throw new IllegalArgumentException(
        "no arm is called '"
            + label
            + "'; the arms are "
            + Arrays.stream(values()).map(Arm::label).collect(Collectors.joining(", ")));
  }
}
