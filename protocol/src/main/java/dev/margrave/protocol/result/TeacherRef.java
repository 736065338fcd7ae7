package dev.margrave.protocol.result;

import dev.margrave.protocol.artefact.ArtefactRef;

/**
 * A frozen teacher.
 *
 * @param train table of the training split, [n, K] float64
 * @param evaluate table of the held-out split, [m, K] float64
 * @param components K
 * @param floor ε: every entry is at least ε/K
 */
public record TeacherRef(ArtefactRef train, ArtefactRef evaluate, int components, double floor) {}
