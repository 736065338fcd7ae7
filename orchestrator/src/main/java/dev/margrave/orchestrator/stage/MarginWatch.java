package dev.margrave.orchestrator.stage;

import dev.margrave.certificate.Verdict;
import dev.margrave.protocol.result.Evaluation;
import dev.margrave.protocol.worker.RescueOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether a stage has lost its margin, and how often that was answered by a rescue. What counts is
 * the raw margin at sampled z; its negative side is that of {@link Verdict#NEGATIVE}.
 *
 * @param held whether it was ever on the other side: what was never earned cannot be lost
 * @param negative evaluations in a row on the negative side, the latest included; counted anew
 *     after a rescue
 * @param rescues started so far, by number
 */
public record MarginWatch(boolean held, int negative, List<RescueOrder> rescues) {

  /** Nothing measured yet. */
  static final MarginWatch NONE = new MarginWatch(false, 0, List.of());

  public MarginWatch {
    rescues = List.copyOf(rescues);
  }

  MarginWatch evaluated(Evaluation evaluation) {
    boolean lost = evaluation.sampled().verdict() == Verdict.NEGATIVE;
    return new MarginWatch(held || !lost, lost ? negative + 1 : 0, rescues);
  }

  MarginWatch rescued(RescueOrder rescue) {
    List<RescueOrder> all = new ArrayList<>(rescues);
    all.add(rescue);
    return new MarginWatch(held, 0, all);
  }

  /** Whether the margin was there, and is gone for at least so many evaluations. */
  boolean lost(int evaluations) {
    return held && negative >= evaluations;
  }

  /** The last one started. */
  Optional<RescueOrder> latest() {
    return rescues.isEmpty() ? Optional.empty() : Optional.of(rescues.get(rescues.size() - 1));
  }
}
