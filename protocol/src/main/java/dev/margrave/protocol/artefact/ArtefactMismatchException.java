package dev.margrave.protocol.artefact;

/** An artefact is missing, or is not what was committed. */
public final class ArtefactMismatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ArtefactMismatchException(String message) {
    super(message);
  }
}
