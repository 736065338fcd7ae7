package dev.margrave.orchestrator.http.json;

import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.GateOutcome;
import dev.margrave.orchestrator.view.ExperimentView;
import java.util.List;
import java.util.Optional;

/**
 * Where an experiment stands.
 *
 * @param id its name, with {@code ~2} and so on after fresh starts
 * @param status {@code running}, {@code paused}, {@code cancelled}, {@code finished} or {@code
 *     broken}
 * @param problem why it broke
 * @param overall how the gates came out together, once finished
 */
public record ExperimentJson(
    String id,
    String status,
    Optional<String> problem,
    Optional<GateOutcome> overall,
    List<StageJson> stages,
    List<GateJson> gates) {

  public ExperimentJson {
    stages = List.copyOf(stages);
    gates = List.copyOf(gates);
  }

  /** Of a snapshot. */
  public static ExperimentJson of(ExperimentView view) {
    return new ExperimentJson(
        view.experiment().text(),
        Labels.of(view.status()),
        view.problem(),
        view.results().map(ExperimentResults::overall),
        view.stages().stream().map(StageJson::of).toList(),
        view.gates().stream().map(GateJson::of).toList());
  }
}
