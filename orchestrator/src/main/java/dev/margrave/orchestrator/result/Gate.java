package dev.margrave.orchestrator.result;

/**
 * One gate of one cell of the experiment.
 *
 * @param kind what had to be shown
 * @param seed of the arm
 * @param teacherSeed of the teacher that it was judged against
 * @param reason why it came out so, in words with the numbers
 */
public record Gate(
    GateKind kind, long seed, long teacherSeed, GateOutcome outcome, String reason) {}
