package dev.margrave.k8s.container;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code images/Dockerfile} says of an image.
 *
 * @param user as which it runs
 * @param entryPoint its command
 * @param environment its variables
 */
public record ImageFile(long user, List<String> entryPoint, Map<String, String> environment) {

  /** Reads the stage of a name. */
  public static ImageFile of(Path dockerfile, String stage) {
    try {
      List<String> lines =
          Files.readAllLines(dockerfile).stream()
              .dropWhile(line -> !line.equals("FROM scratch AS " + stage))
              .skip(1)
              .takeWhile(line -> !line.startsWith("FROM "))
              .toList();
      Map<String, String> environment = new LinkedHashMap<>();
      for (String pair : value(lines, "ENV ").split(" ", -1)) {
        String[] sides = pair.split("=", 2);
        environment.put(sides[0], sides[1]);
      }
      return new ImageFile(
          Long.parseLong(value(lines, "USER ").split(":", 2)[0]),
          Arrays.asList(new ObjectMapper().readValue(value(lines, "ENTRYPOINT "), String[].class)),
          environment);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String value(List<String> lines, String instruction) {
    return lines.stream()
        .filter(line -> line.startsWith(instruction))
        .findFirst()
        .orElseThrow()
        .substring(instruction.length());
  }
}
