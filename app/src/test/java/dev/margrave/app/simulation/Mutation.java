package dev.margrave.app.simulation;

/** A rule that is switched off, so that it shows whether the checks would notice. */
enum Mutation {
  /** All rules hold. */
  NONE(""),
  /** What a superseded attempt says is taken for the word of the current one. */
  STALE_TAKEN_FOR_CURRENT(".* is committed while attempt \\d+ is current"),
  /** Workers never hear that their attempt is superseded. */
  DEAF_TO_SUPERSEDED(".* (still holds slots of|trains for nobody|runs stages of).*"),
  /** Checkpoints are reported before they are on disk: a crash tears them. */
  CHECKPOINTS_NOT_SYNCED(".* (damaged by nobody|is committed, but not on disk)"),
  /** The journal acknowledges what a crash can still undo. */
  ACKNOWLEDGED_BEFORE_WRITTEN(".* is not in the journal"),
  /** Workers are told to delete the checkpoint that was just committed. */
  DELETES_WHAT_IS_KEPT(".* is deleted and needed"),
  /** A superseded attempt is not told what the journal names of it. */
  FORGETS_WHAT_IS_NAMED(".* is deleted and needed"),
  /** An end is said once only. */
  ENDS_NOT_REPEATED("(still open|.* still holds slots of).*"),
  /** A lease shorter than the time between two signs of life. */
  LEASE_TOO_SHORT(".* was healthy, and ended by LOST.*"),
  /** A node begins more stages than it has slots. */
  OVERBOOKED(".* runs \\d+ attempts in \\d+ slots"),
  /** A resumed stage leaves out a step. */
  SKIPS_A_STEP("certificates differ.*");

  private final String complaint;

  Mutation(String complaint) {
    this.complaint = complaint;
  }

  /** By which check it is noticed, as a regular expression. */
  String complaint() {
    return complaint;
  }
}
