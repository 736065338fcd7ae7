package dev.margrave.k8s.manifest;

import static dev.margrave.k8s.manifest.Selectors.orEmpty;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What every pod of ours keeps to, beyond what the cluster would refuse. */
final class HouseRules {
  private static final List<String> RESOURCES = List.of("cpu", "memory", "ephemeral-storage");

  /** What others' images write to. */
  private static final Map<String, List<String>> WRITTEN =
      Map.of("postgres", List.of("/var/lib/postgresql/data", "/var/run/postgresql", "/tmp"));

  private final Manifests.Workload workload;
  private final String version;
  private final List<String> problems = new ArrayList<>();

  private HouseRules(Manifests.Workload workload, String version) {
    this.workload = workload;
    this.version = version;
  }

  /**
   * What is not as it shall be.
   *
   * @param version of Margrave, which its images have as their tag
   */
  static List<String> problems(Manifests.Workload workload, String version) {
    HouseRules check = new HouseRules(workload, version);
    PodSpec spec = workload.template().getSpec();
    check.pod(spec);
    for (Container container : orEmpty(spec.getInitContainers())) {
      check.container(container, spec);
    }
    for (Container container : spec.getContainers()) {
      check.container(container, spec);
      check.probes(container);
    }
    return check.problems;
  }

  /** Whether an image is one of Margrave's own. */
  static boolean ours(Container container) {
    return container
        .getImage()
        .matches("(.*/)?margrave-(orchestrator|worker|worker-cuda)([:@].*)?");
  }

  private void refuse(boolean bad, String problem) {
    if (bad) {
      problems.add(problem);
    }
  }

  private void pod(PodSpec spec) {
    refuse(!Boolean.FALSE.equals(spec.getEnableServiceLinks()), "enableServiceLinks is not false");
    refuse(
        spec.getAutomountServiceAccountToken() == null, "automountServiceAccountToken is not said");
    refuse(
        spec.getTerminationGracePeriodSeconds() == null,
        "terminationGracePeriodSeconds is not said");
    BigDecimal scratch = BigDecimal.ZERO;
    for (Volume volume : orEmpty(spec.getVolumes())) {
      if (volume.getEmptyDir() == null) {
        continue;
      }
      Quantity limit = volume.getEmptyDir().getSizeLimit();
      refuse(limit == null, "volume " + volume.getName() + " has no sizeLimit");
      if (limit != null && !"Memory".equals(volume.getEmptyDir().getMedium())) {
        scratch = scratch.add(limit.getNumericalAmount());
      }
    }
    BigDecimal room =
        spec.getContainers().stream()
            .map(container -> amount(limits(container), "ephemeral-storage"))
            .flatMap(Optional::stream)
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    refuse(
        scratch.compareTo(room) > 0,
        "volumes of %s bytes, and ephemeral-storage is limited to %s".formatted(scratch, room));
  }

  private void container(Container container, PodSpec spec) {
    String name = container.getName() + ": ";
    refuse(
        container.getSecurityContext() == null
            || !Boolean.TRUE.equals(container.getSecurityContext().getReadOnlyRootFilesystem()),
        name + "readOnlyRootFilesystem is not true");
    for (String resource : RESOURCES) {
      refuse(amount(requests(container), resource).isEmpty(), name + "requests no " + resource);
      refuse(amount(limits(container), resource).isEmpty(), name + "has no limit of " + resource);
    }
    refuse(
        ours(container)
            && !amount(requests(container), "memory").equals(amount(limits(container), "memory")),
        name + "the memory it requests is not its limit");
    String image = container.getImage();
    String tag = image.substring(image.lastIndexOf('/') + 1).replaceFirst("^[^:@]*:?", "");
    refuse(
        tag.isEmpty() || tag.equals("latest"), name + "the image " + image + " names no version");
    refuse(
        ours(container) && !tag.equals(version),
        name + "the image " + image + " is not of version " + version);
    Set<String> written = new TreeSet<>(WRITTEN.getOrDefault(container.getName(), List.of("/tmp")));
    dataDirectory(container).ifPresent(written::add);
    for (String path : written) {
      refuse(!writable(container, spec, path), name + path + " cannot be written to");
    }
  }

  /** What a service writes to; a job writes to what it has. */
  private Optional<String> dataDirectory(Container container) {
    List<String> arguments = orEmpty(container.getArgs());
    int option = arguments.indexOf("--data-dir");
    return option < 0 || workload.owner() instanceof Job
        ? Optional.empty()
        : Optional.of(arguments.get(option + 1));
  }

  /** Whether a path is on a volume that can be written to. */
  static boolean writable(Container container, PodSpec spec, String path) {
    Optional<VolumeMount> mount =
        orEmpty(container.getVolumeMounts()).stream()
            .filter(each -> (path + "/").startsWith(each.getMountPath() + "/"))
            .max(Comparator.comparing(each -> each.getMountPath().length()));
    Set<String> readOnly = new HashSet<>();
    for (Volume volume : orEmpty(spec.getVolumes())) {
      if (volume.getConfigMap() != null || volume.getSecret() != null) {
        readOnly.add(volume.getName());
      }
    }
    return mount
        .filter(each -> !Boolean.TRUE.equals(each.getReadOnly()))
        .filter(each -> !readOnly.contains(each.getName()))
        .isPresent();
  }

  private void probes(Container container) {
    if (workload.owner() instanceof Job) {
      return;
    }
    String name = container.getName() + ": no ";
    refuse(container.getStartupProbe() == null, name + "startupProbe");
    refuse(container.getLivenessProbe() == null, name + "livenessProbe");
    refuse(container.getReadinessProbe() == null, name + "readinessProbe");
  }

  private static Map<String, Quantity> requests(Container container) {
    ResourceRequirements resources = container.getResources();
    return resources == null ? Map.of() : orEmpty(resources.getRequests());
  }

  private static Map<String, Quantity> limits(Container container) {
    ResourceRequirements resources = container.getResources();
    return resources == null ? Map.of() : orEmpty(resources.getLimits());
  }

  private static Optional<BigDecimal> amount(Map<String, Quantity> amounts, String resource) {
    return Optional.ofNullable(amounts.get(resource))
        .map(Quantity::getNumericalAmount)
        .map(BigDecimal::stripTrailingZeros);
  }
}
