package dev.margrave.protocol.result;

import java.util.OptionalDouble;

/**
 * What a linear read-out that was fitted after training finds in the codes. It says what the codes
 * hold, not what the witness passes on: it never certifies.
 *
 * @param labelAccuracy share of held-out images whose class it names; empty where the data set has
 *     no classes
 * @param teacherAccuracy share of held-out images whose most probable component of the teacher it
 *     names
 * @param marginNats I − L of the probe of the teacher, held out: the margin's formula, with the
 *     probe in the place of the witness
 */
public record Probe(OptionalDouble labelAccuracy, double teacherAccuracy, double marginNats) {}
