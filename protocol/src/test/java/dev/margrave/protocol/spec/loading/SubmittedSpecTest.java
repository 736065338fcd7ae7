package dev.margrave.protocol.spec.loading;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubmittedSpecTest {
  private static final int LARGE = 1 << 16;
  private static final String HOCON =
      """
      experiment {
        name = demo
        dataset { name = shapes, path = "/data", train = 200, evaluate = 100 }
      }
      """;

  private static List<String> problems(String text, boolean json) {
    return assertThrows(SpecException.class, () -> SubmittedSpec.parse(text, json))
        .problems()
        .stream()
        .map(SpecProblem::toString)
        .toList();
  }

  @Test
  void hoconAndJsonSayTheSame() {
    assertEquals(Optional.of("/data"), SubmittedSpec.parse(HOCON, false).dataset().path());
    assertEquals(
        SubmittedSpec.parse(HOCON, false),
        SubmittedSpec.parse(
            "{\"experiment\": {\"name\": \"demo\", \"dataset\": {\"name\": \"shapes\","
                + " \"path\": \"/data\", \"train\": 200, \"evaluate\": 100}}}",
            true));
  }

  @Test
  void jsonIsTakenAtItsWord() {
    assertEquals(1, problems(HOCON, true).size());
  }

  @Test
  void aPathMustMeanTheSameOnTheWorkers() {
    assertEquals(
        List.of(
            "body:3: experiment.dataset.path must be absolute, as it is on the workers; or leave it"
                + " out, and they look under their data directories"),
        problems(HOCON.replace("/data", "data"), false));
    assertEquals(1, problems(HOCON.replace("/data", "/a\\u0000b"), false).size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "include \"x.conf\"",
        "include required(file(\"/etc/passwd\"))",
        "include file(\"/etc/passwd\")",
        "include url(\"file:///etc/passwd\")",
        "include classpath(\"reference.conf\")",
        "x { include \"application.conf\" }"
      })
  void nothingIsIncluded(String text) {
    assertEquals(
        List.of("body: include is not answered over the network; write the keys themselves"),
        problems(HOCON + text, false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"${HOME}", "${?HOME}", "${experiment.seeds}", "x${HOME}"})
  void nothingIsSubstituted(String text) {
    assertEquals(
        List.of("body: substitutions, ${...}, are not answered over the network; write the values"),
        problems(HOCON.replace("demo", text), false));
  }

  @Test
  void appendingIsRefusedButNotInTextsAndComments() {
    assertEquals(
        List.of("body: '+=' is not answered over the network; write the whole list"),
        problems(HOCON + "experiment.seeds += 1", false));
    String path = "/a+=b \\\"+= c";
    assertEquals(
        Optional.of("/a+=b \"+= c"),
        SubmittedSpec.parse(HOCON.replace("/data", path) + "# x += 1\n// y += 1\n", false)
            .dataset()
            .path());
  }

  /**
   * As much as a server takes by default of whatever is hard to parse: it is refused, soon, and the
   * thread lives on.
   */
  @Test
  @Timeout(60)
  void hostileTextsAreRefused() {
    for (String text :
        List.of(
            "[".repeat(LARGE),
            "{\"a\":".repeat(LARGE / 5),
            "a{".repeat(LARGE / 2),
            "a.".repeat(LARGE / 2) + "a = 1",
            "a = " + "[".repeat(LARGE / 2) + "]".repeat(LARGE / 2),
            "a = 1\n".repeat(LARGE / 6),
            "a += 1\n".repeat(LARGE / 7),
            "\"\"\"a\"\"\"\" += 1\n".repeat(LARGE / 14),
            numbered("experiment.k"),
            numbered("k"),
            "experiment.seeds = [" + "1,".repeat(LARGE / 2 - 20) + "1]",
            "experiment.seeds = [1e999999999]",
            "experiment.name = " + "x".repeat(LARGE),
            "\u0000".repeat(LARGE),
            "\"" + "\\".repeat(LARGE))) {
      assertFalse(problems(text, false).isEmpty());
      assertFalse(problems(text, true).isEmpty());
    }
  }

  private static String numbered(String key) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; text.length() < LARGE; i++) {
      text.append(key).append(i).append(" = 1\n");
    }
    return text.toString();
  }
}
