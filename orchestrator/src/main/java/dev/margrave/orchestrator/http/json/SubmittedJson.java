package dev.margrave.orchestrator.http.json;

/**
 * A submission was accepted.
 *
 * @param id of the experiment, {@code name~2} and so on after fresh starts
 * @param resumed whether it was there before
 */
public record SubmittedJson(String id, boolean resumed) {}
