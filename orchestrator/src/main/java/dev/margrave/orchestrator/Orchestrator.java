package dev.margrave.orchestrator;

import akka.actor.typed.ActorRef;
import dev.margrave.orchestrator.experiment.SubmitReply;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.spec.ExperimentSpec;

/** The orchestrator's front: takes experiments, shows them, drains before the process ends. */
public final class Orchestrator {

  private Orchestrator() {}

  /** To the orchestrator. */
  public sealed interface Command {}

  /**
   * Runs an experiment, goes on with it where it stopped, or answers with what it found when it had
   * finished. Idempotent.
   *
   * @param canonicalSpec the spec as text, equal for equal specs: shown when another spec has the
   *     name
   * @param specHash SHA-256 of {@code canonicalSpec}, lower-case hexadecimal
   * @param fresh starts anew beside the old
   */
  public record Submit(
      ExperimentSpec spec,
      String canonicalSpec,
      String specHash,
      boolean fresh,
      ActorRef<SubmitReply> replyTo)
      implements Command {}

  /**
   * Sends snapshots to the subscriber, the present one at once, until it stops. To be asked for
   * after {@link SubmitReply.Accepted}.
   */
  public record Watch(ExperimentId experiment, ActorRef<ExperimentView> subscriber)
      implements Command {}

  /**
   * Starts no more attempts, and answers once no attempt runs any more and everything is in the
   * journal. The workers must be told to hand back what they run. Idempotent.
   */
  public record Drain(ActorRef<Drained> replyTo) implements Command {}

  /** Nothing runs any more. */
  public record Drained() {}
}
