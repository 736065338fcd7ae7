package dev.margrave.workers.teacher;

import java.util.List;

/**
 * Every candidate of a search, the winner first.
 *
 * @param seed of the search
 * @param fitRows images of the training split that mixtures were fitted to
 * @param heldOutRows images of the training split that candidates were scored on
 * @param settings of the search
 * @param pca what the principal components explain
 * @param candidates by rank
 */
public record TeacherLeaderboard(
    long seed,
    int fitRows,
    int heldOutRows,
    TeacherSearchSettings settings,
    PcaSummary pca,
    List<CandidateResult> candidates) {
  public TeacherLeaderboard {
    candidates = List.copyOf(candidates);
    if (candidates.isEmpty()) {
      throw new IllegalArgumentException("A leaderboard needs at least one candidate.");
    }
  }

  /** The candidate of rank 1. */
  public CandidateResult winner() {
    return candidates.get(0);
  }
}
