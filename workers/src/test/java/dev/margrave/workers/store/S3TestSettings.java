package dev.margrave.workers.store;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Settings for servers on this machine. */
final class S3TestSettings {
  private static final long CACHE_BYTES = 100_000_000;

  private S3TestSettings() {}

  static S3Settings of(URI endpoint) {
    return of(endpoint, 3, Duration.ofSeconds(30), Duration.ofSeconds(60));
  }

  static S3Settings of(URI endpoint, int attempts, Duration readTimeout, Duration attemptTimeout) {
    return new S3Settings(
        Optional.of(endpoint),
        "us-east-1",
        true,
        Optional.of(new S3Credentials("access", "secret")),
        CACHE_BYTES,
        Duration.ofSeconds(5),
        readTimeout,
        attemptTimeout,
        attempts);
  }
}
