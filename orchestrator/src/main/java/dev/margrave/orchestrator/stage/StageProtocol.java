package dev.margrave.orchestrator.stage;

import akka.actor.typed.ActorRef;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.margrave.orchestrator.result.StageEnding;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.WireMessage;
import dev.margrave.protocol.worker.StageMessage;
import dev.margrave.protocol.worker.StageSpec;

/**
 * What is said to the supervisor of a stage, and what it says of the stage.
 *
 * <pre>
 *   experiment --Run--&gt;           supervisor   (idempotent; ends a suspension)
 *   experiment &lt;--Planned--       supervisor
 *   experiment &lt;--StageEnded--    supervisor   (again for every command after the end)
 *   experiment --Suspend--&gt;       supervisor   (idempotent)
 *   experiment &lt;--Suspended--     supervisor   (at once, or when the attempt that runs was handed back)
 *   experiment --Cancel--&gt;        supervisor   (idempotent; answered by StageEnded)
 *   region     --Drain--&gt;         supervisor   (idempotent)
 *   region     &lt;--Drained--       supervisor   (at once, or when the attempt that runs has ended)
 *   views      &lt;--StageChanged*-- supervisor
 * </pre>
 *
 * What it says to its worker and to the scheduler is in {@code WorkerProtocol} and {@code
 * SchedulerProtocol}.
 */
public interface StageProtocol {
  /** To a stage supervisor. */
  sealed interface Command extends StageMessage
      permits Run, Suspend, Cancel, Drain, StageSupervisor.Internal {}

  /**
   * Run the stage.
   *
   * @param rank its place in the experiment's order of urgency
   * @param forgetBefore an end without a result after fewer attempts than this is forgotten, and
   *     the stage goes on; 0 forgets none
   * @param replyTo is told now and at the end
   */
  record Run(StageSpec spec, int rank, int forgetBefore, ActorRef<Notice> replyTo)
      implements Command {}

  /**
   * Hand back the attempt that runs and start no other, until the next {@link Run}. Not persisted:
   * a supervisor that has recovered waits for a Run anyway.
   */
  record Suspend(ActorRef<Notice> replyTo) implements Command {}

  /** End the stage for good, unless it is over. */
  record Cancel(ActorRef<Notice> replyTo) implements Command {}

  /** Start no more attempts; answer once none runs. */
  record Drain(ActorRef<Drained> replyTo) implements Command {}

  /** To the experiment. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Planned.class, name = "planned"),
    @JsonSubTypes.Type(value = Suspended.class, name = "suspended"),
    @JsonSubTypes.Type(value = StageEnded.class, name = "stage-ended")
  })
  sealed interface Notice extends WireMessage {
    StageId stage();
  }

  /** The stage is in the journal and will be run. */
  record Planned(StageId stage) implements Notice {}

  /** No attempt of the stage runs, and none starts before the next {@link Run}. */
  record Suspended(StageId stage) implements Notice {}

  /** The stage is over. */
  record StageEnded(StageId stage, StageEnding ending) implements Notice {}

  /** No attempt of the stage runs, and none will be started. */
  record Drained(StageId stage) implements WireMessage {}

  /** Shown to users. */
  record StageChanged(StageId stage, StageView view) implements WireMessage {}
}
