package dev.margrave.orchestrator.http.json;

/**
 * An experiment was steered.
 *
 * @param message what happens now, in one sentence
 */
public record ControlledJson(String id, String message) {}
