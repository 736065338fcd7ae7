package dev.margrave.workers.teacher;

import java.util.ArrayList;
import java.util.List;

/** Measures the tables that one mixture gives at every temperature, in one pass over the points. */
final class CandidateScoring {
  private final List<TeacherRows> rows = new ArrayList<>();
  private final List<TableStatistics> statistics = new ArrayList<>();
  private final int components;
  private double meanLogLikelihood = Double.NaN;

  CandidateScoring(TeacherSearchSettings settings, int components) {
    this.components = components;
    for (double temperature : settings.temperatures()) {
      rows.add(new TeacherRows(temperature, settings.floor()));
      statistics.add(new TableStatistics(components));
    }
  }

  void measure(GaussianMixture mixture, Points points, CancellationCheck cancellation) {
    double[] row = new double[components];
    try (Responsibilities responsibilities = new Responsibilities(mixture.features(), components)) {
      double total =
          responsibilities.forEach(
              mixture,
              points,
              cancellation,
              (block, first, count) -> {
                for (int i = 0; i < count; i++) {
                  for (int t = 0; t < rows.size(); t++) {
                    rows.get(t).write(block, i * components, components, row, 0);
                    statistics.get(t).add(row, 0);
                  }
                }
              });
      meanLogLikelihood = total / points.rows();
    }
  }

  /**
   * The result of one candidate, not ranked yet.
   *
   * @param t its temperature's place in the settings
   */
  static CandidateResult result(
      TeacherCandidate candidate,
      TeacherSearchSettings settings,
      int t,
      CandidateScoring onFit,
      CandidateScoring onHeldOut,
      MixtureFit fit,
      double seconds) {
    TableStatistics fitStatistics = onFit.statistics.get(t);
    TableStatistics heldOut = onHeldOut.statistics.get(t);
    double fitInformation = fitStatistics.informationNats();
    double heldOutInformation = heldOut.informationNats();
    double mismatch = Math.abs(fitInformation - heldOutInformation);
    double usage = heldOut.usageEntropyNats();
    double deficit = Math.max(0, Math.log(candidate.components()) - usage);
    double energy = heldOut.logOddsEnergy();
    double codeCost = energy / 2;
    return new CandidateResult(
        0,
        candidate,
        fitInformation,
        heldOutInformation,
        mismatch,
        usage,
        deficit,
        energy,
        codeCost,
        settings.score().score(heldOutInformation, mismatch, deficit, codeCost),
        onFit.meanLogLikelihood,
        onHeldOut.meanLogLikelihood,
        fit.iterations(),
        fit.converged(),
        fit.idleComponents(),
        seconds);
  }
}
