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
  RESCUE_FROM_COLLAPSE("rescue-from-collapse", COLLAPSE, true, Expectation.CERTIFIED),

  /** β = 1, the evidence lower bound (Kingma and Welling 2013). */
  BASELINE_VANILLA("baseline-vanilla"),
  /** β-VAE (Higgins et al. 2017) with β = 2. */
  BASELINE_BETA_2("baseline-beta-2"),
  /** β-VAE with β = 4. */
  BASELINE_BETA_4("baseline-beta-4"),
  /** β-VAE with β = 8. */
  BASELINE_BETA_8("baseline-beta-8"),
  /** β rises from 0 to 1 once (Bowman et al. 2016). */
  BASELINE_KL_ANNEALING("baseline-kl-annealing"),
  /** β rises from 0 to 1 again and again (Fu et al. 2019). */
  BASELINE_CYCLICAL_ANNEALING("baseline-cyclical-annealing"),
  /** The KL is not pushed below a floor (Kingma et al. 2016). */
  BASELINE_FREE_BITS("baseline-free-bits"),
  /** InfoVAE with the maximum mean discrepancy (Zhao et al. 2019). */
  BASELINE_INFO_VAE("baseline-info-vae"),
  /** The posterior's means are batch-normalised (Zhu et al. 2020). */
  BASELINE_BN_VAE("baseline-bn-vae"),
  /** The encoder trains ahead of the decoder at first (He et al. 2019). */
  BASELINE_LAGGING_INFERENCE("baseline-lagging-inference"),
  /** The KL is minimised under a constraint on the reconstruction (Rezende and Viola 2018). */
  BASELINE_GECO("baseline-geco");

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

  /** A baseline: a fresh start without alignment. */
  Arm(String label) {
    this(label, null, false, Expectation.NEGATIVE);
  }

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

  /** Whether it is another paper's remedy, which the raw certificate is held against. */
  public boolean isBaseline() {
    return label.startsWith("baseline-");
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
