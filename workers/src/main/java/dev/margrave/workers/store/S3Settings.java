package dev.margrave.workers.store;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * How S3 is spoken to.
 *
 * @param endpoint of an S3-compatible storage; empty for Amazon's of the region
 * @param pathStyle whether the bucket's name stands in the path rather than in the host's name
 * @param credentials empty for what the SDK finds in the environment
 * @param cacheBytes of fetched artefacts that are kept on the local disk
 * @param connectTimeout until a connection is there
 * @param readTimeout without a byte of the answer
 * @param attemptTimeout of one try at a request, with its whole upload or download
 * @param attempts tries at a request
 */
public record S3Settings(
    Optional<URI> endpoint,
    String region,
    boolean pathStyle,
    Optional<S3Credentials> credentials,
    long cacheBytes,
    Duration connectTimeout,
    Duration readTimeout,
    Duration attemptTimeout,
    int attempts) {

  /** What a user calls it in a message. */
  String endpointText() {
    return endpoint.map(URI::toString).orElse("of Amazon S3 in the region " + region);
  }
}
