package dev.margrave.orchestrator.http;

import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import dev.margrave.orchestrator.experiment.SubmitReply;
import dev.margrave.orchestrator.http.json.ControlledJson;
import dev.margrave.orchestrator.http.json.ExperimentJson;
import dev.margrave.orchestrator.http.json.ExperimentsJson;
import dev.margrave.orchestrator.http.json.ExtendJson;
import dev.margrave.orchestrator.http.json.Labels;
import dev.margrave.orchestrator.http.json.RetryJson;
import dev.margrave.orchestrator.http.json.SubmittedJson;
import dev.margrave.orchestrator.http.json.SummaryJson;
import dev.margrave.orchestrator.http.json.WorkersJson;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.ResultsJson;
import dev.margrave.orchestrator.service.Control;
import dev.margrave.orchestrator.service.ControlReply;
import dev.margrave.orchestrator.service.ExperimentService;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.loading.CanonicalSpec;
import dev.margrave.protocol.spec.loading.SubmittedSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What is asked of the supervisors. */
final class ExperimentHandlers {
  /** More is a typo, or an attack; the limit on stages is the supervisors'. */
  private static final int MOST_SEEDS = 1000;

  private static final String NO_FIELDS = "no body, or {}";

  /** Of the actions that take no fields: nothing but an object without any is a body. */
  record Nothing() {}

  private final ExperimentService service;
  private final BlockingPool pool;

  ExperimentHandlers(ExperimentService service, BlockingPool pool) {
    this.service = service;
    this.pool = pool;
  }

  CompletionStage<HttpResponse> submit(Call call) {
    boolean fresh = call.flag("fresh");
    String text = call.text();
    if (text.isBlank()) {
      throw Problem.Kind.BAD_BODY.thrown("the body is empty; send an experiment file");
    }
    boolean json = call.mediaType().equals(Optional.of("application/json"));
    return pool.call(() -> SubmittedSpec.parse(text, json))
        .thenCompose(
            spec -> service.submit(spec, fresh).thenApply(reply -> submitted(spec, reply)));
  }

  private static HttpResponse submitted(ExperimentSpec spec, SubmitReply reply) {
    if (reply instanceof SubmitReply.Accepted accepted) {
      String id = accepted.experiment().text();
      SubmittedJson body = new SubmittedJson(id, accepted.resumed());
      return Responses.json(accepted.resumed() ? 200 : 201, body)
          .addHeader(RawHeader.create("Location", "/api/v1/experiments/" + id));
    }
    if (reply instanceof SubmitReply.SpecChanged changed) {
      throw new ProblemException(
          Problem.Kind.SPEC_CHANGED
              .of(changed.message())
              .withDifference(
                  CanonicalSpec.difference(changed.previousSpec(), CanonicalSpec.text(spec))));
    }
    if (reply instanceof SubmitReply.Broken broken) {
      throw Problem.Kind.UNAVAILABLE.thrown(broken.message());
    }
    throw Problem.Kind.REFUSED.thrown(((SubmitReply.Refused) reply).message());
  }

  CompletionStage<HttpResponse> list(Call call) {
    return service
        .list()
        .thenApply(
            list ->
                Responses.json(
                    200, new ExperimentsJson(list.stream().map(SummaryJson::of).toList())));
  }

  CompletionStage<HttpResponse> workers(Call call) {
    return service.workers().thenApply(list -> Responses.json(200, WorkersJson.of(list)));
  }

  CompletionStage<HttpResponse> view(Call call) {
    return view(call.experiment(), view -> Responses.json(200, ExperimentJson.of(view)));
  }

  CompletionStage<HttpResponse> results(Call call) {
    return view(call.experiment(), view -> Responses.file(ResultsJson.of(finished(view))));
  }

  CompletionStage<HttpResponse> evidence(Call call) {
    return view(call.experiment(), view -> Responses.file(finished(view)));
  }

  /** Large experiments have large answers: they are written by threads that may take their time. */
  private CompletionStage<HttpResponse> view(
      ExperimentId experiment, Function<ExperimentView, HttpResponse> answer) {
    return service
        .view(experiment)
        .thenCompose(
            view -> {
              ExperimentView found = view.orElseThrow(() -> Call.unknown(experiment.text()));
              return pool.call(() -> answer.apply(found));
            });
  }

  private static ExperimentResults finished(ExperimentView view) {
    return view.results()
        .orElseThrow(
            () ->
                Problem.Kind.NOT_FINISHED.thrown(
                    "%s is %s; its results are there when every stage is over"
                        .formatted(view.experiment(), Labels.of(view.status()))));
  }

  CompletionStage<HttpResponse> pause(Call call) {
    call.json(Nothing.class, NO_FIELDS);
    return control(call, new Control.Pause());
  }

  CompletionStage<HttpResponse> resume(Call call) {
    call.json(Nothing.class, NO_FIELDS);
    return control(call, new Control.Resume());
  }

  CompletionStage<HttpResponse> cancel(Call call) {
    call.json(Nothing.class, NO_FIELDS);
    return control(call, new Control.Cancel());
  }

  CompletionStage<HttpResponse> remove(Call call) {
    return control(call, new Control.Remove());
  }

  CompletionStage<HttpResponse> retry(Call call) {
    RetryJson retry = call.json(RetryJson.class, "no body, or {\"stage\": \"full-0\"}");
    return control(call, new Control.Retry(retry.stage().map(ExperimentHandlers::stage)));
  }

  private static StageKey stage(String text) {
    return Call.stage(text).orElseThrow(() -> noStage(text));
  }

  private static ProblemException noStage(String text) {
    return Problem.Kind.BAD_BODY.thrown(
        "'%s' names no stage; stages are called teacher-0, full-0 or full-0-t11"
            .formatted(Texts.shown(text)));
  }

  CompletionStage<HttpResponse> extend(Call call) {
    String example = "{\"seeds\": [5, 6]}, 1 to %d seeds".formatted(MOST_SEEDS);
    List<Long> seeds = call.json(ExtendJson.class, example).seeds();
    boolean wrong =
        seeds.isEmpty()
            || seeds.size() > MOST_SEEDS
            || seeds.stream().anyMatch(seed -> seed < 0)
            || new HashSet<>(seeds).size() < seeds.size();
    if (wrong) {
      throw Problem.Kind.BAD_BODY.thrown(
          "the seeds are not what is wanted: " + example + ", each at least 0, none twice");
    }
    return control(call, new Control.Extend(seeds));
  }

  private CompletionStage<HttpResponse> control(Call call, Control control) {
    ExperimentId experiment = call.experiment();
    return service
        .control(experiment, control)
        .thenApply(
            reply -> {
              if (reply instanceof ControlReply.Done done) {
                return Responses.json(200, new ControlledJson(experiment.text(), done.message()));
              }
              if (reply instanceof ControlReply.Refused refused) {
                throw Problem.Kind.REFUSED.thrown(refused.message());
              }
              throw Call.unknown(experiment.text());
            });
  }
}
