package dev.margrave.orchestrator.schedule;

import java.time.Duration;

/**
 * How slots are given out.
 *
 * @param maximumQueue stages that may wait; those beyond it are not remembered and ask again
 * @param settle between the first request that could be met and the giving out, so that stages that
 *     become ready together are compared before a slot is given; a slot that others wait for is
 *     given at once
 * @param listen how long a new scheduler first hears what runs before it gives slots; zero where
 *     nothing can run that it does not know
 * @param unreachableAfter the silence of a worker after which it is given nothing; what runs there
 *     keeps its slots
 * @param forgetAfter how long a worker is unreachable before it is no more on the list; should it
 *     come back, it is new
 * @param reservationGrace how long a slot stays reserved for a stage that its worker does not name
 * @param patience how long a stage lets those behind it pass because what it needs is not free in
 *     one place; then a worker is kept for it
 * @param excludeAfter attempts in a row that ran out of a worker's resources, after which it is
 *     given nothing for a while
 * @param excludeFor that while
 */
public record SchedulerSettings(
    int maximumQueue,
    Duration settle,
    Duration listen,
    Duration unreachableAfter,
    Duration forgetAfter,
    Duration reservationGrace,
    Duration patience,
    int excludeAfter,
    Duration excludeFor) {

  /** For a process that is everything: nothing can run there that its scheduler does not know. */
  public SchedulerSettings alone() {
    return new SchedulerSettings(
        maximumQueue,
        settle,
        Duration.ZERO,
        unreachableAfter,
        forgetAfter,
        reservationGrace,
        patience,
        excludeAfter,
        excludeFor);
  }
}
