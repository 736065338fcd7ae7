package dev.margrave.orchestrator.experiment;

import java.util.List;

/**
 * What an experiment's spec was before it was extended; all but the seeds is as it is now.
 *
 * @param seeds that it had
 * @param specHash that the cells of these seeds carry
 */
public record SpecVersion(List<Long> seeds, String specHash) {
  public SpecVersion {
    seeds = List.copyOf(seeds);
  }
}
