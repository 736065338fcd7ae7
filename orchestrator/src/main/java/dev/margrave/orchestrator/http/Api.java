package dev.margrave.orchestrator.http;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaType;
import akka.http.javadsl.model.headers.RawHeader;
import akka.http.javadsl.model.headers.TimeoutAccess;
import akka.http.scaladsl.model.IllegalUriException;
import akka.japi.Pair;
import akka.util.ByteString;
import dev.margrave.protocol.spec.loading.Suggestion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a request to a response: finds the endpoint, looks at who asks and what, and turns every
 * failure into a problem. In this order: host, path, method, token, query, body.
 */
final class Api {
  private static final Logger LOG = LoggerFactory.getLogger(Api.class);

  /** So much of a body that is too large is read, for a sender that would else not hear why. */
  private static final int DRAINED_BODIES = 8;

  private final ActorSystem<?> system;
  private final HttpSettings settings;
  private final Access access;
  private final List<Endpoint> endpoints;
  private final Failures failures = new Failures();

  Api(ActorSystem<?> system, HttpSettings settings, List<Endpoint> endpoints) {
    this.system = system;
    this.settings = settings;
    this.access = new Access(settings.tokens());
    this.endpoints = List.copyOf(endpoints);
  }

  CompletionStage<HttpResponse> answer(HttpRequest request) {
    String path = Texts.shown(request.getUri().path());
    request
        .getHeader(TimeoutAccess.class)
        .ifPresent(
            header ->
                header
                    .timeoutAccess()
                    .updateHandler(late -> Responses.problem(Failures.unavailable().at(path))));
    CompletionStage<HttpResponse> response;
    try {
      response = handle(request);
    } catch (ProblemException e) {
      drain(request);
      response = CompletableFuture.completedFuture(refusal(e, path));
    } catch (RuntimeException e) {
      drain(request);
      response = CompletableFuture.failedFuture(e);
    }
    return response.exceptionally(thrown -> Responses.problem(failures.problem(thrown).at(path)));
  }

  private HttpResponse refusal(ProblemException refused, String path) {
    HttpResponse response = Responses.problem(refused.problem().at(path));
    return refused instanceof MethodProblem method
        ? response.addHeader(RawHeader.create("Allow", method.allowed))
        : response;
  }

  /** An unread body would hold up its connection. */
  private void drain(HttpRequest request) {
    request
        .entity()
        .withSizeLimit((long) DRAINED_BODIES * settings.maximumBodyBytes())
        .discardBytes(system);
  }

  private CompletionStage<HttpResponse> handle(HttpRequest request) {
    access.admit(request);
    List<String> segments = new ArrayList<>();
    request.getUri().pathSegments().forEach(segments::add);
    Endpoint endpoint = find(request.method().value(), segments);
    String caller = endpoint.role().map(role -> access.authorise(request, role)).orElse("anybody");
    if (endpoint.role().equals(Optional.of(Role.WRITE))) {
      LOG.info("{} {} by {}", request.method().value(), request.getUri().path(), caller);
    }
    Map<String, String> query = query(request, endpoint);
    Optional<String> mediaType = mediaType(request.entity(), endpoint);
    return body(request)
        .thenCompose(
            body ->
                endpoint
                    .handler()
                    .handle(
                        new Call(
                            endpoint.match(segments).orElseThrow(),
                            query,
                            mediaType,
                            body,
                            request.getHeader("Last-Event-ID").map(HttpHeader::value),
                            request.getHeader("Accept").map(HttpHeader::value))));
  }

  private static final class MethodProblem extends ProblemException {
    private static final long serialVersionUID = 1L;
    private final String allowed;

    MethodProblem(String method, String allowed) {
      super(
          Problem.Kind.METHOD_NOT_ALLOWED.of(
              "%s is not answered here, but %s".formatted(Texts.shown(method), allowed)));
      this.allowed = allowed;
    }
  }

  private Endpoint find(String method, List<String> segments) {
    List<Endpoint> here =
        endpoints.stream().filter(endpoint -> endpoint.match(segments).isPresent()).toList();
    if (here.isEmpty()) {
      throw Problem.Kind.NOT_FOUND.thrown("the interface is described at " + Endpoints.OPENAPI);
    }
    return here.stream()
        .filter(endpoint -> endpoint.method().equals(method))
        .findFirst()
        .orElseThrow(
            () ->
                new MethodProblem(
                    method,
                    here.stream()
                        .map(Endpoint::method)
                        .sorted()
                        .collect(Collectors.joining(", "))));
  }

  private static Map<String, String> query(HttpRequest request, Endpoint endpoint) {
    Map<String, String> query = new HashMap<>();
    for (Pair<String, String> parameter : pairs(request)) {
      String name = parameter.first();
      if (!endpoint.query().contains(name)) {
        throw Problem.Kind.BAD_QUERY.thrown(
            "unknown query parameter '%s'%s"
                .formatted(
                    Texts.shown(name),
                    endpoint.query().isEmpty()
                        ? "; none is taken here"
                        : Suggestion.mend(name, endpoint.query().stream().sorted().toList())));
      }
      if (query.put(name, parameter.second()) != null) {
        throw Problem.Kind.BAD_QUERY.thrown(
            "the query parameter '%s' is given twice".formatted(name));
      }
    }
    return query;
  }

  private static List<Pair<String, String>> pairs(HttpRequest request) {
    try {
      return request.getUri().query().toList();
    } catch (IllegalUriException e) {
      throw Problem.Kind.BAD_QUERY.thrown("the query is not encoded as it must be");
    }
  }

  private static Optional<String> mediaType(HttpEntity entity, Endpoint endpoint) {
    if (entity.isKnownEmpty()) {
      return Optional.empty();
    }
    if (endpoint.body().isEmpty()) {
      throw Problem.Kind.BAD_BODY.thrown("no body is taken here");
    }
    MediaType type = entity.getContentType().mediaType();
    String name = type.mainType() + "/" + type.subType();
    boolean utf8 =
        entity
            .getContentType()
            .getCharsetOption()
            .map(charset -> List.of("UTF-8", "US-ASCII").contains(charset.value()))
            .orElse(true);
    if (!endpoint.body().contains(name) || !utf8) {
      throw Problem.Kind.UNSUPPORTED_MEDIA_TYPE.thrown(
          "the body is %s; %s in UTF-8 is taken"
              .formatted(
                  Texts.shown(entity.getContentType().toString()),
                  String.join(" or ", endpoint.body())));
    }
    return Optional.of(name);
  }

  private CompletionStage<ByteString> body(HttpRequest request) {
    HttpEntity entity = request.entity();
    if (entity.getContentLengthOption().orElse(0) > settings.maximumBodyBytes()) {
      throw tooLarge();
    }
    return entity
        .toStrict(settings.requestTimeout().toMillis(), system)
        .handle(
            (strict, thrown) -> {
              if (thrown == null) {
                return strict.getData();
              }
              Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
              throw cause instanceof TimeoutException
                  ? Problem.Kind.BODY_TIMEOUT.thrown("send it faster, or not at all")
                  : tooLarge();
            });
  }

  private ProblemException tooLarge() {
    return Problem.Kind.TOO_LARGE.thrown(
        "the body may have at most %d bytes; is it the right file?"
            .formatted(settings.maximumBodyBytes()));
  }
}
