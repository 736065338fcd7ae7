package dev.margrave.protocol.spec;

/**
 * How the collapse arm makes a dead code: β doubles until the KL term is under its target.
 *
 * @param klTargetNats the held-out KL under which the code counts as dead, > 0
 * @param doubleBetaEvery between doublings of β
 * @param maximumBeta where the doubling stops, > 0
 * @param maximumEpochs where the arm gives up, ≥ 1
 */
public record CollapseSpec(
    double klTargetNats, Interval doubleBetaEvery, double maximumBeta, int maximumEpochs) {}
