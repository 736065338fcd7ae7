package dev.margrave.protocol.spec.loading;

import dev.margrave.protocol.spec.BaselinesSpec;

/** The section {@code baselines}, one method and one record for each section inside it. */
final class BaselinesReader {
  private static final Range EPOCHS = Range.between(1, 1_000_000);

  private final Section baselines;

  BaselinesReader(Section baselines) {
    this.baselines = baselines;
  }

  BaselinesSpec read() {
    BaselinesSpec spec =
        new BaselinesSpec(
            klAnnealing(baselines.section("kl-annealing")),
            cyclicalAnnealing(baselines.section("cyclical-annealing")),
            freeBits(baselines.section("free-bits")),
            infoVae(baselines.section("info-vae")),
            bnVae(baselines.section("bn-vae")),
            laggingInference(baselines.section("lagging-inference")),
            geco(baselines.section("geco")));
    baselines.refuseUnknownKeys();
    return spec;
  }

  private static BaselinesSpec.KlAnnealing klAnnealing(Section section) {
    var spec = new BaselinesSpec.KlAnnealing(section.interval("over"));
    section.refuseUnknownKeys();
    return spec;
  }

  private static BaselinesSpec.CyclicalAnnealing cyclicalAnnealing(Section section) {
    var spec =
        new BaselinesSpec.CyclicalAnnealing(
            section.integer("cycles", Range.between(1, 1_000_000)),
            section.number("ramp", new Range(0, false, 1, true)));
    section.refuseUnknownKeys();
    return spec;
  }

  private static BaselinesSpec.FreeBits freeBits(Section section) {
    var spec =
        new BaselinesSpec.FreeBits(
            section.number("floor", Range.notNegative()),
            section.integer("group-size", Range.between(1, 65_536)));
    section.refuseUnknownKeys();
    return spec;
  }

  private static BaselinesSpec.InfoVae infoVae(Section section) {
    var spec =
        new BaselinesSpec.InfoVae(
            section.number("alpha", Range.between(0, 1)),
            section.number("weight", new Range(1, true, Double.MAX_VALUE, true)),
            section.number("kernel-scale", Range.above(0)));
    section.refuseUnknownKeys();
    return spec;
  }

  private static BaselinesSpec.BnVae bnVae(Section section) {
    var spec =
        new BaselinesSpec.BnVae(
            section.number("gamma", Range.above(0)),
            section.number("momentum", new Range(0, false, 1, true)));
    section.refuseUnknownKeys();
    return spec;
  }

  private static BaselinesSpec.LaggingInference laggingInference(Section section) {
    var spec =
        new BaselinesSpec.LaggingInference(
            section.integer("maximum-inner-steps", Range.between(1, 65_535)),
            section.integer("check-every", Range.between(1, 65_535)),
            section.integer("maximum-aggressive-epochs", EPOCHS),
            section.integer("information-images", Range.between(2, 10_000)));
    section.refuseUnknownKeys();
    return spec;
  }

  private static BaselinesSpec.Geco geco(Section section) {
    var spec =
        new BaselinesSpec.Geco(
            section.number("tolerance", Range.above(0)),
            section.number("smoothing", new Range(0, true, 1, false)),
            section.number("rate", Range.above(0)),
            section.number("least-multiplier", new Range(0, false, 1, true)),
            section.number("largest-multiplier", new Range(1, true, Double.MAX_VALUE, true)));
    section.refuseUnknownKeys();
    return spec;
  }
}
