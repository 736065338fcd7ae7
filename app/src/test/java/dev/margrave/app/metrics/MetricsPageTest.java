package dev.margrave.app.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.margrave.protocol.metrics.Metric;
import dev.margrave.protocol.metrics.MetricLabel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/metrics.md has every metric, as the code has it. */
class MetricsPageTest {
  private static List<String> table() {
    return Arrays.stream(Metric.values()).map(MetricsPageTest::row).toList();
  }

  private static String row(Metric metric) {
    return "| `%s` | %s | %s | %s |"
        .formatted(
            metric.wireName(),
            metric.kind().name().toLowerCase(Locale.ROOT),
            metric.labels().stream().map(MetricLabel::text).collect(Collectors.joining(", ")),
            metric.help().replace("|", "\\|"));
  }

  @Test
  void theTableIsThatOfTheEnum() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("docs/metrics.md"))) {
      root = root.getParent();
    }
    List<String> rows =
        Files.readAllLines(root.resolve("docs/metrics.md")).stream()
            .filter(line -> line.startsWith("| `margrave_"))
            .toList();
    assertEquals(String.join("\n", table()), String.join("\n", rows));
  }
}
