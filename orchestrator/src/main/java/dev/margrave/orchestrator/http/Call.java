package dev.margrave.orchestrator.http;

import akka.util.ByteString;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageKey;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * A request that may be carried out.
 *
 * @param names what stood in the path
 * @param query its parameters, only such as are known
 * @param mediaType of the body; empty without one
 * @param lastEventId the header of that name
 * @param accept the header of that name: what the caller reads
 */
record Call(
    Map<String, String> names,
    Map<String, String> query,
    Optional<String> mediaType,
    ByteString body,
    Optional<String> lastEventId,
    Optional<String> accept) {

  private static final byte[] NO_FIELDS = "{}".getBytes(StandardCharsets.UTF_8);

  /**
   * The experiment in the path.
   *
   * @throws ProblemException when nothing can be called that
   */
  ExperimentId experiment() {
    String text = names.get("id");
    try {
      ExperimentId id = ExperimentId.parse(text);
      if (id.text().equals(text)) {
        return id;
      }
    } catch (IllegalArgumentException e) {
      throw unknown(text);
    }
    throw unknown(text);
  }

  /** The stage of exactly that name; empty when nothing can be called that. */
  static Optional<StageKey> stage(String text) {
    try {
      return Optional.of(StageKey.parse(text)).filter(stage -> stage.text().equals(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** That there is no such experiment. */
  static ProblemException unknown(String name) {
    return Problem.Kind.UNKNOWN_EXPERIMENT.thrown(
        "no experiment is called '" + Texts.shown(name) + "'; GET /api/v1/experiments lists them");
  }

  /**
   * A parameter that is a whole number, at least 0.
   *
   * @throws ProblemException when it is not
   */
  Optional<Long> number(String parameter) {
    return Optional.ofNullable(query.get(parameter)).map(text -> number(parameter, text));
  }

  static long number(String name, String text) {
    try {
      long value = Long.parseLong(text);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw notANumber(name, text);
    }
    throw notANumber(name, text);
  }

  private static ProblemException notANumber(String name, String text) {
    return Problem.Kind.BAD_QUERY.thrown(
        "%s is '%s': a whole number from 0 on is wanted".formatted(name, Texts.shown(text)));
  }

  /**
   * A parameter that is true or false; false when it is not there.
   *
   * @throws ProblemException when it is neither
   */
  boolean flag(String parameter) {
    String text = query.getOrDefault(parameter, "false");
    if (!text.equals("true") && !text.equals("false")) {
      throw Problem.Kind.BAD_QUERY.thrown(
          "%s is '%s': true or false is wanted".formatted(parameter, Texts.shown(text)));
    }
    return text.equals("true");
  }

  /**
   * The body as text.
   *
   * @throws ProblemException when it is no UTF-8
   */
  String text() {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(body.asByteBuffer()).toString();
    } catch (CharacterCodingException e) {
      throw Problem.Kind.BAD_BODY.thrown("the body is not UTF-8; save the file as UTF-8");
    }
  }

  /**
   * The body as JSON; without a body, that of an empty object.
   *
   * @param example what one may send, for the message
   * @throws ProblemException when it is none
   */
  <T> T json(Class<T> type, String example) {
    try {
      T value = HttpJson.read(body.isEmpty() ? NO_FIELDS : body.toArray(), type);
      if (value != null) {
        return value;
      }
    } catch (IOException e) {
      throw wrong(example);
    }
    throw wrong(example);
  }

  private static ProblemException wrong(String example) {
    return Problem.Kind.BAD_BODY.thrown("the body is not what is wanted here: " + example);
  }
}
