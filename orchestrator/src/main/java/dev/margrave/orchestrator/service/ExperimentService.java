package dev.margrave.orchestrator.service;

import dev.margrave.orchestrator.experiment.SubmitReply;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.spec.ExperimentSpec;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What users may ask, wherever the supervisors live. Every stage completes with a reply, or fails
 * with a {@link java.util.concurrent.TimeoutException} when nobody answered in time: the command
 * may or may not have been carried out then, and may be repeated.
 */
public interface ExperimentService {
  /** Runs an experiment, or goes on with it. Idempotent. */
  CompletionStage<SubmitReply> submit(ExperimentSpec spec, boolean fresh);

  /** All experiments, the youngest first. */
  CompletionStage<List<ExperimentSummary>> list();

  /** Where one stands now; empty when there is none of that name. */
  CompletionStage<Optional<ExperimentView>> view(ExperimentId experiment);

  /** Steers one. Idempotent. */
  CompletionStage<ControlReply> control(ExperimentId experiment, Control control);

  /** The workers that are registered, by name. */
  CompletionStage<List<WorkerStatus>> workers();
}
