package dev.margrave.k8s.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.k8s.manifest.Kustomize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What decides the last bits of a teacher and of a training run is the same on a laptop and in a
 * pod: the engine's threads, and the loops that OpenBLAS would otherwise choose by processor.
 */
class EngineEnvironmentTest {
  @Test
  void workersComputeAsTheLauncherDoes() throws IOException {
    String launcher = Files.readString(Kustomize.CHECKOUT.resolve("margrave"));
    Path dockerfile = Kustomize.CHECKOUT.resolve("images/Dockerfile");
    for (String variable : List.of("OMP_NUM_THREADS", "OPENBLAS_CORETYPE")) {
      Matcher exported =
          Pattern.compile("(?m)^export .*\\b" + variable + "=(\\S+)").matcher(launcher);
      assertTrue(exported.find(), variable);
      for (String image : List.of("worker", "worker-cuda")) {
        assertEquals(
            exported.group(1), ImageFile.of(dockerfile, image).environment().get(variable), image);
      }
    }
  }
}
