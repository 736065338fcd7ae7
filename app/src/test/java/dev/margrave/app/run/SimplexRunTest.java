package dev.margrave.app.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.margrave.app.Cli;
import dev.margrave.app.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A simplex witness from the experiment file to the verified report, where β is high. */
class SimplexRunTest {
  @TempDir Path folder;

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  @Test
  void aSimplexCertifiesUnderAHighBetaAndItsRunIsVerified() throws IOException {
    Path experiment =
        Files.writeString(
            folder.resolve("simplex.conf"),
            """
            experiment {
              name = simplex
              dataset { name = shapes, train = 1024, evaluate = 512 }
              teacher { components = [6], pca = [8] }
              vae { latent = 8, channels = [8, 16], beta = 4, witness = simplex }
              alignment { guard { enabled = true, band = 0.2, images = 256 } }
              training { epochs = 6, batch = 32, learning-rate = 2e-3, evaluate-every = 2 epochs }
              collapse { maximum-epochs = 2 }
              arms = [full, ablation, rescue, collapse, rescue-from-collapse]
            }
            """);
    Cli.Said said = Cli.in(folder).run("run", experiment);
    assertEquals("", said.err());
    Path run = folder.resolve("experiments/simplex");
    Map<String, JsonNode> arms = new HashMap<>();
    for (JsonNode arm : json(run.resolve("results.json")).get("arms")) {
      arms.put(arm.get("arm").asText(), arm);
    }
    assertEquals("CERTIFIED", arms.get("full").get("verdict").asText(), said::out);
    assertEquals("NEGATIVE", arms.get("ablation").get("verdict").asText(), said::out);
    assertEquals("CERTIFIED", arms.get("rescue").get("verdict").asText(), said::out);
    for (JsonNode arm : json(run.resolve("evidence.json")).get("arms")) {
      JsonNode result = arm.get("result");
      assertTrue(result.get("audit").get("blindToInput").booleanValue(), result::toString);
      boolean rescue = arm.get("arm").asText().startsWith("rescue");
      assertEquals(rescue, !result.get("guard").isNull());
      if (rescue) {
        assertTrue(result.get("guard").get("codeGradient").doubleValue() > 0.05);
        assertTrue(result.get("guard").get("headGradient").isNull());
        assertFalse(result.get("guard").get("reseeded").booleanValue());
      }
    }
    path(json(run.resolve("full-0/path.json")), arms.get("full"));
    assertTrue(said.out().contains("the witness has no weights"), said::out);
    assertTrue(Files.size(run.resolve("report/margin-energy.svg")) > 0);
    Cli.Said verified = Cli.plain().run("verify", run);
    assertEquals(ExitCode.DONE, verified.exitCode(), verified::err);
    assertTrue(verified.out().startsWith("VERIFIED: "), verified::out);
  }

  private static void path(JsonNode path, JsonNode full) {
    assertEquals(
        full.get("teacherInformationNats").doubleValue(),
        path.get("teacherInformationNats").doubleValue(),
        1e-9);
    assertEquals(
        full.get("marginAtMeanNats").doubleValue(),
        path.get("trained").get("marginNats").doubleValue());
    assertTrue(path.get("trained").get("energyNats").doubleValue() > 0);
    assertTrue(path.get("escapeForce").doubleValue() > 0.1);
    assertEquals(25, path.get("points").size());
  }
}
