package dev.margrave.app.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.Config;
import dev.margrave.orchestrator.OrchestratorSettings;
import dev.margrave.orchestrator.cluster.ClusterSettings;
import dev.margrave.orchestrator.http.HttpSettings;
import dev.margrave.protocol.worker.Capabilities;
import dev.margrave.workers.actor.Contacts;
import dev.margrave.workers.actor.NodeSettings;
import dev.margrave.workers.store.ArtefactSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every file under {@code config/deployments} is one that nodes start with. */
class DeploymentFilesTest {
  private static List<Path> files() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(root.resolve("config/deployments"))) {
      root = root.getParent();
    }
    try (Stream<Path> found = Files.list(root.resolve("config/deployments"))) {
      return found.filter(file -> file.toString().endsWith(".conf")).sorted().toList();
    }
  }

  @Test
  void theyAreAllThere() throws IOException {
    assertEquals(
        List.of("cluster.conf", "one-machine.conf", "tls.conf"),
        files().stream().map(file -> file.getFileName().toString()).toList());
  }

  @Test
  void everyFileIsReadByEverybodyWhoUsesIt() throws IOException {
    for (Path file : files()) {
      Config config = SettingsFiles.load(List.of(file), List.of());
      OrchestratorSettings.of(config);
      ClusterSettings cluster = ClusterSettings.of(config);
      assertEquals(file.endsWith("tls.conf"), cluster.tls().enabled(), file::toString);
      HttpSettings.of(config);
      ArtefactSettings.of(config);
      new Contacts(config.getStringList("margrave.worker.orchestrators"));
      NodeSettings.of(config, "w1", new Capabilities(1, 0, 1, "nd4j"));
    }
  }
}
