package dev.margrave.workers.teacher;

import dev.margrave.protocol.spec.TeacherSpec.Covariance;

/**
 * One teacher of the search.
 *
 * @param dimensions principal components that its mixture sees, d
 * @param components of its mixture, K
 * @param covariance of each component
 * @param temperature by which log responsibilities are divided
 */
public record TeacherCandidate(
    int dimensions, int components, Covariance covariance, double temperature) {}
