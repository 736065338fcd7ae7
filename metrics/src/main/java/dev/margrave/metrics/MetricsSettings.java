package dev.margrave.metrics;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The section {@code margrave.metrics}; defaults and meanings are in {@code reference.conf}.
 *
 * @param retention of a stage's series after its end
 * @param maximumSeries of stages and experiments, 0 for none
 */
public record MetricsSettings(Duration retention, int maximumSeries) {
  private static final String SECTION = "margrave.metrics";

  public MetricsSettings {
    if (retention.isNegative()) {
      throw new IllegalArgumentException(
          SECTION + ".retention is " + retention + "; 0 or more is wanted, as 1 h");
    }
    if (maximumSeries < 0) {
      throw new IllegalArgumentException(
          SECTION + ".maximum-series is " + maximumSeries + "; a whole number from 0 on is wanted");
    }
  }

  /**
   * Reads the settings.
   *
   * @throws IllegalArgumentException naming the key that is out of range
   */
  public static MetricsSettings of(Config root) {
    Config config = root.getConfig(SECTION);
    return new MetricsSettings(config.getDuration("retention"), config.getInt("maximum-series"));
  }
}
