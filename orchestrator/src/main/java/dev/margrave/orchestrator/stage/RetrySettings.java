package dev.margrave.orchestrator.stage;

import java.time.Duration;

/**
 * When a stage is tried again.
 *
 * @param initialDelay before the second try after a crash; doubles with each further one
 * @param maximumDelay where the doubling stops
 * @param jitter by which fraction of itself a delay is lengthened at most, drawn per attempt, in
 *     [0, 1]
 * @param elsewhere whether there may be other workers: what ran out of one's memory or disk is
 *     tried on another then
 */
public record RetrySettings(
    Duration initialDelay, Duration maximumDelay, double jitter, boolean elsewhere) {}
