/**
 * The teacher of a seed: principal components, Gaussian mixtures, the search among candidates and
 * the frozen table. {@link dev.margrave.workers.teacher.TeacherSearch} is the way in; it knows
 * images as {@link dev.margrave.workers.teacher.PixelRows} only, and stores nothing.
 */
package dev.margrave.workers.teacher;
