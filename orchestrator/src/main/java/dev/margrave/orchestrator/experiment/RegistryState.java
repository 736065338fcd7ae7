package dev.margrave.orchestrator.experiment;

import dev.margrave.orchestrator.journal.JournalState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The experiments of a data directory.
 *
 * @param latest the youngest generation of each name, in the order of the names' first use
 */
public record RegistryState(List<RegistryEvent.Opened> latest) implements JournalState {

  public RegistryState {
    latest = List.copyOf(latest);
  }

  /** The youngest generation of a name. */
  Optional<RegistryEvent.Opened> of(String name) {
    return latest.stream().filter(entry -> entry.experiment().name().equals(name)).findFirst();
  }

  RegistryState apply(RegistryEvent event) {
    if (!(event instanceof RegistryEvent.Opened opened)) {
      throw new IllegalStateException("unknown event " + event);
    }
    List<RegistryEvent.Opened> entries = new ArrayList<>(latest);
    Optional<RegistryEvent.Opened> older = of(opened.experiment().name());
    if (older.isPresent()) {
      entries.set(entries.indexOf(older.get()), opened);
    } else {
      entries.add(opened);
    }
    return new RegistryState(entries);
  }
}
