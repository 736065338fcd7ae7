package dev.margrave.protocol.worker;

/**
 * A rescue that the orchestrator started by itself. It names a step of the training, not a
 * checkpoint: so the rescued arm has the same bits wherever it is gone on from.
 *
 * @param number of the stage's automatic rescues, from 1
 * @param step after which it is applied: that of the evaluation that decided
 */
public record RescueOrder(int number, long step) {}
