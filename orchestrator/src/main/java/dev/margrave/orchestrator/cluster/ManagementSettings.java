package dev.margrave.orchestrator.cluster;

import com.typesafe.config.Config;

/**
 * The sections {@code margrave.cluster.management} and {@code margrave.cluster.bootstrap}.
 *
 * @param enabled whether probes are answered
 * @param bootstrap whether orchestrators find each other by discovery, instead of by configured
 *     addresses; this goes over the same port, so that management runs too
 */
record ManagementSettings(boolean enabled, boolean bootstrap) {
  /** Reads the settings. */
  static ManagementSettings of(Config root) {
    boolean bootstrap = root.getBoolean("margrave.cluster.bootstrap.enabled");
    return new ManagementSettings(
        bootstrap || root.getBoolean("margrave.cluster.management.enabled"), bootstrap);
  }
}
