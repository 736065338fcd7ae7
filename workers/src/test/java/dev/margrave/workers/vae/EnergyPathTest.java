package dev.margrave.workers.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.certificate.CertificateSettings;
import dev.margrave.certificate.Certifier;
import dev.margrave.certificate.RowSources;
import dev.margrave.certificate.Witness;
import dev.margrave.workers.vae.EnergyPath.Point;
import dev.margrave.workers.vae.EnergyPath.Trained;
import dev.margrave.workers.vae.engine.RegularSimplex;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EnergyPathTest {
  private static final int N = 60;
  private static final int K = 7;

  private static double[] teacher() {
    Random random = new Random(11);
    double[] teacher = new double[N * K];
    for (int i = 0; i < N; i++) {
      double sum = 0;
      for (int k = 0; k < K; k++) {
        teacher[i * K + k] = Math.exp(3 * random.nextGaussian());
        sum += teacher[i * K + k];
      }
      for (int k = 0; k < K; k++) {
        teacher[i * K + k] /= sum;
      }
    }
    return teacher;
  }

  /** The margin of the codes a·z*, as the certificate computes it. */
  private static double certified(double[] teacher, double scale) {
    RegularSimplex simplex = new RegularSimplex(K);
    double[] witness = new double[N * K];
    double[] code = new double[K - 1];
    double[] logits = new double[K];
    for (int i = 0; i < N; i++) {
      simplex.zeroLossCode(teacher, i, code);
      for (int d = 0; d < code.length; d++) {
        code[d] *= scale;
      }
      simplex.logits(code, logits);
      double sum = 0;
      for (int k = 0; k < K; k++) {
        witness[i * K + k] = Math.exp(logits[k]);
        sum += witness[i * K + k];
      }
      for (int k = 0; k < K; k++) {
        witness[i * K + k] /= sum;
      }
    }
    return Certifier.certify(
            RowSources.of(teacher, K),
            Witness.probabilities(RowSources.of(witness, K)),
            new CertificateSettings(0, 0.95, OptionalDouble.empty(), OptionalDouble.empty(), 1))
        .marginNats();
  }

  @Test
  void theMarginsAreTheCertificates() {
    double[] teacher = teacher();
    EnergyPath path = EnergyPath.ofHeldOut(teacher, K, new Trained(1.5, 0.25));
    assertEquals(25, path.points().size());
    assertEquals(new Trained(1.5, 0.25), path.trained());
    for (int s : new int[] {0, 3, 10, 20, 24}) {
      Point point = path.points().get(s);
      assertEquals(s / 20.0, point.scale());
      assertEquals(certified(teacher, point.scale()), point.marginNats(), 1e-12);
    }
  }

  @Test
  void itLeadsFromTheUniformWitnessOverTheBoundaryToTheTeacher() {
    EnergyPath path = EnergyPath.ofHeldOut(teacher(), K, new Trained(0, 0));
    List<Point> points = path.points();
    assertEquals(0, points.get(0).energyNats());
    assertTrue(points.get(0).marginNats() < 0, "a uniform witness is a constant");
    Point summit = points.get(20);
    assertEquals(1, summit.scale());
    assertEquals(path.teacherInformationNats(), summit.marginNats(), 1e-12);
    assertEquals(summit.energyNats() / 4, points.get(10).energyNats(), 1e-12);
    for (int s = 1; s < points.size(); s++) {
      boolean rises = points.get(s).marginNats() > points.get(s - 1).marginNats();
      assertEquals(s <= 20, rises, "at a = " + points.get(s).scale());
    }
  }

  @Test
  void theForceIsTheMeanOverTheRows() {
    double[] teacher = {0.5, 0.5, 0.9, 0.1};
    // (0 + √2·‖(0.4, −0.4)‖)/2.
    assertEquals(0.4, EnergyPath.ofHeldOut(teacher, 2, new Trained(0, 0)).escapeForce(), 1e-12);
  }

  @Test
  void theTrainedEnergyIsThatOfTheProtectedDimensions() {
    float[] codes = {1, 2, 100, 3, 0, 100};
    assertEquals((0.5 * 5 + 0.5 * 9) / 2, EnergyPath.meanEnergy(codes, 3, 2));
  }
}
