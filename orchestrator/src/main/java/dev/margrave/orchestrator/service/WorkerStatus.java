package dev.margrave.orchestrator.service;

import dev.margrave.protocol.StageId;
import dev.margrave.protocol.WireMessage;
import java.util.List;

/**
 * A worker as a user sees it.
 *
 * @param state {@code free}, {@code busy}, {@code excluded} or {@code unreachable}
 * @param reason why it is excluded; empty otherwise
 * @param gpus that it has, 0 on a CPU node
 * @param computeCapability of its oldest GPU, as {@code 8.6}; empty without one
 * @param memoryBytes that its stages may use together
 * @param running stages that hold its slots
 */
public record WorkerStatus(
    String worker,
    String address,
    String state,
    String reason,
    String engine,
    int slots,
    int gpus,
    String computeCapability,
    long memoryBytes,
    List<StageId> running)
    implements WireMessage {
  public WorkerStatus {
    running = List.copyOf(running);
  }
}
