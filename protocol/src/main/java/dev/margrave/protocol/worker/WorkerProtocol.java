package dev.margrave.protocol.worker;

import akka.actor.typed.ActorRef;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.WireMessage;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.Evaluation;
import dev.margrave.protocol.result.RescueGuard;
import java.util.List;
import java.util.Optional;

/**
 * What a stage supervisor and a worker node say to each other about one attempt.
 *
 * <pre>
 *   supervisor --Begin--&gt;                worker   (repeats of the same attempt are ignored)
 *   supervisor &lt;--Started--              worker
 *   supervisor &lt;--CheckpointDamaged--    worker   (instead; the attempt ends, the next goes on from
 *                                                    the checkpoint before)
 *   supervisor &lt;--Progressed*--          worker   (never persisted; may be lost)
 *   supervisor &lt;--Evaluated*--           worker
 *   supervisor &lt;--GuardMeasured--        worker   (a rescue, once)
 *   supervisor &lt;--CheckpointSaved--      worker
 *   supervisor --CheckpointCommitted--&gt;  worker   (now it exists; the obsolete ones are deleted)
 *   supervisor &lt;--Ended--                worker   (exactly once, repeated until acknowledged)
 *   supervisor --EndAcknowledged--&gt;      worker   (the slot is free again)
 *
 *   supervisor --Stop--&gt;                 worker   (idempotent; ends Cancelled)
 *   supervisor --Superseded--&gt;           worker   (an older attempt: stop, delete nothing, say nothing)
 * </pre>
 *
 * Every message carries its attempt, the fencing token.
 */
public interface WorkerProtocol {

  /** To a worker node. */
  sealed interface Command extends WireMessage {
    AttemptId attempt();
  }

  /**
   * Run a stage.
   *
   * @param resumeFrom this stage's last committed checkpoint
   */
  record Begin(
      AttemptId attempt,
      StageSpec spec,
      Optional<CheckpointRef> resumeFrom,
      ActorRef<Report> replyTo)
      implements Command {}

  /** Stop the attempt; it ends {@link Outcome.Cancelled}. */
  record Stop(AttemptId attempt) implements Command {}

  /** The checkpoint is in the journal; the obsolete ones may go. */
  record CheckpointCommitted(
      AttemptId attempt, CheckpointRef checkpoint, List<ArtefactRef> obsolete) implements Command {}

  /** The end is in the journal. */
  record EndAcknowledged(AttemptId attempt) implements Command {}

  /** A newer attempt owns the stage. */
  record Superseded(AttemptId attempt) implements Command {}

  /** To a stage supervisor. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Started.class, name = "started"),
    @JsonSubTypes.Type(value = Progressed.class, name = "progressed"),
    @JsonSubTypes.Type(value = Evaluated.class, name = "evaluated"),
    @JsonSubTypes.Type(value = GuardMeasured.class, name = "guard-measured"),
    @JsonSubTypes.Type(value = CheckpointSaved.class, name = "checkpoint-saved"),
    @JsonSubTypes.Type(value = CheckpointDamaged.class, name = "checkpoint-damaged"),
    @JsonSubTypes.Type(value = Ended.class, name = "ended")
  })
  sealed interface Report extends WireMessage {
    AttemptId attempt();
  }

  /** Work began, at this step of the stage. */
  record Started(AttemptId attempt, long fromStep) implements Report {}

  /**
   * Where the work is.
   *
   * @param phase what is being done, in a word or two: {@code training}, {@code evaluating}, {@code
   *     principal components}
   * @param done units done, of {@code total}
   * @param total units in all; for the collapse arm an upper limit
   * @param epoch passes over the training split so far; 0 for a teacher search
   * @param imagesPerSecond over the last few seconds; 0 where it means nothing
   */
  record Progressed(
      AttemptId attempt, String phase, long done, long total, double epoch, double imagesPerSecond)
      implements Report {}

  /** The margin was measured. */
  record Evaluated(AttemptId attempt, Evaluation evaluation) implements Report {}

  /** The rescue guard was measured. */
  record GuardMeasured(AttemptId attempt, RescueGuard guard) implements Report {}

  /** A checkpoint was written, synced and renamed, and waits for its commit. */
  record CheckpointSaved(AttemptId attempt, CheckpointRef checkpoint, Effort effort)
      implements Report {}

  /** The checkpoint that was to be gone on from is missing, or its content is another. */
  record CheckpointDamaged(AttemptId attempt, CheckpointRef checkpoint) implements Report {}

  /** The attempt is over. */
  record Ended(AttemptId attempt, Outcome outcome, Effort effort) implements Report {}
}
