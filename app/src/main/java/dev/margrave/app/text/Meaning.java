package dev.margrave.app.text;

import dev.margrave.orchestrator.result.ResultsJson;

/** The sentence that stands under everything that shows a verdict. */
public final class Meaning {
  /** What a certificate says, and what it does not. */
  public static final String SENTENCE = ResultsJson.MEANING;

  private Meaning() {}
}
