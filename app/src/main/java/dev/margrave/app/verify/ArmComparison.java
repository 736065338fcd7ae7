package dev.margrave.app.verify;

import dev.margrave.protocol.result.LatentAudit;
import dev.margrave.protocol.result.MutualInformation;
import dev.margrave.protocol.result.Probe;
import dev.margrave.protocol.result.StageResult.ArmTrained;
import dev.margrave.protocol.result.VaeStatistics;
import dev.margrave.workers.vae.ArmReplay.Remeasured;

/** Compares what was measured anew of one arm with its record, and names the first difference. */
final class ArmComparison {
  private final String name;
  private final Closeness close;
  private final int images;
  private final int components;

  /**
   * @param images m of the held-out split
   * @param components K
   */
  ArmComparison(String name, Closeness close, int images, int components) {
    this.name = name;
    this.close = close;
    this.images = images;
    this.components = components;
  }

  /**
   * Compares everything.
   *
   * @param sampled the recorded table, {@code [S·m·K]}
   * @param atMean the recorded table, {@code [m·K]}
   * @throws MismatchException naming the first thing that differs
   */
  void check(Remeasured anew, ArmTrained recorded, double[] sampled, double[] atMean) {
    table("sampled z", anew.sampled(), sampled);
    table("z = μ", anew.atMean(), atMean);
    audit(anew.audit(), recorded.audit());
    statistics(anew.statistics(), recorded.statistics());
    // Logarithms in double may round otherwise on another processor: b covers that.
    double roundoff = 2 * anew.train().roundoffBoundNats();
    double train = anew.train().marginNats();
    if (!(Math.abs(train - recorded.trainMarginNats()) <= roundoff)) {
      close.check(name + ", the training split's margin", train, recorded.trainMarginNats());
    }
    recorded.probe().ifPresent(probe -> probe(anew.codes().probe(), probe));
    recorded
        .mutualInformation()
        .ifPresent(information -> information(anew.codes().mutualInformation(), information));
  }

  private void probe(Probe anew, Probe recorded) {
    close.checkFitted(
        name + ", the probe's accuracy to labels",
        anew.labelAccuracy().orElse(Double.NaN),
        recorded.labelAccuracy().orElse(Double.NaN));
    close.checkFitted(
        name + ", the probe's accuracy to the teacher",
        anew.teacherAccuracy(),
        recorded.teacherAccuracy());
    close.checkFitted(name + ", the probe's margin", anew.marginNats(), recorded.marginNats());
  }

  private void information(MutualInformation anew, MutualInformation recorded) {
    close.check(name + ", the mutual information", anew.nats(), recorded.nats());
    close.check(
        name + ", the mutual information's standard error",
        anew.standardErrorNats(),
        recorded.standardErrorNats());
  }

  private void table(String where, float[] anew, double[] recorded) {
    RunVerifier.same(
        "%s, the size of the table at %s".formatted(name, where),
        Integer.toString(anew.length),
        Integer.toString(recorded.length));
    for (int i = 0; i < anew.length; i++) {
      if (!close.holds(anew[i], recorded[i])) {
        int row = i / components;
        close.check(
            "%s, ln w at %s of sample %d, image %d, component %d"
                .formatted(name, where, row / images, row % images, i % components),
            anew[i],
            recorded[i]);
      }
    }
  }

  private void audit(LatentAudit anew, LatentAudit recorded) {
    RunVerifier.same(name + ", the latent-only audit", words(anew), words(recorded));
  }

  private static String words(LatentAudit audit) {
    return "every path through the code %s, blind to the input %s, constant on a constant code %s"
        .formatted(
            audit.everyPathThroughCode(), audit.blindToInput(), audit.constantOnConstantCode());
  }

  private void statistics(VaeStatistics anew, VaeStatistics recorded) {
    close.check(
        name + ", the reconstruction", anew.reconstructionNats(), recorded.reconstructionNats());
    close.check(
        name + ", the mean squared error", anew.meanSquaredError(), recorded.meanSquaredError());
    close.check(name + ", the KL", anew.klNats(), recorded.klNats());
    RunVerifier.same(
        name + ", the dimensions of the code",
        Integer.toString(anew.klPerDimensionNats().size()),
        Integer.toString(recorded.klPerDimensionNats().size()));
    for (int d = 0; d < anew.klPerDimensionNats().size(); d++) {
      close.check(
          name + ", the KL of dimension " + d,
          anew.klPerDimensionNats().get(d),
          recorded.klPerDimensionNats().get(d));
    }
    // Of another machine, a unit at the edge of being active may count there and not here.
    int units = close.bitwise() ? 0 : 1;
    if (Math.abs(anew.activeUnits() - recorded.activeUnits()) > units) {
      close.check(name + ", the active units", anew.activeUnits(), recorded.activeUnits());
    }
  }
}
