package dev.margrave.protocol.spec;

import java.time.Duration;
import java.util.List;

/**
 * A program that trains the arms in an engine's place; {@code docs/external-trainer.md} says how
 * one speaks with it.
 *
 * @param command the program and its arguments, as the worker's machine finds it
 * @param grace from SIGTERM to SIGKILL
 * @param silence after which it counts as stuck
 */
public record TrainerSpec(List<String> command, Duration grace, Duration silence) {
  public TrainerSpec {
    command = List.copyOf(command);
  }
}
