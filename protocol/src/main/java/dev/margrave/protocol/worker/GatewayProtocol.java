package dev.margrave.protocol.worker;

import akka.actor.typed.ActorRef;
import dev.margrave.protocol.WireMessage;
import java.util.List;

/**
 * What workers on other machines say to an orchestrator. Workers are no members of the cluster:
 * they come, go and fall silent without anybody having to agree on it.
 *
 * <pre>
 *   worker --Register--&gt;   gateway   (again and again)
 *   worker &lt;--Welcome--    gateway   (no answer: the worker tries another orchestrator)
 *   worker --Report--&gt;     gateway   (handed on to the stage's supervisor, wherever it lives)
 *   worker --Unregister--&gt; gateway
 * </pre>
 *
 * Answers to reports come from the supervisor directly.
 */
public interface GatewayProtocol {
  /** The gateway's name under the guardian of each orchestrator. */
  String NAME = "gateway";

  /** To a gateway. */
  sealed interface Command extends WireMessage {}

  /** The worker is there. */
  record Register(SchedulerProtocol.RegisterWorker worker, ActorRef<Welcome> replyTo)
      implements Command {}

  /** The worker takes no more stages. */
  record Unregister(SchedulerProtocol.UnregisterWorker worker, ActorRef<Welcome> replyTo)
      implements Command {}

  /** For the supervisor of the report's stage. */
  record Report(WorkerProtocol.Delivery delivery) implements Command {}

  /**
   * The worker was heard.
   *
   * @param orchestrators all that are there, as {@code host:port}
   */
  record Welcome(List<String> orchestrators) implements WireMessage {
    public Welcome {
      orchestrators = List.copyOf(orchestrators);
    }
  }
}
