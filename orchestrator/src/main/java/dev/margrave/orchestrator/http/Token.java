package dev.margrave.orchestrator.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Who may call.
 *
 * @param name of whom it was given to, for the log
 * @param secret what the caller sends
 */
public record Token(String name, Role role, String secret) {
  /**
   * Whether a caller sent this one. It takes the same time whatever was sent: digests of one length
   * are compared, to their end.
   */
  boolean matches(String sent) {
    return MessageDigest.isEqual(digest(secret), digest(sent));
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Without the secret: settings are logged. */
  @Override
  public String toString() {
    return "Token[" + name + ", " + role + "]";
  }
}
