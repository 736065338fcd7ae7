package dev.margrave.workers.external;

import dev.margrave.protocol.FailureKind;

/** An external trainer that failed, or said what cannot be; its message is for the user. */
public final class TrainerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final FailureKind kind;

  private TrainerException(FailureKind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** It breaks the protocol: it would again. */
  public static TrainerException broken(String message) {
    return new TrainerException(FailureKind.USER, message);
  }

  /** It ended or got stuck: from its last checkpoint it may do better. */
  public static TrainerException crashed(String message) {
    return new TrainerException(FailureKind.CRASH, message);
  }

  /** Decides whether another attempt follows. */
  public FailureKind kind() {
    return kind;
  }
}
