package dev.margrave.orchestrator.stage;

import dev.margrave.orchestrator.result.MarginPoint;
import dev.margrave.protocol.result.Evaluation;
import dev.margrave.protocol.result.RescueGuard;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was measured of a stage.
 *
 * @param evaluation the latest
 * @param guard of the latest rescue
 * @param margins the curve, by increasing step
 */
public record Measurements(
    Optional<Evaluation> evaluation, Optional<RescueGuard> guard, List<MarginPoint> margins) {

  /** Nothing yet. */
  static final Measurements NONE = new Measurements(Optional.empty(), Optional.empty(), List.of());

  public Measurements {
    margins = List.copyOf(margins);
  }

  /** Whether a measurement at that step, or a later one, is there already. */
  boolean reaches(long step) {
    return evaluation.isPresent() && step <= evaluation.get().step();
  }

  Measurements with(Evaluation latest) {
    List<MarginPoint> longer = new ArrayList<>(margins);
    longer.add(MarginPoint.of(latest));
    return new Measurements(Optional.of(latest), guard, longer);
  }

  /** The next guard is another's. */
  Measurements withoutGuard() {
    return new Measurements(evaluation, Optional.empty(), margins);
  }

  Measurements with(RescueGuard measured) {
    return new Measurements(evaluation, Optional.of(measured), margins);
  }
}
