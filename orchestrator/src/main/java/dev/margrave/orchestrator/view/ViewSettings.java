package dev.margrave.orchestrator.view;

import java.time.Duration;

/**
 * How often users see something new.
 *
 * @param interval between two snapshots of an experiment; decisive changes come at once
 */
public record ViewSettings(Duration interval) {}
