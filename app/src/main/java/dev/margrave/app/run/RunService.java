package dev.margrave.app.run;

import dev.margrave.orchestrator.experiment.SubmitReply;
import dev.margrave.orchestrator.service.Control;
import dev.margrave.orchestrator.service.ControlReply;
import dev.margrave.orchestrator.service.ExperimentService;
import dev.margrave.orchestrator.service.ExperimentSummary;
import dev.margrave.orchestrator.service.WorkerStatus;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.spec.ExperimentSpec;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What may be asked of a process that runs one experiment and ends with it. */
final class RunService implements ExperimentService {
  private final ExperimentService service;

  RunService(ExperimentService service) {
    this.service = service;
  }

  /** Refused: it would end unfinished. */
  @Override
  public CompletionStage<SubmitReply> submit(ExperimentSpec spec, boolean fresh) {
    return CompletableFuture.completedFuture(
        new SubmitReply.Refused(
            "this process runs one experiment and ends with it; submit "
                + spec.name()
                + " to a 'margrave orchestrator', or run it by itself"));
  }

  @Override
  public CompletionStage<List<ExperimentSummary>> list() {
    return service.list();
  }

  @Override
  public CompletionStage<Optional<ExperimentView>> view(ExperimentId experiment) {
    return service.view(experiment);
  }

  @Override
  public CompletionStage<ControlReply> control(ExperimentId experiment, Control control) {
    return service.control(experiment, control);
  }

  @Override
  public CompletionStage<List<WorkerStatus>> workers() {
    return service.workers();
  }
}
