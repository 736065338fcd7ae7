package dev.margrave.app.verify;

import dev.margrave.app.text.Words;
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
   * @param close counts what differs a little
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
    number(
        "the margin at sampled z",
        anew.sampledCertificate().marginNats(),
        recorded.sampled().marginNats());
    number(
        "the margin at z = μ",
        anew.atMeanCertificate().marginNats(),
        recorded.atMean().marginNats());
    // A table may be off a little in every cell, a verdict may not.
    RunVerifier.same(
        name + ", the verdict from tables measured anew",
        Words.verdict(anew.verdict(), anew.negativeKind()),
        Words.verdict(recorded.verdict(), recorded.negativeKind()));
    statistics(anew.statistics(), recorded.statistics());
    number("the training split's margin", anew.train().marginNats(), recorded.trainMarginNats());
    recorded.probe().ifPresent(probe -> probe(anew.codes().probe(), probe));
    recorded
        .mutualInformation()
        .ifPresent(information -> information(anew.codes().mutualInformation(), information));
  }

  private void number(String what, double anew, double recorded) {
    number(what, anew, recorded, Closeness.TOLERANCE);
  }

  private void number(String what, double anew, double recorded, double tolerance) {
    close.check(() -> name + ", " + what, anew, recorded, tolerance);
  }

  private void probe(Probe anew, Probe recorded) {
    double shares = Math.max(Closeness.FITTED_TOLERANCE, 2.0 / images);
    number(
        "the probe's accuracy to labels",
        anew.labelAccuracy().orElse(Double.NaN),
        recorded.labelAccuracy().orElse(Double.NaN),
        shares);
    number(
        "the probe's accuracy to the teacher",
        anew.teacherAccuracy(),
        recorded.teacherAccuracy(),
        shares);
    number(
        "the probe's margin", anew.marginNats(), recorded.marginNats(), Closeness.FITTED_TOLERANCE);
  }

  private void information(MutualInformation anew, MutualInformation recorded) {
    number("the mutual information", anew.nats(), recorded.nats());
    number(
        "the mutual information's standard error",
        anew.standardErrorNats(),
        recorded.standardErrorNats());
    RunVerifier.same(
        name + ", the images of the mutual information",
        anew.images() + " of " + anew.aggregated(),
        recorded.images() + " of " + recorded.aggregated());
  }

  private void table(String where, float[] anew, double[] recorded) {
    RunVerifier.same(
        "%s, the size of the table at %s".formatted(name, where),
        Integer.toString(anew.length),
        Integer.toString(recorded.length));
    for (int i = 0; i < anew.length; i++) {
      int at = i;
      close.check(() -> cell(where, at), anew[i], recorded[i]);
    }
  }

  private String cell(String where, int at) {
    int row = at / components;
    return "%s, ln w at %s of sample %d, image %d, component %d"
        .formatted(name, where, row / images, row % images, at % components);
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
    number("the reconstruction", anew.reconstructionNats(), recorded.reconstructionNats());
    number("the mean squared error", anew.meanSquaredError(), recorded.meanSquaredError());
    number("the KL", anew.klNats(), recorded.klNats());
    RunVerifier.same(
        name + ", the dimensions of the code",
        Integer.toString(anew.klPerDimensionNats().size()),
        Integer.toString(recorded.klPerDimensionNats().size()));
    for (int d = 0; d < anew.klPerDimensionNats().size(); d++) {
      number(
          "the KL of dimension " + d,
          anew.klPerDimensionNats().get(d),
          recorded.klPerDimensionNats().get(d));
    }
    // A unit at the edge of being active may count on one machine and not on another.
    number(
        "the active units",
        anew.activeUnits(),
        recorded.activeUnits(),
        1.0 / Math.max(1, recorded.activeUnits()));
  }
}
