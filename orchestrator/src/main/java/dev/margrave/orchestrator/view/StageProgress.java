package dev.margrave.orchestrator.view;

/**
 * What a worker last said about where its attempt is.
 *
 * @param phase what is being done, in a word or two
 * @param done units done, of {@code total}
 * @param total units in all; for the collapse arm an upper limit
 * @param epoch passes over the training split so far; 0 for a teacher search
 * @param imagesPerSecond over the last few seconds; 0 where it means nothing
 */
public record StageProgress(
    String phase, long done, long total, double epoch, double imagesPerSecond) {}
