package dev.margrave.orchestrator.http.json;

import java.util.List;

/**
 * Which seeds to add.
 *
 * @param seeds each at least 0; those that are there already stay as they are
 */
public record ExtendJson(List<Long> seeds) {
  public ExtendJson {
    seeds = seeds == null ? List.of() : List.copyOf(seeds);
  }
}
