package dev.margrave.protocol.artefact;

import dev.margrave.protocol.AttemptId;

/**
 * A checkpoint that was written and synced. It exists only once its stage's supervisor has
 * committed it by an event.
 *
 * @param attempt who wrote it
 * @param step optimiser steps of this stage that it holds
 */
public record CheckpointRef(ArtefactRef artefact, AttemptId attempt, long step) {}
