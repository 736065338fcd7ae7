package dev.margrave.orchestrator.result;

import dev.margrave.protocol.Arm;

/**
 * One arm across its seeds and teachers. Margins are held out, at sampled z, in nats; NaN when no
 * cell completed.
 *
 * @param cells planned
 * @param completed cells with a result, over which the rest is taken
 * @param certified of these, with the verdict CERTIFIED
 * @param meanMarginNats the mean
 * @param sdMarginNats the sample standard deviation; NaN under two cells
 * @param minMarginNats the least
 */
public record ArmSummary(
    Arm arm,
    int cells,
    int completed,
    int certified,
    double meanMarginNats,
    double sdMarginNats,
    double minMarginNats) {}
