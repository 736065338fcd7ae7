package dev.margrave.workers.vae;

import dev.margrave.protocol.result.RescueGuard;
import dev.margrave.protocol.spec.RescueSpec;
import dev.margrave.protocol.worker.RescueOrder;
import dev.margrave.workers.vae.engine.TrainingEngine;
import java.util.List;

/**
 * The rescues that the orchestrator ordered of one arm: each is applied once, when its step is
 * reached. An attempt that goes on from an earlier step comes by it with the bits that were there
 * before, so that neither the checkpoint nor the moment of the order decides anything.
 */
final class OrderedRescues {
  private final List<RescueOrder> orders;
  private int applied;

  /** None applied yet. */
  OrderedRescues(List<RescueOrder> orders) {
    this.orders = orders;
  }

  /** Those that the checkpoint gone on from knows of. */
  void resume(int appliedBefore) {
    applied = appliedBefore;
  }

  /** For the next checkpoint. */
  int applied() {
    return applied;
  }

  /** Whether one is to be applied after that many steps. */
  boolean due(long step) {
    return applied < orders.size() && step >= orders.get(applied).step();
  }

  /** Whether the one applied last is the last that was ordered: those before were told of. */
  boolean isLatest() {
    return applied == orders.size();
  }

  /**
   * Applies the one that is due: a new optimiser, as every arm has that goes on from another's
   * checkpoint, and a new head where the old one is dead on a dead code.
   *
   * @param seed of a new head's weights
   */
  RescueGuard apply(TrainingEngine engine, TaughtSplit train, RescueSpec floors, long seed) {
    int number = orders.get(applied).number();
    engine.restore(engine.snapshot().withFreshOptimiser());
    RescueGuard guard = SaddleGuard.apply(engine, train, floors, seed, number);
    applied++;
    return guard;
  }
}
