package dev.margrave.protocol.result;

import dev.margrave.certificate.Certificate;

/**
 * One measurement on the held-out split while an arm trains.
 *
 * @param step optimiser steps done in this stage
 * @param epoch the same in passes over the training split
 * @param beta weight of the KL term at that step
 * @param lambda weight of the alignment term
 * @param sampled the raw certificate, at sampled z
 * @param atMean the deterministic one, at z = μ(x)
 */
public record Evaluation(
    long step,
    double epoch,
    double beta,
    double lambda,
    Certificate sampled,
    Certificate atMean,
    VaeStatistics statistics) {}
