package dev.margrave.orchestrator.journal;

/**
 * Marks what is written to the journal and kept for ever: JSON, small. Each event has a type name
 * with a version in the JSON, so that classes may be renamed; a changed shape gets a new name, and
 * the old one stays readable.
 */
public interface JournalEvent {}
