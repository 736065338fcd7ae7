package dev.margrave.orchestrator.journal;

/**
 * Marks what is written as a snapshot: JSON. A snapshot that can no longer be read is left aside,
 * the events are replayed instead.
 */
public interface JournalState {}
