package dev.margrave.orchestrator.journal;

import java.time.Duration;

/**
 * How the journal file is used.
 *
 * @param connections to the database at most, each with its thread
 * @param syncInterval between two forced writes to the disk
 */
public record JournalSettings(int connections, Duration syncInterval) {}
