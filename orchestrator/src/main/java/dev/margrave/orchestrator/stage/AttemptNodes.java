package dev.margrave.orchestrator.stage;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import dev.margrave.orchestrator.stage.StageSupervisor.WorkerGone;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.worker.WorkerProtocol;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A stage's side of its conversations with the workers that have or had its attempts. Soft: this
 * incarnation of the supervisor knows the workers of its own attempts only; what it says to others
 * is dropped, for they belonged to a process that is gone.
 */
final class AttemptNodes {
  private final StageId stage;
  private final ActorContext<StageProtocol.Command> context;
  private final ActorRef<WorkerProtocol.Report> reports;
  private final Map<Integer, ActorRef<WorkerProtocol.Command>> nodes = new HashMap<>();

  /**
   * No workers yet.
   *
   * @param context of the supervisor, which is sent {@link WorkerGone} when one stops
   * @param reports where workers report
   */
  AttemptNodes(
      StageId stage,
      ActorContext<StageProtocol.Command> context,
      ActorRef<WorkerProtocol.Report> reports) {
    this.stage = stage;
    this.context = context;
    this.reports = reports;
  }

  /** Gives the current attempt to a worker. */
  void begin(StageHistory history, ActorRef<WorkerProtocol.Command> node) {
    nodes.put(history.attempt(), node);
    context.watchWith(node, new WorkerGone(history.attempt()));
    node.tell(
        new WorkerProtocol.Begin(
            attempt(history.attempt()), history.spec(), history.resumeFrom(), reports));
  }

  /** The last checkpoint is committed. */
  void checkpointCommitted(StageHistory history, List<ArtefactRef> givenUpBefore) {
    tell(
        new WorkerProtocol.CheckpointCommitted(
            attempt(history.attempt()),
            history.resumeFrom().orElseThrow(),
            history.deletable(givenUpBefore)));
  }

  /** The attempt's end is in the journal; its worker may stop without a word. */
  void over(int attempt) {
    tell(new WorkerProtocol.EndAcknowledged(attempt(attempt)));
    ActorRef<WorkerProtocol.Command> node = nodes.get(attempt);
    if (node != null) {
      context.unwatch(node);
    }
  }

  /** A report of an attempt that is over. Its worker may not have heard, or may be a zombie. */
  void stale(Optional<StageHistory> history, WorkerProtocol.Report report) {
    AttemptId attempt = report.attempt();
    boolean lastOne = history.map(StageHistory::attempt).equals(Optional.of(attempt.number()));
    if (lastOne && report instanceof WorkerProtocol.Ended) {
      tell(new WorkerProtocol.EndAcknowledged(attempt));
    } else {
      context.getLog().info("{}: report of an attempt that is over", attempt);
      tell(new WorkerProtocol.Superseded(attempt));
    }
  }

  /** To the worker of the message's attempt. */
  private void tell(WorkerProtocol.Command message) {
    ActorRef<WorkerProtocol.Command> node = nodes.get(message.attempt().number());
    if (node != null) {
      node.tell(message);
    }
  }

  private AttemptId attempt(int number) {
    return new AttemptId(stage, number);
  }
}
