package dev.margrave.certificate;

/**
 * What a permutation test found.
 *
 * @param pValue (1 + atLeastObserved)/(1 + permutations), one-sided: how often chance alone aligns
 *     the witness with the teacher as well as was observed
 * @param permutations B
 * @param atLeastObserved how many permutations reached the observed margin
 * @param seed what the permutations were drawn from
 */
public record PermutationResult(double pValue, int permutations, int atLeastObserved, long seed) {}
