package dev.margrave.protocol.artefact;

/**
 * A file of the artefact store.
 *
 * @param path relative to the store's root, with '/' between names
 * @param bytes its length
 * @param sha256 of its content, 64 lower-case hexadecimal digits
 */
public record ArtefactRef(String path, long bytes, String sha256) {}
