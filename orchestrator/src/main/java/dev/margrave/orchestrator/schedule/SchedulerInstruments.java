package dev.margrave.orchestrator.schedule;

import java.util.Map;

/** Is told once a second by the scheduler how it stands, to be measured. Must not block. */
public interface SchedulerInstruments {
  /** Nothing is measured. */
  SchedulerInstruments NONE = new SchedulerInstruments() {};

  /**
   * It stands like that.
   *
   * @param waiting stages that wait for a slot
   * @param workers how many are in which state; states without any may be left out
   */
  default void stands(int waiting, Map<String, Integer> workers) {}

  /** It is not in this process any more. */
  default void left() {}
}
