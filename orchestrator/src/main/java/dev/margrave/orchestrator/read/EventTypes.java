package dev.margrave.orchestrator.read;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import dev.margrave.orchestrator.journal.JournalEvent;
import java.util.Arrays;

/** What events are called in the journal. */
final class EventTypes {
  /** The two that a run has many of. */
  static final String EVALUATED = "stage-evaluated";

  static final String CHECKPOINTED = "stage-checkpoint-committed";

  private EventTypes() {}

  /** The type name without its version: {@code stage-checkpoint-committed}. */
  static String of(JournalEvent event) {
    for (Class<?> family : event.getClass().getInterfaces()) {
      JsonSubTypes types = family.getAnnotation(JsonSubTypes.class);
      if (types != null) {
        return Arrays.stream(types.value())
            .filter(type -> type.value() == event.getClass())
            .map(type -> type.name().replaceFirst("-\\d+$", ""))
            .findFirst()
            .orElseGet(() -> event.getClass().getSimpleName());
      }
    }
    return event.getClass().getSimpleName();
  }
}
