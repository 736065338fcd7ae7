package dev.margrave.workers.vae;

import dev.margrave.workers.vae.engine.Part;
import java.util.Collections;
import java.util.SortedMap;

/** Every step updates everything once; nothing is remembered. */
final class ScheduledSteps implements StepTaker {
  private final BetaSchedule schedule;
  private final TrainingContext context;

  ScheduledSteps(BetaSchedule schedule, TrainingContext context) {
    this.schedule = schedule;
    this.context = context;
  }

  @Override
  public Taken take(long step) {
    return new Taken(context.step(context.feed().at(step), beta(step), Part.ALL), true);
  }

  @Override
  public double beta(long step) {
    return schedule.beta(step);
  }

  @Override
  public SortedMap<String, Double> memory() {
    return Collections.emptySortedMap();
  }

  @Override
  public void recall(SortedMap<String, Double> memory) {}
}
