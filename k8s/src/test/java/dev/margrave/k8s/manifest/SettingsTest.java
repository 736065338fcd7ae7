package dev.margrave.k8s.manifest;

import static dev.margrave.k8s.manifest.Selectors.orEmpty;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.margrave.app.cluster.SettingsFiles;
import dev.margrave.orchestrator.OrchestratorSettings;
import dev.margrave.orchestrator.cluster.ClusterSettings;
import dev.margrave.orchestrator.http.HttpSettings;
import dev.margrave.workers.store.ArtefactLocation;
import dev.margrave.workers.store.ArtefactSettings;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The settings that pods mount load strictly with the environment that the manifests set, and agree
 * with the manifests.
 */
class SettingsTest {
  private static final String ORCHESTRATOR = "margrave-orchestrator";
  private static final String WORKER = "margrave-worker";

  /** Who reads a variable that settings do not name. */
  private static final Map<String, String> READ_BY_OTHERS =
      Map.of(
          "AWS_ACCESS_KEY_ID", "the AWS SDK",
          "AWS_SECRET_ACCESS_KEY", "the AWS SDK",
          "NVIDIA_DRIVER_CAPABILITIES", "NVIDIA's container runtime");

  @TempDir private Path root;

  private final Set<String> set = new TreeSet<>();

  @AfterEach
  void unset() {
    set.forEach(System::clearProperty);
    ConfigFactory.invalidateCaches();
  }

  private static Container container(Manifests manifests, String workload) {
    return manifests.workload(workload).template().getSpec().getContainers().get(0);
  }

  /** As the process loads them. System properties stand for the environment, which has none. */
  private Config load(Manifests manifests, String workload) throws Exception {
    Container container = container(manifests, workload);
    PodFiles files = new PodFiles(manifests, manifests.workload(workload), root);
    files.write(container);
    unset();
    files
        .environment(container)
        .forEach(
            (name, value) -> {
              set.add(name);
              System.setProperty(name, value);
            });
    ConfigFactory.invalidateCaches();
    List<Path> paths = new ArrayList<>();
    List<String> arguments = container.getArgs();
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i).equals("--config")) {
        paths.add(root.resolve(arguments.get(i + 1).substring(1)));
      }
    }
    assertEquals(1, paths.size());
    return SettingsFiles.load(paths, List.of());
  }

  private static Map<String, Integer> ports(Container container) {
    return container.getPorts().stream()
        .collect(Collectors.toMap(port -> port.getName(), port -> port.getContainerPort()));
  }

  @ParameterizedTest
  @MethodSource("dev.margrave.k8s.manifest.Rendering#all")
  void orchestrators(Rendering rendering) throws Exception {
    Manifests manifests = rendering.manifests();
    Config config = load(manifests, ORCHESTRATOR);
    Container container = container(manifests, ORCHESTRATOR);
    ClusterSettings cluster = ClusterSettings.of(config);
    HttpSettings http = HttpSettings.of(config);
    assertEquals("10.1.2.3", cluster.host());
    assertTrue(cluster.bootstrap());
    assertEquals(
        Map.of(
            "artery",
            cluster.port(),
            "management",
            config.getInt("margrave.cluster.management.port"),
            "http",
            http.port()),
        ports(container));
    assertEquals("0.0.0.0", http.host());
    assertEquals(2, http.tokens().size());

    boolean single =
        rendering.components().contains("single") || !rendering.base().matches(".*(base|prod)");
    assertEquals(
        single ? "none" : "jdbc:postgresql://db.example:5432/margrave",
        OrchestratorSettings.of(config).journal().server().map(each -> each.url()).orElse("none"));
    int replicas = manifests.get(Deployment.class, ORCHESTRATOR).getSpec().getReplicas();
    assertEquals(single ? 1 : 3, replicas);
    int contacts = config.getInt("margrave.cluster.bootstrap.contacts");
    assertTrue(contacts > replicas / 2 && contacts <= replicas, contacts + " of " + replicas);

    // Those that discovery finds are orchestrators, and all of them.
    String selector =
        config
            .getString("akka.discovery.kubernetes-api.pod-label-selector")
            .formatted(config.getString("margrave.cluster.bootstrap.service"));
    Map<String, String> wanted =
        List.of(selector.split(",", -1)).stream()
            .map(each -> each.split("=", -1))
            .collect(Collectors.toMap(each -> each[0], each -> each[1]));
    assertEquals(
        List.of(ORCHESTRATOR),
        manifests.workloads().stream()
            .filter(each -> Selectors.matches(wanted, each.template().getMetadata().getLabels()))
            .map(Manifests.Workload::name)
            .toList());
  }

  @ParameterizedTest
  @MethodSource("dev.margrave.k8s.manifest.Rendering#all")
  void workers(Rendering rendering) throws Exception {
    Manifests manifests = rendering.manifests();
    Config config = load(manifests, WORKER).getConfig("margrave.worker");
    Container container = container(manifests, WORKER);
    assertEquals(WORKER + "-0", config.getString("name"));
    assertEquals("10.1.2.3", config.getString("host"));
    assertEquals("10.1.2.3", config.getString("metrics.host"));
    assertEquals(
        Map.of("artery", config.getInt("port"), "metrics", config.getInt("metrics.port")),
        ports(container));

    // Kubernetes kills what has not ended by then; ending takes some seconds more than handing
    // back.
    PodSpec spec = manifests.workload(WORKER).template().getSpec();
    assertTrue(
        spec.getTerminationGracePeriodSeconds()
            >= config.getDuration("hand-back-within").toSeconds() + 20);

    // As many GPUs as the pod gets.
    var limit = container.getResources().getLimits().get("nvidia.com/gpu");
    assertEquals(
        limit == null ? 0 : limit.getNumericalAmount().intValueExact(), config.getInt("gpus"));

    // The name by which they look up orchestrators is a headless service's, with its port.
    String address = String.join(",", config.getStringList("orchestrators"));
    assertTrue(address.startsWith("dns:"), address);
    String[] parts = address.split(":", -1);
    Service service = manifests.get(Service.class, parts[1]);
    assertEquals("None", service.getSpec().getClusterIP());
    assertEquals(
        Integer.parseInt(parts[2]),
        Selectors.port(
                manifests.workload(ORCHESTRATOR).template(),
                service.getSpec().getPorts().get(0).getTargetPort())
            .orElseThrow()
            .getContainerPort());
  }

  /** Both: where checkpoints are, and TLS. */
  @ParameterizedTest
  @MethodSource("dev.margrave.k8s.manifest.Rendering#all")
  void allNodes(Rendering rendering) throws Exception {
    Manifests manifests = rendering.manifests();
    boolean bucket = rendering.components().contains("s3");
    boolean tls =
        rendering.components().contains("tls") || rendering.base().equals("overlays/prod");
    for (String workload : List.of(ORCHESTRATOR, WORKER)) {
      Config config = load(manifests, workload);
      PodSpec spec = manifests.workload(workload).template().getSpec();
      Container container = container(manifests, workload);
      ArtefactLocation location = ArtefactSettings.of(config).location();
      ArtefactLocation wanted =
          ArtefactLocation.parse(bucket ? "s3://bucket/prefix" : "/artefacts").orElseThrow();
      assertEquals(wanted, location, workload);
      boolean mounted =
          orEmpty(container.getVolumeMounts()).stream()
              .anyMatch(mount -> mount.getMountPath().equals("/artefacts"));
      assertEquals(!bucket, mounted, workload);
      if (!bucket && workload.equals(WORKER)) {
        assertTrue(HouseRules.writable(container, spec, "/artefacts"), workload);
      }

      var nodes = ClusterSettings.of(config).tls();
      assertEquals(tls, nodes.enabled(), workload);
      if (tls) {
        for (String file : List.of(nodes.key(), nodes.certificate(), nodes.authority())) {
          assertTrue(Files.isRegularFile(Path.of(file)), file);
        }
      }
      // What Margrave's settings do not name somebody else must read.
      String settings =
          Files.readString(root.resolve("etc/margrave/node.conf"))
              + Files.readString(
                  root.resolve("etc/margrave/" + workload.replace("margrave-", "") + ".conf"));
      for (String variable :
          new PodFiles(manifests, manifests.workload(workload), root)
              .environment(container)
              .keySet()) {
        assertTrue(
            settings.contains("${" + variable + "}")
                || settings.contains("${?" + variable + "}")
                || READ_BY_OTHERS.containsKey(variable),
            () -> variable + " is read by nobody");
      }
    }
  }
}
