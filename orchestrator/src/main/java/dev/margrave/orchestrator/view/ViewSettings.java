package dev.margrave.orchestrator.view;

import java.time.Duration;

/**
 * How often users see something new.
 *
 * @param interval between two snapshots of an experiment at least; after a pause of that length a
 *     change is shown at once
 */
public record ViewSettings(Duration interval) {}
