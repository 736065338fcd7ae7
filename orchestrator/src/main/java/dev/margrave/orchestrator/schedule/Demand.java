package dev.margrave.orchestrator.schedule;

import dev.margrave.protocol.worker.Needs;
import java.util.Set;

/**
 * Where a stage can run. Stages of one experiment mostly ask for the same.
 *
 * @param avoid workers that it is not given to
 */
record Demand(Needs needs, Set<String> avoid) {
  Demand {
    avoid = Set.copyOf(avoid);
  }
}
