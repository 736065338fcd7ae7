package dev.margrave.app.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** A server said no, with problem details. */
final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final transient JsonNode problem;

  ApiException(int status, JsonNode problem) {
    super(problem.path("detail").asText("status " + status), null, false, false);
    this.status = status;
    this.problem = problem;
  }

  int status() {
    return status;
  }

  /** Whether there is no experiment of that name. */
  boolean unknownExperiment() {
    return problem.path("type").asText().equals("urn:margrave:unknown-experiment");
  }

  /** The sentence, and under it all errors, and what differs. */
  String text() {
    List<String> lines = new ArrayList<>();
    JsonNode errors = problem.path("errors");
    if (errors.size() > 1) {
      errors.forEach(
          error -> lines.add(error.path("where").asText() + ": " + error.path("what").asText()));
    }
    problem.path("difference").forEach(line -> lines.add(line.asText()));
    return lines.isEmpty()
        ? getMessage()
        : getMessage() + "\n" + String.join("\n", lines).indent(2).stripTrailing();
  }
}
