package dev.margrave.app.run;

import dev.margrave.orchestrator.experiment.SubmitReply;
import dev.margrave.orchestrator.service.ActorExperimentService;
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

/**
 * What may be asked of a process that runs one experiment and ends with it. The others of its data
 * directory are not there: to ask one of their supervisors would wake it, and it would go on.
 */
final class RunService implements ExperimentService {
  private final ActorExperimentService service;
  private final ExperimentId own;

  RunService(ActorExperimentService service, ExperimentId own) {
    this.service = service;
    this.own = own;
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
    return service.list(own::equals);
  }

  @Override
  public CompletionStage<Optional<ExperimentView>> view(ExperimentId experiment) {
    return experiment.equals(own)
        ? service.view(experiment)
        : CompletableFuture.completedFuture(Optional.empty());
  }

  /** Not what its file does not say, nor what leaves nothing to show at its end. */
  @Override
  public CompletionStage<ControlReply> control(ExperimentId experiment, Control control) {
    if (!experiment.equals(own)) {
      return CompletableFuture.completedFuture(new ControlReply.Unknown(experiment.text()));
    }
    if (control instanceof Control.Extend || control instanceof Control.Remove) {
      return CompletableFuture.completedFuture(
          new ControlReply.Refused(
              "this process runs its experiment file as it is, and ends with it; change the file,"
                  + " or submit it to a 'margrave orchestrator'"));
    }
    return service.control(experiment, control);
  }

  @Override
  public CompletionStage<List<WorkerStatus>> workers() {
    return service.workers();
  }
}
