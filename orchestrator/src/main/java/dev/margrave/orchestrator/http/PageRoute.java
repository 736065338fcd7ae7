package dev.margrave.orchestrator.http;

import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import akka.http.javadsl.server.Directives;
import akka.http.javadsl.server.Route;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The page: files that never change while this process lives. They hold no data, so they need no
 * token; what the page shows it asks the interface for.
 */
final class PageRoute {
  private static final Set<String> METHODS = Set.of("GET", "HEAD");

  /** Nothing runs, is shown or is spoken to but what this server sent itself. */
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** Kept by the browser, which asks each time whether it is still the same. */
  private static final List<HttpHeader> COMMON =
      List.of(
          RawHeader.create("Content-Security-Policy", POLICY),
          RawHeader.create("X-Content-Type-Options", "nosniff"),
          RawHeader.create("Referrer-Policy", "no-referrer"),
          RawHeader.create("Cross-Origin-Opener-Policy", "same-origin"),
          RawHeader.create("Cache-Control", "no-cache"));

  private final PageFiles files;
  private final Access access;

  PageRoute(PageFiles files, HttpSettings settings) {
    this.files = files;
    this.access = new Access(settings.tokens());
  }

  Route route() {
    return Directives.extractRequest(
        request ->
            find(request)
                .map(file -> Directives.complete(answer(request, file)))
                .orElseGet(Directives::reject));
  }

  private Optional<PageFiles.File> find(HttpRequest request) {
    return METHODS.contains(request.method().value())
        ? files.find(request.getUri().path())
        : Optional.empty();
  }

  private HttpResponse answer(HttpRequest request, PageFiles.File file) {
    try {
      access.admit(request);
    } catch (ProblemException refused) {
      return Responses.problem(refused.problem().at(Texts.shown(request.getUri().path())));
    }
    HttpResponse response =
        HttpResponse.create().addHeaders(COMMON).addHeader(RawHeader.create("ETag", file.tag()));
    return known(request, file.tag())
        ? response.withStatus(304)
        : response.withEntity(HttpEntities.create(file.type(), file.content()));
  }

  private static boolean known(HttpRequest request, String tag) {
    return request
        .getHeader("If-None-Match")
        .map(HttpHeader::value)
        .map(value -> Arrays.stream(value.split(",")).map(String::strip).anyMatch(tag::equals))
        .orElse(false);
  }
}
