package dev.margrave.workers.actor;

import com.typesafe.config.Config;
import dev.margrave.protocol.worker.Capabilities;
import java.time.Duration;

/**
 * What a worker node is.
 *
 * @param worker its name, unique among the scheduler's workers
 * @param capabilities what it has
 * @param registerEvery between two registrations
 * @param speakEvery between two signs of life of an attempt, and before something is said again
 */
public record NodeSettings(
    String worker, Capabilities capabilities, Duration registerEvery, Duration speakEvery) {
  private static final String SECTION = "margrave.worker.";

  /** With the intervals of {@code margrave.worker}. */
  public static NodeSettings of(Config config, String worker, Capabilities capabilities) {
    return new NodeSettings(
        worker,
        capabilities,
        config.getDuration(SECTION + "register-every"),
        config.getDuration(SECTION + "speak-every"));
  }
}
