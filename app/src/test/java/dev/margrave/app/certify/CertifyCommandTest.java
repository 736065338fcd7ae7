package dev.margrave.app.certify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.margrave.app.Cli;
import dev.margrave.app.ExitCode;
import dev.margrave.certificate.npy.NpyWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertifyCommandTest {
  /** Rows alternate between two distributions; n is large enough for a narrow bound. */
  private static final int ROWS = 1000;

  private static final double[] EVEN = {0.9, 0.1};
  private static final double[] ODD = {0.1, 0.9};

  @TempDir Path folder;
  private Path teacher;

  @BeforeEach
  void writeTeacher() throws IOException {
    teacher = table("T.npy", EVEN, ODD);
  }

  @Test
  void theTeacherItselfIsCertified() throws IOException {
    Path witness = table("W.npy", EVEN, ODD);
    Cli.Said said = run(witness, "--json");
    assertEquals(ExitCode.DONE, said.exitCode());
    assertEquals("", said.err());
    JsonNode json = new ObjectMapper().readTree(said.out());
    // I of two equiprobable rows (.9, .1) and (.1, .9): ln 2 + .9 ln .9 + .1 ln .1
    double information = Math.log(2) + 0.9 * Math.log(0.9) + 0.1 * Math.log(0.1);
    assertEquals(information, json.get("teacherInformationNats").doubleValue(), 1e-12);
    assertEquals(information, json.get("marginNats").doubleValue(), 1e-12);
    assertEquals(0, json.get("alignmentLossNats").doubleValue(), 1e-12);
    assertEquals(information - 0.05, json.get("safeMarginNats").doubleValue(), 1e-12);
    assertEquals("CERTIFIED", json.get("verdict").textValue());
    assertEquals(ROWS, json.get("n").intValue());
    assertEquals(2, json.get("k").intValue());
    assertTrue(json.get("lowerBounds").get("hoeffding").isNull());
    List<String> fields = new ArrayList<>();
    json.fieldNames().forEachRemaining(fields::add);
    assertEquals(
        List.of(
            "n",
            "k",
            "teacherInformationNats",
            "alignmentLossNats",
            "marginNats",
            "safetyMarginNats",
            "safeMarginNats",
            "roundoffBoundNats",
            "witnessInformationNats",
            "verdict",
            "constant",
            "lowerBounds"),
        fields);
  }

  @Test
  void aConstantWitnessIsNot() throws IOException {
    Path witness = table("W.npy", new double[] {0.5, 0.5}, new double[] {0.5, 0.5});
    Cli.Said said = run(witness);
    assertEquals(ExitCode.NOT_SHOWN, said.exitCode());
    assertEquals(
        """
        NEGATIVE: the witness hardly depends on the input

          inputs, classes                      1,000, 2
          teacher information      I           0.368064 nats
          alignment loss           L           0.368064 nats
          margin                   G = I − L   0.000000 nats   standard error 0.000000
          safe margin              G − τ      −0.050000 nats   τ = 0.05
        """,
        said.out().lines().limit(7).map(line -> line + "\n").reduce("", String::concat));
    assertTrue(said.out().contains("does not rule out other forms of posterior collapse."));
    assertTrue(said.out().lines().allMatch(line -> line.length() <= 100));
  }

  @Test
  void anExcludedClassMakesTheLossInfinite() throws IOException {
    Path witness = table("W.npy", new double[] {1, 0}, new double[] {0, 1});
    JsonNode json = new ObjectMapper().readTree(run(witness, "--json").out());
    assertEquals("Infinity", json.get("alignmentLossNats").textValue());
    assertEquals("-Infinity", json.get("marginNats").textValue());
    assertEquals("NEGATIVE", json.get("verdict").textValue());
    assertTrue(run(witness).out().contains("−∞ nats"));
  }

  @Test
  void logProbabilitiesAreRead() throws IOException {
    Path witness =
        table(
            "L.npy",
            new double[] {Math.log(0.9), Math.log(0.1)},
            new double[] {Math.log(0.1), Math.log(0.9)});
    assertEquals(ExitCode.DONE, run(witness, "--log-probabilities").exitCode());
    Cli.Said without = run(witness);
    assertEquals(ExitCode.BAD_INPUT, without.exitCode());
    assertTrue(without.err().contains("L.npy"), without.err());
  }

  @Test
  void aWideSafetyMarginIsInconclusive() throws IOException {
    Path witness = table("W.npy", EVEN, ODD);
    Cli.Said said = run(witness, "--safety-margin", "0.5");
    assertEquals(ExitCode.NOT_SHOWN, said.exitCode());
    assertTrue(said.out().startsWith("INCONCLUSIVE"), said.out());
  }

  @Test
  void floorsMakeHoeffdingsBoundAvailable() throws IOException {
    Path witness = table("W.npy", EVEN, ODD);
    JsonNode json =
        new ObjectMapper()
            .readTree(
                run(witness, "--json", "--teacher-floor", "0.1", "--witness-floor", "0.1").out());
    assertTrue(json.get("lowerBounds").get("hoeffding").isNumber());
  }

  @Test
  void whatIsWrongIsSaidInOneSentence() throws IOException {
    Path missing = folder.resolve("no such.npy");
    refused(
        run(missing),
        "margrave: " + missing + ": there is no such file; give the path of a .npy file\n");
    Path text = Files.writeString(folder.resolve("text.npy"), "this is no array, but long enough");
    assertTrue(refused(run(text)).startsWith("margrave: " + text + ": at byte 0: expected"));
    Path witness = table("W.npy", EVEN, ODD);
    refused(
        run(witness, "--confidence", "1.5"),
        "margrave: confidence is 1.5, must be at least 0.5 and below 1\n");
    assertTrue(
        refused(run(witness, "--confidence", "much"))
            .startsWith("margrave: Invalid value for option '--confidence'"));
    refused(
        Cli.plain().run("certify", "--teacher", teacher),
        "margrave: Missing required option: '--witness=W.npy'\nSee 'margrave certify --help'.\n");
  }

  @Test
  void aFolderIsNoTable() {
    refused(
        run(folder), "margrave: " + folder + ": this is a folder; give the path of a .npy file\n");
  }

  @Test
  void hostileNamesAreFine() throws IOException {
    Path witness = table("W %s 'ü\n\".npy", EVEN, ODD);
    assertEquals(ExitCode.DONE, run(witness).exitCode());
  }

  @Test
  void aStackTraceIsShownOnlyWhenAskedFor() {
    Path missing = folder.resolve("missing.npy");
    assertFalse(run(missing).err().contains("\tat "));
    assertTrue(run(missing, "--verbose").err().contains("\tat "));
  }

  private String refused(Cli.Said said) {
    assertEquals(ExitCode.BAD_INPUT, said.exitCode());
    assertEquals("", said.out());
    return said.err().replace("\r", "");
  }

  private void refused(Cli.Said said, String message) {
    assertEquals(message, refused(said));
  }

  private Cli.Said run(Path witness, String... more) {
    List<Object> words = new ArrayList<>();
    words.addAll(List.of("certify", "--teacher", teacher, "--witness", witness));
    words.addAll(List.of(more));
    return Cli.plain().run(words.toArray());
  }

  private Path table(String name, double[] even, double[] odd) throws IOException {
    double[] values = new double[2 * ROWS];
    for (int row = 0; row < ROWS; row++) {
      System.arraycopy(row % 2 == 0 ? even : odd, 0, values, 2 * row, 2);
    }
    Path file = folder.resolve(name);
    NpyWriter.write(file, values, ROWS, 2);
    return file;
  }
}
