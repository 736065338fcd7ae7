package dev.margrave.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MetricsSettingsTest {
  private static MetricsSettings of(String text) {
    return MetricsSettings.of(ConfigFactory.load(ConfigFactory.parseString(text)));
  }

  @Test
  void defaults() {
    assertEquals(new MetricsSettings(Duration.ofHours(1), 200_000), of(""));
  }

  @Test
  void everyKey() {
    assertEquals(
        new MetricsSettings(Duration.ofSeconds(2), 3),
        of("margrave.metrics { retention = 2 s, maximum-series = 3 }"));
  }

  @Test
  void whatIsOutOfRangeIsNamed() {
    assertEquals(
        "margrave.metrics.maximum-series is -1; a whole number from 0 on is wanted",
        assertThrows(
                IllegalArgumentException.class, () -> of("margrave.metrics.maximum-series = -1"))
            .getMessage());
    assertEquals(
        "margrave.metrics.retention is PT-1S; 0 or more is wanted, as 1 h",
        assertThrows(IllegalArgumentException.class, () -> of("margrave.metrics.retention = -1 s"))
            .getMessage());
  }
}
