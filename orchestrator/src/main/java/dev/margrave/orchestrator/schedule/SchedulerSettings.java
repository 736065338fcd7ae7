package dev.margrave.orchestrator.schedule;

import java.time.Duration;

/**
 * How slots are given out.
 *
 * @param maximumQueue stages that may wait; those beyond it are not remembered and ask again
 * @param settle between the first change and the giving out, so that stages that become ready
 *     together are compared before a slot is given
 */
public record SchedulerSettings(int maximumQueue, Duration settle) {}
