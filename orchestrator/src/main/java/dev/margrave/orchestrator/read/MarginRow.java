package dev.margrave.orchestrator.read;

import dev.margrave.orchestrator.result.MarginPoint;
import dev.margrave.protocol.StageKey;

/** One point of a stage's margin curve. */
public record MarginRow(StageKey.ArmRun stage, MarginPoint point) {}
