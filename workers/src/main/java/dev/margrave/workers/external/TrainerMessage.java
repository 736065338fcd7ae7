package dev.margrave.workers.external;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What an external trainer says in a line of JSON; {@code docs/external-trainer.md} describes it.
 */
public sealed interface TrainerMessage {
  /** The protocol that is spoken. */
  int PROTOCOL = 1;

  /** Who it is; before anything else, or never. */
  record Hello(String name) implements TrainerMessage {}

  /** Where it is. */
  record Progress(long step, double imagesPerSecond) implements TrainerMessage {}

  /**
   * What is to be measured.
   *
   * @param beta of the KL at that step; empty: the experiment's
   * @param files names of files, by the message's fields
   * @param reconstructionNats −ln p(x|z) per held-out image, as the program says
   * @param meanSquaredError per pixel value, as the program says
   * @param klNats as the program says, where it gives no posterior
   */
  record Evaluated(
      long step,
      OptionalDouble beta,
      Map<String, String> files,
      double reconstructionNats,
      double meanSquaredError,
      OptionalDouble klNats)
      implements TrainerMessage {
    public Evaluated {
      files = Map.copyOf(files);
    }

    /** The file of a field, if there is one. */
    public Optional<String> file(String field) {
      return Optional.ofNullable(files.get(field));
    }
  }

  /** A file that a later attempt can go on from. */
  record Checkpointed(long step, String path) implements TrainerMessage {}

  /** It is over. */
  record Done(long step) implements TrainerMessage {}

  /** Fields of {@link Evaluated} that name files. */
  List<String> ARRAYS =
      List.of(
          "mean",
          "logVariance",
          "weights",
          "bias",
          "trainMean",
          "trainLogVariance",
          "witness",
          "trainWitness");

  /**
   * Reads a line.
   *
   * @throws TrainerException saying what is wrong with it
   */
  static TrainerMessage parse(String line) {
    return new Reader(line).message();
  }

  /** Of one line. */
  final class Reader {
    private static final ObjectMapper JSON =
        new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final int SHOWN = 120;
    private static final int LONGEST_NAME = 200;
    private static final long MOST_STEPS = 1L << 53;

    private final String line;
    private final JsonNode json;

    private Reader(String line) {
      this.line = line;
      try {
        this.json = JSON.readTree(line);
      } catch (JsonProcessingException e) {
        throw refused("is no JSON");
      }
    }

    private TrainerException refused(String why) {
      String shown = line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
      return TrainerException.broken(
          "the trainer's message %s: %s; docs/external-trainer.md describes the protocol"
              .formatted(why, shown));
    }

    private TrainerMessage message() {
      return switch (json.path("type").asText()) {
        case "hello" -> hello();
        case "progress" -> {
          only("step", "imagesPerSecond");
          yield new Progress(step(), optional("imagesPerSecond").orElse(0));
        }
        case "evaluated" -> evaluated();
        case "checkpoint" -> {
          only("step", "path");
          yield new Checkpointed(step(), text("path"));
        }
        case "done" -> {
          only("step");
          yield new Done(step());
        }
        default -> throw refused("has no type that is known");
      };
    }

    private Hello hello() {
      only("protocol", "name");
      if (json.path("protocol").asInt(-1) != PROTOCOL) {
        throw refused("is of another protocol than " + PROTOCOL);
      }
      String name = text("name");
      if (name.length() > LONGEST_NAME) {
        throw refused("has a name of more than " + LONGEST_NAME + " characters");
      }
      return new Hello(name);
    }

    private Evaluated evaluated() {
      List<String> fields =
          new ArrayList<>(
              List.of("step", "beta", "reconstructionNats", "meanSquaredError", "klNats"));
      fields.addAll(ARRAYS);
      only(fields.toArray(String[]::new));
      Map<String, String> files = new HashMap<>();
      ARRAYS.stream().filter(json::has).forEach(name -> files.put(name, text(name)));
      return new Evaluated(
          step(),
          optional("beta"),
          files,
          number("reconstructionNats"),
          number("meanSquaredError"),
          optional("klNats"));
    }

    private void only(String... known) {
      List<String> fields = List.of(known);
      for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        if (!name.equals("type") && !fields.contains(name)) {
          throw refused("has an unknown field '" + name + "'");
        }
      }
    }

    private String text(String field) {
      if (!json.path(field).isTextual() || json.path(field).textValue().isEmpty()) {
        throw refused("needs a text '" + field + "'");
      }
      return json.path(field).textValue();
    }

    private long step() {
      JsonNode step = json.path("step");
      if (!step.isIntegralNumber() || step.longValue() < 0 || step.longValue() > MOST_STEPS) {
        throw refused("needs a whole 'step' from 0 on");
      }
      return step.longValue();
    }

    private double number(String field) {
      return optional(field).orElseThrow(() -> refused("needs a number '" + field + "'"));
    }

    private OptionalDouble optional(String field) {
      if (!json.has(field)) {
        return OptionalDouble.empty();
      }
      double value = json.path(field).doubleValue();
      if (!json.path(field).isNumber() || !Double.isFinite(value)) {
        throw refused("needs a finite number '" + field + "'");
      }
      return OptionalDouble.of(value);
    }
  }
}
