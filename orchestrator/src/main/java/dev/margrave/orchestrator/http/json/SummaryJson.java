package dev.margrave.orchestrator.http.json;

import dev.margrave.orchestrator.result.GateOutcome;
import dev.margrave.orchestrator.service.ExperimentSummary;
import java.time.Instant;
import java.util.Optional;

/**
 * One line of the list of experiments.
 *
 * @param stages in all
 * @param completed of them
 * @param failed of them, cancelled ones included
 * @param overall how the gates came out together, once finished
 */
public record SummaryJson(
    String id,
    String status,
    String dataset,
    int stages,
    int completed,
    int failed,
    Optional<GateOutcome> overall,
    Instant submitted) {

  /** Of a line. */
  public static SummaryJson of(ExperimentSummary summary) {
    return new SummaryJson(
        summary.experiment().text(),
        Labels.of(summary.status()),
        summary.dataset(),
        summary.stages(),
        summary.completed(),
        summary.failed(),
        summary.overall(),
        summary.submitted());
  }
}
