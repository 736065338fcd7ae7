package dev.margrave.orchestrator.http.json;

import dev.margrave.orchestrator.result.Gate;
import dev.margrave.orchestrator.result.GateOutcome;
import dev.margrave.protocol.Arm;

/**
 * One gate that is decided, as results.json has it.
 *
 * @param gate {@code full-certifies} and the like
 * @param reason why it came out so, in words with the numbers
 */
public record GateJson(
    String gate, Arm arm, long seed, long teacherSeed, GateOutcome outcome, String reason) {
  static GateJson of(Gate gate) {
    return new GateJson(
        gate.kind().label(),
        gate.kind().arm(),
        gate.seed(),
        gate.teacherSeed(),
        gate.outcome(),
        gate.reason());
  }
}
