package dev.margrave.orchestrator.read;

import java.util.Map;
import java.util.Optional;

/**
 * How the projections of this node fare.
 *
 * @param readers by tag; those that never ran on this node are not among them
 */
public record ReadHealth(Map<String, Reader> readers) {

  public ReadHealth {
    readers = Map.copyOf(readers);
  }

  /**
   * One projection.
   *
   * @param running whether it runs here now; in a cluster it may have moved
   * @param position the id of the last event whose row is there; 0 when none came since it started
   * @param failures on this node
   * @param problem why it does not get on at present; it is tried again until it does
   */
  public record Reader(boolean running, long position, long failures, Optional<String> problem) {}

  /** Whether all get on. */
  public boolean healthy() {
    return readers.values().stream().allMatch(reader -> reader.problem().isEmpty());
  }
}
