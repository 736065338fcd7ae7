package dev.margrave.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class CertificateBenchmarkTest {
  @Test
  void theCertificateIsMeasuredBesideACopyAndStreams() throws Exception {
    Said said =
        Said.by(
            CertificateSpeed::run,
            "rows=20000",
            "columns=13",
            "rounds=1",
            "milliseconds=100",
            "warm=1");
    for (String contender :
        new String[] {"copy", "margrave", "margraveNpy", "streams", "streamsParallel"}) {
      assertTrue(said.median("certificate of 20,000 rows", contender) > 0, said::text);
    }
  }

  @Test
  void itsGrowthIsATable() throws Exception {
    Said said = Said.by(GrowthCertificate::run, "largest=10000", "classes=100", "rounds=3");
    assertEquals(2, said.text().split("exponent over all", -1).length - 1, said::text);
  }

  @Test
  void exponentsAreThoseOfPowers() {
    assertEquals(
        1.5,
        Growth.exponent(
            List.of(
                new Growth.Point(10, 2 * Math.pow(10, 1.5)),
                new Growth.Point(100, 2 * Math.pow(100, 1.5)),
                new Growth.Point(1000, 2 * Math.pow(1000, 1.5)))),
        1e-12);
  }
}
