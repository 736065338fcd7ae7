package dev.margrave.protocol.spec;

/**
 * What a stage asks of a slot.
 *
 * @param gpus per stage, ≥ 0
 * @param priority higher goes first
 * @param maxAttempts tries at one stage before it counts as failed, ≥ 1
 */
public record ResourceSpec(int gpus, int priority, int maxAttempts) {}
