package dev.margrave.orchestrator.http.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.margrave.protocol.StageKey;
import java.time.Instant;
import java.util.Optional;

/**
 * Something that happened.
 *
 * @param id grows within an experiment
 * @param stage null when it happened to the whole experiment
 * @param message one sentence
 * @param data further fields, which depend on {@code type}
 */
public record EventJson(
    long id, Instant at, Optional<StageKey> stage, String type, String message, JsonNode data) {}
