package dev.margrave.orchestrator.http.json;

import java.util.Optional;

/**
 * What to try again.
 *
 * @param stage only this one; absent: all that failed or were cancelled
 */
public record RetryJson(Optional<String> stage) {
  public RetryJson {
    // A field that is not there at all is null for Jackson.
    stage = stage == null ? Optional.empty() : stage;
  }
}
