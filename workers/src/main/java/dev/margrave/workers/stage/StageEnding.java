package dev.margrave.workers.stage;

import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.worker.Effort;

/** How an attempt ended, and the work since its last checkpoint. */
public record StageEnding(Outcome outcome, Effort effort) {}
