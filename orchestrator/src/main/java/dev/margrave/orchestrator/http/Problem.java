package dev.margrave.orchestrator.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Why a request was not fulfilled: problem details of RFC 9457.
 *
 * @param type {@code urn:margrave:} and what kind of problem it is, in a few words
 * @param title the kind in words
 * @param status of the response
 * @param detail what is wrong here and the mend
 * @param instance the path that was asked for
 * @param errors everything that is wrong with an experiment file
 * @param difference {@code - key = old} and {@code + key = new}, of a changed experiment
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Problem(
    String type,
    String title,
    int status,
    String detail,
    Optional<String> instance,
    List<Fault> errors,
    List<String> difference) {

  /**
   * One thing that is wrong.
   *
   * @param where {@code body:3}: the third line of what was sent
   * @param line the same as a number
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Fault(String where, Optional<Integer> line, String what) {}

  /** What a problem is called, and its status. */
  enum Kind {
    BAD_REQUEST(400, "The request cannot be read"),
    BAD_QUERY(400, "A query parameter is wrong"),
    BAD_BODY(400, "The body is wrong"),
    UNAUTHORIZED(401, "A token is needed"),
    FORBIDDEN(403, "The token does not allow this"),
    HOST_REFUSED(403, "The request comes from elsewhere"),
    NOT_FOUND(404, "There is nothing here"),
    UNKNOWN_EXPERIMENT(404, "There is no such experiment"),
    METHOD_NOT_ALLOWED(405, "The method is not known here"),
    BODY_TIMEOUT(408, "The body did not come in time"),
    REFUSED(409, "It makes no sense now"),
    SPEC_CHANGED(409, "Another experiment has that name"),
    NOT_FINISHED(409, "The experiment is not finished"),
    TOO_LARGE(413, "The body is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "The body is of another type"),
    INVALID_EXPERIMENT(422, "The experiment file is wrong"),
    TOO_MUCH(422, "The answer would be too large"),
    INTERNAL(500, "Something unforeseen"),
    TOO_MANY_STREAMS(503, "Too many streams are open"),
    UNAVAILABLE(503, "It cannot be answered now");

    private final int status;
    private final String title;

    Kind(int status, String title) {
      this.status = status;
      this.title = title;
    }

    int status() {
      return status;
    }

    String type() {
      return "urn:margrave:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A problem of this kind. */
    Problem of(String detail) {
      return new Problem(type(), title, status, detail, Optional.empty(), List.of(), List.of());
    }

    /** The same, to be thrown. */
    ProblemException thrown(String detail) {
      return new ProblemException(of(detail));
    }
  }

  Problem at(String path) {
    return new Problem(type, title, status, detail, Optional.of(path), errors, difference);
  }

  Problem withErrors(List<Fault> faults) {
    return new Problem(type, title, status, detail, instance, faults, difference);
  }

  Problem withDifference(List<String> lines) {
    return new Problem(type, title, status, detail, instance, errors, lines);
  }
}
