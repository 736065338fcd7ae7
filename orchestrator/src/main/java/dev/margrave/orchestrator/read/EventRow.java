package dev.margrave.orchestrator.read;

import dev.margrave.protocol.StageKey;
import java.time.Instant;
import java.util.Optional;

/**
 * Something that happened, as users read it.
 *
 * @param id grows within an experiment; what a stream of events resumes from
 * @param stage empty when it happened to the whole experiment
 * @param type as the event is called in the journal, without its version: {@code
 *     stage-checkpoint-committed}
 * @param message one sentence
 * @param json further fields, a JSON object: attempt, worker, step, marginNats and the like
 */
public record EventRow(
    long id, Instant at, Optional<StageKey> stage, String type, String message, String json) {}
