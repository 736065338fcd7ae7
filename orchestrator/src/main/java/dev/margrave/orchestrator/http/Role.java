package dev.margrave.orchestrator.http;

/** What a token allows. */
public enum Role {
  /** To look. */
  READ,
  /** To look, and to submit and steer experiments. */
  WRITE;

  /** Whether this role suffices where {@code wanted} is asked for. */
  boolean covers(Role wanted) {
    return compareTo(wanted) >= 0;
  }
}
