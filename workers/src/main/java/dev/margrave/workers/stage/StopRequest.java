package dev.margrave.workers.stage;

/** What a running stage is asked to do; looked at between steps. */
public enum StopRequest {
  /** Go on. */
  NONE,
  /** Checkpoint, then end: somebody goes on later. */
  HAND_BACK,
  /** End; nothing more is wanted. */
  CANCEL
}
