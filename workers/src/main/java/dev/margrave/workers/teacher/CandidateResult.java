package dev.margrave.workers.teacher;

/**
 * What was measured of one candidate. <i>Fit</i> is the part of the training split that components
 * and mixture were fitted to, <i>held-out</i> the rest of the training split; the evaluation split
 * has no part in it. All but the energy in nats.
 *
 * @param rank from 1, the highest score; ties go to the candidate that comes first in the settings
 * @param fitInformationNats I of its table on the fit part
 * @param heldOutInformationNats I of its table on the held-out part
 * @param mismatchNats |fit − held-out|
 * @param usageEntropyNats H(T̄) on the held-out part
 * @param usageDeficitNats ln K − H(T̄), 0 when all components are used alike
 * @param logOddsEnergy mean over held-out rows of ‖ln T − mean_k ln T‖², without unit
 * @param codeCostNats half the energy: the KL to a standard normal of the code that carries the row
 * @param score see {@link ScoreWeights}
 * @param fitMeanLogLikelihoodNats of the mixture, per image of the fit part, in the whitened space
 * @param heldOutMeanLogLikelihoodNats the same on the held-out part
 * @param iterations of EM
 * @param converged false when EM stopped at its limit of iterations
 * @param idleComponents components that explain less than one image of the fit part
 * @param fitSeconds wall time of the mixture's fit, shared by all temperatures
 */
public record CandidateResult(
    int rank,
    TeacherCandidate candidate,
    double fitInformationNats,
    double heldOutInformationNats,
    double mismatchNats,
    double usageEntropyNats,
    double usageDeficitNats,
    double logOddsEnergy,
    double codeCostNats,
    double score,
    double fitMeanLogLikelihoodNats,
    double heldOutMeanLogLikelihoodNats,
    int iterations,
    boolean converged,
    int idleComponents,
    double fitSeconds) {

  CandidateResult withRank(int newRank) {
    return new CandidateResult(
        newRank,
        candidate,
        fitInformationNats,
        heldOutInformationNats,
        mismatchNats,
        usageEntropyNats,
        usageDeficitNats,
        logOddsEnergy,
        codeCostNats,
        score,
        fitMeanLogLikelihoodNats,
        heldOutMeanLogLikelihoodNats,
        iterations,
        converged,
        idleComponents,
        fitSeconds);
  }
}
