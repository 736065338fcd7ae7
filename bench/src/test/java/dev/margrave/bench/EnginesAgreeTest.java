package dev.margrave.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Both engines, each in processes of its own, on the same networks, weights and batches. */
class EnginesAgreeTest {
  /** Of losses, margins and weights after so many steps, in single precision. */
  private static final double RELATIVE = 1e-4;

  private static List<String> traces(String engine) throws Exception {
    List<String> command = new ArrayList<>(Home.engine(engine, EngineTrace.class, List.of(engine)));
    int path = command.indexOf("-cp") + 1;
    Path classes =
        Path.of(EngineTrace.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    command.set(path, classes + File.pathSeparator + command.get(path));
    return Child.lines(command, Map.of());
  }

  @Test
  void lossesMarginsAndWeightsAgree() throws Exception {
    List<String> nd4j = traces("nd4j");
    List<String> libtorch = traces("libtorch");
    assertEquals(EngineTrace.networks().size(), nd4j.size());
    assertEquals(nd4j.size(), libtorch.size());
    for (int network = 0; network < nd4j.size(); network++) {
      String[] expected = nd4j.get(network).split(" ", -1);
      String[] found = libtorch.get(network).split(" ", -1);
      assertEquals(expected[0], found[0]);
      assertEquals(expected.length, found.length);
      assertTrue(expected.length > 3 * EngineTrace.STEPS);
      for (int i = 1; i < expected.length; i++) {
        double value = Double.parseDouble(expected[i]);
        assertEquals(
            value,
            Double.parseDouble(found[i]),
            RELATIVE * Math.abs(value),
            expected[0] + ", number " + i);
      }
    }
  }

  @Test
  void eachHasTheSameBitsInAnotherProcess() throws Exception {
    assertEquals(traces("libtorch"), traces("libtorch"));
  }
}
