package dev.margrave.orchestrator.result;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How an arm that trains without alignment loses its margin.
 *
 * @param slopeNatsPerEpoch of the least-squares line through the curve at sampled z
 * @param crossingStep of the first measurement at or below the boundary; empty when there is none
 */
public record Drift(double slopeNatsPerEpoch, OptionalLong crossingStep) {

  /** The drift of a curve in the order of its steps; empty for fewer than two points. */
  public static Optional<Drift> of(List<MarginPoint> curve) {
    if (curve.size() < 2) {
      return Optional.empty();
    }
    double meanEpoch = curve.stream().mapToDouble(MarginPoint::epoch).average().orElseThrow();
    double meanMargin = curve.stream().mapToDouble(MarginPoint::marginNats).average().orElseThrow();
    double covariance = 0;
    double variance = 0;
    for (MarginPoint point : curve) {
      double epoch = point.epoch() - meanEpoch;
      covariance += epoch * (point.marginNats() - meanMargin);
      variance += epoch * epoch;
    }
    OptionalLong crossing =
        curve.stream()
            .filter(point -> point.marginNats() <= 0)
            .mapToLong(MarginPoint::step)
            .findFirst();
    return Optional.of(new Drift(covariance / variance, crossing));
  }
}
