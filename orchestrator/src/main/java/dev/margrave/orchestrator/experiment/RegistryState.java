package dev.margrave.orchestrator.experiment;

import dev.margrave.orchestrator.journal.JournalState;
import dev.margrave.protocol.ExperimentId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The experiments of a data directory.
 *
 * @param latest the youngest generation of each name, in the order of the names' first use
 * @param removed those that are off the list
 */
public record RegistryState(List<RegistryEvent.Opened> latest, List<ExperimentId> removed)
    implements JournalState {

  public RegistryState {
    latest = List.copyOf(latest);
    // Absent from snapshots that were written before any could be removed.
    removed = removed == null ? List.of() : List.copyOf(removed);
  }

  /** The youngest generation of a name. */
  Optional<RegistryEvent.Opened> of(String name) {
    return latest.stream().filter(entry -> entry.experiment().name().equals(name)).findFirst();
  }

  /** Whether an experiment was opened and is on the list, or was before a fresh start. */
  boolean knows(ExperimentId experiment) {
    return !removed.contains(experiment)
        && of(experiment.name())
            .filter(entry -> entry.experiment().generation() >= experiment.generation())
            .isPresent();
  }

  /** What is on the list, the youngest first. */
  List<RegistryEvent.Opened> listed() {
    return latest.stream()
        .filter(entry -> !removed.contains(entry.experiment()))
        .sorted(Comparator.comparing(RegistryEvent.Opened::at).reversed())
        .toList();
  }

  RegistryState apply(RegistryEvent event) {
    if (event instanceof RegistryEvent.Opened opened) {
      return with(opened);
    }
    if (event instanceof RegistryEvent.EntryExtended extended) {
      RegistryEvent.Opened before = of(extended.experiment().name()).orElseThrow();
      return with(
          new RegistryEvent.Opened(
              before.experiment(), extended.specHash(), extended.canonicalSpec(), before.at()));
    }
    List<ExperimentId> more = new ArrayList<>(removed);
    more.add(((RegistryEvent.EntryRemoved) event).experiment());
    return new RegistryState(latest, more);
  }

  private RegistryState with(RegistryEvent.Opened opened) {
    List<RegistryEvent.Opened> entries = new ArrayList<>(latest);
    Optional<RegistryEvent.Opened> older = of(opened.experiment().name());
    if (older.isPresent()) {
      entries.set(entries.indexOf(older.get()), opened);
    } else {
      entries.add(opened);
    }
    return new RegistryState(entries, removed);
  }
}
