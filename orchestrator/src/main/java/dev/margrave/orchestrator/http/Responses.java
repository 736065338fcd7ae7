package dev.margrave.orchestrator.http;

import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpCharsets;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import akka.http.javadsl.model.headers.RawHeader;
import java.util.List;

/** Responses of every kind, with the headers that all of them carry. */
final class Responses {
  private static final ContentType PROBLEM =
      MediaTypes.applicationWithFixedCharset("problem+json", HttpCharsets.UTF_8).toContentType();

  /** Nothing here is a document, and nothing is to be kept on the way. */
  private static final List<HttpHeader> COMMON =
      List.of(
          RawHeader.create("X-Content-Type-Options", "nosniff"),
          RawHeader.create("Cache-Control", "no-store"),
          RawHeader.create("Content-Security-Policy", "default-src 'none'"));

  private static final int RETRY_AFTER_SECONDS = 2;

  private Responses() {}

  /** JSON on one line. */
  static HttpResponse json(int status, Object value) {
    return of(status, ContentTypes.APPLICATION_JSON, HttpJson.compact(value));
  }

  /** JSON as a run's files have it. */
  static HttpResponse file(Object value) {
    return of(200, ContentTypes.APPLICATION_JSON, HttpJson.indented(value));
  }

  static HttpResponse of(int status, ContentType type, byte[] body) {
    return HttpResponse.create()
        .withStatus(status)
        .addHeaders(COMMON)
        .withEntity(HttpEntities.create(type, body));
  }

  /** With no body yet. */
  static HttpResponse ok() {
    return HttpResponse.create().addHeaders(COMMON);
  }

  static HttpResponse problem(Problem problem) {
    HttpResponse response = of(problem.status(), PROBLEM, HttpJson.compact(problem));
    if (problem.status() == 503) {
      return response.addHeader(
          RawHeader.create("Retry-After", Integer.toString(RETRY_AFTER_SECONDS)));
    }
    return problem.status() == 401
        ? response.addHeader(RawHeader.create("WWW-Authenticate", "Bearer realm=\"margrave\""))
        : response;
  }
}
