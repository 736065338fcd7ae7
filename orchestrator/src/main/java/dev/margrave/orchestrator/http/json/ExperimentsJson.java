package dev.margrave.orchestrator.http.json;

import java.util.List;

/** The list of experiments, the youngest first. */
public record ExperimentsJson(List<SummaryJson> experiments) {
  public ExperimentsJson {
    experiments = List.copyOf(experiments);
  }
}
