package dev.margrave.orchestrator.stage;

import java.time.Duration;

/**
 * How a stage is supervised.
 *
 * @param retry after failures
 * @param askAgain after which a supervisor without an answer asks its scheduler again
 * @param maximumEvaluations margins of one stage that are kept; further ones are only shown
 */
public record StageSettings(RetrySettings retry, Duration askAgain, int maximumEvaluations) {}
