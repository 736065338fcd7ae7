package dev.margrave.app.report;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.margrave.app.text.Json;
import dev.margrave.protocol.artefact.SmallFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * path.json of an arm with a simplex witness.
 *
 * @param escapeForce of the teacher at the dead code, nats per unit of code
 * @param points of the scaled zero-loss codes, by ascending scale; they are the teacher's alone
 * @param trained where the arm ended
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record EnergyCurve(double escapeForce, List<Point> points, Trained trained) {

  /** All codes a·z*. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Point(double scale, double energyNats, double marginNats) {
    boolean isFinite() {
      return Double.isFinite(scale) && Double.isFinite(energyNats) && Double.isFinite(marginNats);
    }
  }

  /** The model at z = μ(x). */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Trained(double energyNats, double marginNats) {
    boolean isFinite() {
      return Double.isFinite(energyNats) && Double.isFinite(marginNats);
    }
  }

  /**
   * Reads it.
   *
   * @param of the stage
   * @throws IOException when it is no such file
   */
  static EnergyCurve read(byte[] json, String of) throws IOException {
    try {
      EnergyCurve curve = Json.read(new String(json, StandardCharsets.UTF_8), EnergyCurve.class);
      if (curve.points().size() < 2
          || !curve.points().stream().allMatch(Point::isFinite)
          || curve.trained() == null) {
        throw new IllegalArgumentException("points are missing, or no numbers");
      }
      return curve;
    } catch (IOException | RuntimeException e) {
      throw new IOException(
          "%s of %s is no path of margins and energies".formatted(SmallFile.PATH.file(), of), e);
    }
  }

  /** The greatest energy that is drawn. */
  double mostEnergyNats() {
    double end = points.get(points.size() - 1).energyNats();
    return trained.isFinite() ? Math.max(end, trained.energyNats()) : end;
  }
}
