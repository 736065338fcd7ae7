package dev.margrave.app.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What must be so in the journal of a stage that is complete, whatever happened to it. */
final class JournalRules {
  private JournalRules() {}

  /** One end, attempts in order, and nothing of an attempt that was not the present one. */
  static void check(String stage, List<StageJournal.Entry> events) {
    List<Integer> assigned = new ArrayList<>();
    int present = 0;
    int last = 0;
    int ends = 0;
    for (StageJournal.Entry entry : events) {
      String where = stage + " event " + entry.sequenceNumber() + " of type " + entry.type();
      assertEquals(0, ends, where + " after the end");
      if (entry.is("stage-assigned")) {
        assertEquals(0, present, where + " while attempt " + present + " runs");
        assertTrue(entry.attempt() > last, where + ": " + entry.attempt() + " after " + last);
        present = entry.attempt();
        last = present;
        assigned.add(present);
      } else if (entry.is("stage-checkpoint-committed")) {
        JsonNode checkpoint = entry.event().get("checkpoint");
        assertEquals(present, checkpoint.get("attempt").get("number").asInt(), where);
        String path = checkpoint.get("artefact").get("path").asText();
        assertTrue(path.endsWith("-" + present + ".ckpt"), where + ": " + path);
      } else if (entry.is("stage-evaluated") || entry.is("stage-guard-measured")) {
        assertEquals(present, entry.attempt(), where);
      } else if (entry.is("stage-attempt-ended")) {
        assertEquals(present, entry.attempt(), where);
        present = 0;
        if (entry.event().get("last").asBoolean()) {
          assertEquals("completed", entry.event().get("outcome").get("type").asText(), where);
          ends++;
        }
      }
    }
    assertEquals(1, ends, stage + " ended " + ends + " times, attempts " + assigned);
  }
}
