package dev.margrave.workers.store;

/** A key pair of S3. */
public record S3Credentials(String accessKey, String secretKey) {
  /** Settings are logged; a secret is not. */
  @Override
  public String toString() {
    return "S3Credentials[accessKey=" + accessKey + ", secretKey=(hidden)]";
  }
}
