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
 *   supervisor --Begin--&gt;                worker   (again until it is heard of; repeats are ignored)
 *   supervisor &lt;--Started--              worker
 *   supervisor &lt;--AtWork*--              worker   (renews the lease; may be lost)
 *   supervisor &lt;--Progressed*--          worker   (never persisted; may be lost)
 *   supervisor &lt;--CheckpointDamaged--    worker   (the attempt ends, the next goes on from the
 *                                                    checkpoint before)
 *   supervisor &lt;--Evaluated*--           worker
 *   supervisor &lt;--GuardMeasured--        worker   (a rescue, once)
 *   supervisor &lt;--CheckpointSaved*--     worker
 *   supervisor &lt;--Ended--                worker   (exactly once, the last)
 *   supervisor --Recorded--&gt;             worker   (it is in the journal)
 *
 *   supervisor --HandBack--&gt;             worker   (idempotent; checkpoints, ends HandedBack)
 *   supervisor --Superseded--&gt;           worker   (another attempt owns the stage, or none: stop,
 *                                                    say nothing, delete what no journal names)
 * </pre>
 *
 * Every message carries its attempt, the fencing token. What must be in the journal is numbered
 * from 1 and said again until it is {@link Recorded}, one after the other: a worker that loses its
 * orchestrators trains on and tells later. Reports travel in a {@link Delivery}, addressed by
 * stage, so that they find the supervisor wherever it lives now.
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
   * @param rescues automatic ones ordered so far, by number: those that the checkpoint does not
   *     know of are applied when their step is reached
   */
  record Begin(
      AttemptId attempt,
      StageSpec spec,
      Optional<CheckpointRef> resumeFrom,
      List<RescueOrder> rescues)
      implements Command {
    public Begin {
      rescues = List.copyOf(rescues);
    }

    /** Without automatic rescues. */
    public Begin(AttemptId attempt, StageSpec spec, Optional<CheckpointRef> resumeFrom) {
      this(attempt, spec, resumeFrom, List.of());
    }
  }

  /** Checkpoint and end the attempt: somebody goes on later. */
  record HandBack(AttemptId attempt) implements Command {}

  /**
   * The report of that number is in the journal, or was before.
   *
   * @param obsolete checkpoints that may be deleted
   */
  record Recorded(AttemptId attempt, int number, List<ArtefactRef> obsolete) implements Command {
    public Recorded {
      obsolete = List.copyOf(obsolete);
    }
  }

  /**
   * Another attempt owns the stage, or nobody wants it any more.
   *
   * @param named the paths of all artefacts of the stage that the journal names: whatever else this
   *     attempt wrote is nobody's, now and later; empty when the journal cannot tell, and then
   *     nothing is to be deleted
   */
  record Superseded(AttemptId attempt, Optional<List<String>> named) implements Command {
    public Superseded {
      named = named.map(List::copyOf);
    }

    /** By nobody who knows what the journal names. */
    public Superseded(AttemptId attempt) {
      this(attempt, Optional.empty());
    }
  }

  /**
   * A report on its way.
   *
   * @param number counts what must be in the journal, from 1 within an attempt; {@link #UNNUMBERED}
   *     for what may be lost
   * @param node the worker's, for the answer
   */
  record Delivery(Report report, int number, ActorRef<Command> node) implements StageMessage {
    /** Of a report that may be lost. */
    public static final int UNNUMBERED = 0;
  }

  /** To a stage supervisor. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Started.class, name = "started"),
    @JsonSubTypes.Type(value = AtWork.class, name = "at-work"),
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

  /** Nothing new: the attempt is at work, or waits to be heard. */
  record AtWork(AttemptId attempt) implements Report {}

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
