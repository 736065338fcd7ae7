package dev.margrave.orchestrator.journal;

/** Told of events that a power failure should not undo. */
@FunctionalInterface
public interface Durability {
  /** For a journal that syncs by itself. */
  Durability NONE = () -> {};

  /** A decisive event was persisted: the journal syncs to disk soon. Never blocks. */
  void decisive();
}
