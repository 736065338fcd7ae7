package dev.margrave.orchestrator.service;

import dev.margrave.orchestrator.result.GateOutcome;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.WireMessage;
import java.time.Instant;
import java.util.Optional;

/**
 * One line of the list of experiments.
 *
 * @param dataset its data set's name
 * @param stages in all
 * @param completed of them
 * @param failed of them, cancelled ones included
 * @param overall how the gates came out together; empty until it is finished
 */
public record ExperimentSummary(
    ExperimentId experiment,
    ExperimentView.Status status,
    String dataset,
    int stages,
    int completed,
    int failed,
    Optional<GateOutcome> overall,
    Instant submitted)
    implements WireMessage {}
