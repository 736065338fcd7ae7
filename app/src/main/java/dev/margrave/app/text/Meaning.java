package dev.margrave.app.text;

/** The sentence that stands under everything that shows a verdict. */
public final class Meaning {
  /** What a certificate says, and what it does not. */
  public static final String SENTENCE =
      "A certificate says that variation relative to its teacher passes through the latent code;"
          + " it does not rule out other forms of posterior collapse.";

  private Meaning() {}
}
