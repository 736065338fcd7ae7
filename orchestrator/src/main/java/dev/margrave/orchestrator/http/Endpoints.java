package dev.margrave.orchestrator.http;

import akka.http.javadsl.model.HttpCharsets;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import dev.margrave.protocol.artefact.SmallFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The whole interface, as a table. */
final class Endpoints {
  /** Where it is described. */
  static final String OPENAPI = "/api/openapi.yaml";

  private static final String ROOT = "/api/v1";
  private static final String ONE = ROOT + "/experiments/{id}";
  private static final String STAGE = ONE + "/stages/{stage}";
  private static final List<String> EXPERIMENT_FILE =
      List.of("application/hocon", "text/plain", "application/json");
  private static final List<String> JSON = List.of("application/json");

  private Endpoints() {}

  static List<Endpoint> of(
      ExperimentHandlers experiments,
      HistoryHandlers history,
      StageHandlers stages,
      MetricsHandler metrics) {
    return List.of(
        Endpoint.get(OPENAPI, call -> CompletableFuture.completedFuture(description())).open(),
        Endpoint.get("/metrics", metrics::scrape),
        Endpoint.post(ROOT + "/experiments", experiments::submit, EXPERIMENT_FILE, "fresh"),
        Endpoint.get(ROOT + "/experiments", experiments::list),
        Endpoint.get(ONE, experiments::view),
        Endpoint.delete(ONE, experiments::remove),
        Endpoint.post(ONE + "/pause", experiments::pause, JSON),
        Endpoint.post(ONE + "/resume", experiments::resume, JSON),
        Endpoint.post(ONE + "/cancel", experiments::cancel, JSON),
        Endpoint.post(ONE + "/retry", experiments::retry, JSON),
        Endpoint.post(ONE + "/extend", experiments::extend, JSON),
        Endpoint.get(ONE + "/results", experiments::results),
        Endpoint.get(ONE + "/evidence", experiments::evidence),
        Endpoint.get(ONE + "/margins", history::margins, "arm", "seed", "from", "points"),
        Endpoint.get(ONE + "/events", history::events, "last"),
        Endpoint.get(STAGE + "/artefacts", stages::artefacts),
        Endpoint.get(STAGE + "/samples", call -> stages.file(call, SmallFile.SAMPLES)),
        Endpoint.get(STAGE + "/leaderboard", call -> stages.file(call, SmallFile.LEADERBOARD)),
        Endpoint.get(STAGE + "/confusion", call -> stages.file(call, SmallFile.CONFUSION)),
        Endpoint.get(STAGE + "/path", call -> stages.file(call, SmallFile.PATH)),
        Endpoint.get(
            STAGE + "/trainer-output", call -> stages.file(call, SmallFile.TRAINER_OUTPUT)),
        Endpoint.get(ROOT + "/workers", experiments::workers));
  }

  private static HttpResponse description() {
    try (InputStream in = Endpoints.class.getResourceAsStream("openapi.yaml")) {
      return Responses.of(
          200,
          MediaTypes.applicationWithFixedCharset("yaml", HttpCharsets.UTF_8).toContentType(),
          in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
