package dev.margrave.orchestrator.http;

import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import dev.margrave.orchestrator.http.json.ArtefactsJson;
import dev.margrave.orchestrator.service.ExperimentService;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.artefact.SmallFile;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * What single stages left to look at. A stage is known by its parsed key, and only if its
 * experiment has it: no text of a request becomes part of a path.
 */
final class StageHandlers {
  private final ExperimentService service;
  private final StageArtefacts artefacts;
  private final BlockingPool pool;

  StageHandlers(ExperimentService service, StageArtefacts artefacts, BlockingPool pool) {
    this.service = service;
    this.artefacts = artefacts;
    this.pool = pool;
  }

  CompletionStage<HttpResponse> artefacts(Call call) {
    return known(
        call, stage -> Responses.json(200, ArtefactsJson.of(stage, artefacts.list(stage))));
  }

  /** Serves one of a stage's files. */
  CompletionStage<HttpResponse> file(Call call, SmallFile file) {
    ContentType type =
        switch (file) {
          case SAMPLES -> MediaTypes.IMAGE_PNG.toContentType();
          case LEADERBOARD, CONFUSION, PATH -> ContentTypes.APPLICATION_JSON;
          case TRAINER_OUTPUT -> ContentTypes.TEXT_PLAIN_UTF8;
        };
    return known(call, stage -> Responses.of(200, type, content(stage, file)));
  }

  private byte[] content(StageId stage, SmallFile file) {
    return artefacts
        .read(stage, file)
        .orElseThrow(
            () ->
                Problem.Kind.NOT_FOUND.thrown(
                    "%s has left no %s yet".formatted(stage.text(), file.file())));
  }

  private CompletionStage<HttpResponse> known(Call call, Function<StageId, HttpResponse> answer) {
    ExperimentId experiment = call.experiment();
    String named = call.names().get("stage");
    StageKey stage = Call.stage(named).orElseThrow(() -> noStage(named));
    return service
        .view(experiment)
        .thenCompose(
            found -> {
              ExperimentView view = found.orElseThrow(() -> Call.unknown(experiment.text()));
              if (view.stages().stream().noneMatch(has -> has.stage().equals(stage))) {
                throw noStage(stage.text());
              }
              return pool.call(() -> answer.apply(new StageId(experiment, stage)));
            });
  }

  private static ProblemException noStage(String text) {
    return Problem.Kind.NOT_FOUND.thrown(
        "the experiment has no stage '%s'; its own description lists those that it has"
            .formatted(Texts.shown(text)));
  }
}
