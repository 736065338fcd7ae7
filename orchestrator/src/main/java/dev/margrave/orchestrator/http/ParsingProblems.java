package dev.margrave.orchestrator.http;

import akka.event.LoggingAdapter;
import akka.http.ParsingErrorHandler;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.Connection;
import akka.http.scaladsl.model.ErrorInfo;
import akka.http.scaladsl.model.StatusCode;
import akka.http.scaladsl.settings.ServerSettings;
import java.util.List;
import java.util.Optional;

/**
 * Answers what is no proper HTTP. Akka HTTP finds it by its name and takes it from {@code MODULE$},
 * as if it were a Scala object.
 */
public final class ParsingProblems extends ParsingErrorHandler {
  /** The only one. */
  @SuppressWarnings("checkstyle:ConstantName")
  public static final ParsingProblems MODULE$ = new ParsingProblems();

  private ParsingProblems() {}

  @Override
  public HttpResponse handle(
      StatusCode status, ErrorInfo info, LoggingAdapter log, ServerSettings settings) {
    Problem problem =
        new Problem(
            Problem.Kind.BAD_REQUEST.type(),
            Problem.Kind.BAD_REQUEST.of("").title(),
            status.intValue(),
            Texts.shown(info.summary()),
            Optional.empty(),
            List.of(),
            List.of());
    return Responses.problem(problem).addHeader(Connection.create("close"));
  }
}
