package dev.margrave.orchestrator.stage;

import java.time.Duration;

/**
 * How a stage is supervised.
 *
 * @param retry after failures
 * @param lease of an attempt
 * @param askAgain after which a supervisor that waits for a slot says so again
 * @param maximumEvaluations margins of one stage that are kept; further ones are only shown
 */
public record StageSettings(
    RetrySettings retry, LeaseSettings lease, Duration askAgain, int maximumEvaluations) {}
