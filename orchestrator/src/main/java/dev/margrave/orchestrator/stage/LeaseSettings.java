package dev.margrave.orchestrator.stage;

import java.time.Duration;

/**
 * How long an attempt is its worker's.
 *
 * @param limited whether workers live in processes of their own: then one that is silent for a
 *     lease has lost its attempt, and one that outlives its orchestrator keeps it; else worker and
 *     supervisor die together
 * @param lease the longest silence
 * @param reattach the longest silence after a supervisor has recovered: its worker may have to find
 *     another orchestrator first
 * @param repeatEvery between repeats of an order that was not heard
 */
public record LeaseSettings(
    boolean limited, Duration lease, Duration reattach, Duration repeatEvery) {}
