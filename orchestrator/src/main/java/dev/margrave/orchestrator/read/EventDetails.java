package dev.margrave.orchestrator.read;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.margrave.orchestrator.journal.JournalEvent;
import dev.margrave.orchestrator.stage.StageEvent;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.Evaluation;
import java.util.Iterator;
import java.util.Map;

/**
 * The fields of an event that programs read: its own numbers and short texts, and the few that
 * matter of what it holds. Specs and results have interfaces of their own.
 */
final class EventDetails {
  private static final int LONGEST_TEXT = 1000;

  private final ObjectMapper mapper;

  EventDetails(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  /** A JSON object. */
  String of(JournalEvent event) {
    ObjectNode details = mapper.createObjectNode();
    Iterator<Map.Entry<String, JsonNode>> fields = mapper.valueToTree(event).fields();
    fields.forEachRemaining(
        field -> {
          JsonNode value = field.getValue();
          boolean small = value.isValueNode() && value.asText().length() <= LONGEST_TEXT;
          if (small && !value.isNull() && !field.getKey().equals("event")) {
            details.set(field.getKey(), value);
          }
        });
    if (event instanceof StageEvent.Evaluated evaluated) {
      evaluation(details, evaluated.evaluation());
    } else if (event instanceof StageEvent.CheckpointCommitted committed) {
      checkpoint(details, committed.checkpoint());
    } else if (event instanceof StageEvent.CheckpointDropped dropped) {
      checkpoint(details, dropped.checkpoint());
    } else if (event instanceof StageEvent.AttemptEnded ended) {
      outcome(details, ended.outcome());
    }
    return details.toString();
  }

  private static void evaluation(ObjectNode details, Evaluation evaluation) {
    details.put("step", evaluation.step());
    details.put("epoch", evaluation.epoch());
    details.put("marginNats", evaluation.sampled().marginNats());
    details.put("marginAtMeanNats", evaluation.atMean().marginNats());
    details.put("verdict", evaluation.sampled().verdict().name());
  }

  private static void checkpoint(ObjectNode details, CheckpointRef checkpoint) {
    details.put("attempt", checkpoint.attempt().number());
    details.put("step", checkpoint.step());
    details.put("sha256", checkpoint.artefact().sha256());
  }

  private void outcome(ObjectNode details, Outcome outcome) {
    details.put("outcome", mapper.valueToTree(outcome).path("type").asText());
    if (outcome instanceof Outcome.Failed failed) {
      details.put("kind", failed.kind().name());
      details.put("failure", failed.message());
    }
  }
}
