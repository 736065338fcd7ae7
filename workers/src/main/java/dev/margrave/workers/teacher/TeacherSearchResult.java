package dev.margrave.workers.teacher;

/**
 * What a search ends with.
 *
 * @param table the winner's, frozen
 * @param leaderboard every candidate
 * @param seconds of the whole search, wall time
 */
public record TeacherSearchResult(
    TeacherTable table, TeacherLeaderboard leaderboard, double seconds) {}
