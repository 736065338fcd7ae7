package dev.margrave.k8s.manifest;

import static dev.margrave.k8s.manifest.Selectors.orEmpty;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ObjectFieldSelector;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.autoscaling.v2.CrossVersionObjectReference;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/** Whatever an object names is there: pods, ports, keys, volumes, accounts. */
final class CrossReferences {
  private static final Set<String> FIELDS =
      Set.of("metadata.name", "metadata.namespace", "status.podIP");

  private final Manifests manifests;
  private final Map<String, Set<String>> secrets;
  private final List<String> problems = new ArrayList<>();

  private CrossReferences(Manifests manifests, Map<String, Set<String>> secrets) {
    this.manifests = manifests;
    this.secrets = secrets;
  }

  /**
   * What leads nowhere.
   *
   * @param secrets that users make, with their keys
   */
  static List<String> problems(Manifests manifests, Map<String, Set<String>> secrets) {
    CrossReferences check = new CrossReferences(manifests, secrets);
    manifests.workloads().forEach(check::workload);
    manifests.all(Deployment.class).forEach(each -> check.own(each.getSpec().getSelector(), each));
    manifests.all(StatefulSet.class).forEach(check::statefulSet);
    manifests.all(Service.class).forEach(check::service);
    manifests
        .all(PodDisruptionBudget.class)
        .forEach(each -> check.pods(each.getKind(), each.getSpec().getSelector()));
    manifests.all(HorizontalPodAutoscaler.class).forEach(check::autoscaler);
    manifests.all(RoleBinding.class).forEach(check::binding);
    manifests.all(PodMonitor.class).forEach(check::monitor);
    return check.problems;
  }

  private void refuse(boolean bad, String problem) {
    if (bad) {
      problems.add(problem);
    }
  }

  private void own(LabelSelector selector, io.fabric8.kubernetes.api.model.HasMetadata owner) {
    PodTemplateSpec template = manifests.workload(owner.getMetadata().getName()).template();
    refuse(
        !Selectors.matches(selector, template),
        owner.getKind() + " " + owner.getMetadata().getName() + " does not select its own pods");
  }

  private void statefulSet(StatefulSet set) {
    own(set.getSpec().getSelector(), set);
    String name = set.getSpec().getServiceName();
    refuse(
        manifests
            .find(Service.class, name)
            .filter(service -> "None".equals(service.getSpec().getClusterIP()))
            .isEmpty(),
        "no headless Service " + name);
  }

  private List<PodTemplateSpec> pods(String what, LabelSelector selector) {
    List<PodTemplateSpec> found =
        manifests.workloads().stream()
            .map(Manifests.Workload::template)
            .filter(pod -> Selectors.matches(selector, pod))
            .toList();
    refuse(found.isEmpty(), what + " selects no pod");
    return found;
  }

  private void ports(String what, List<PodTemplateSpec> pods, IntOrString port) {
    for (PodTemplateSpec pod : pods) {
      refuse(
          Selectors.port(pod, port).isEmpty(),
          what + ": pods have no port " + Objects.toString(port.getValue()));
    }
  }

  private void service(Service service) {
    String what = "Service " + service.getMetadata().getName();
    LabelSelector selector = new LabelSelector();
    selector.setMatchLabels(service.getSpec().getSelector());
    List<PodTemplateSpec> found = pods(what, selector);
    service.getSpec().getPorts().forEach(port -> ports(what, found, port.getTargetPort()));
  }

  private void autoscaler(HorizontalPodAutoscaler autoscaler) {
    CrossVersionObjectReference target = autoscaler.getSpec().getScaleTargetRef();
    refuse(
        manifests.objects().stream()
            .noneMatch(
                each ->
                    each.getApiVersion().equals(target.getApiVersion())
                        && each.getKind().equals(target.getKind())
                        && each.getMetadata().getName().equals(target.getName())),
        "HorizontalPodAutoscaler: no " + target.getKind() + " " + target.getName());
  }

  private void binding(RoleBinding binding) {
    String role = binding.getRoleRef().getName();
    refuse(manifests.find(Role.class, role).isEmpty(), "RoleBinding: no Role " + role);
    binding.getSubjects().forEach(subject -> account("RoleBinding", subject.getName()));
  }

  private void account(String what, String name) {
    refuse(
        manifests.find(ServiceAccount.class, name).isEmpty(), what + ": no ServiceAccount " + name);
  }

  private void monitor(PodMonitor monitor) {
    String what = "PodMonitor " + monitor.getMetadata().getName();
    List<PodTemplateSpec> found = pods(what, monitor.getSpec().getSelector());
    monitor
        .getSpec()
        .getPodMetricsEndpoints()
        .forEach(
            endpoint -> {
              ports(what, found, new IntOrString(endpoint.getPort()));
              if (endpoint.getAuthorization() != null) {
                var credentials = endpoint.getAuthorization().getCredentials();
                secret(what, credentials.getName(), List.of(credentials.getKey()));
              }
            });
  }

  private void secret(String what, String name, List<String> keys) {
    Set<String> known = secrets.get(name);
    refuse(known == null, what + ": no secret " + name + " is documented");
    if (known != null) {
      keys.stream()
          .filter(key -> !known.contains(key))
          .forEach(
              key -> problems.add(what + ": the secret " + name + " has no documented key " + key));
    }
  }

  private void configMap(String what, String name, List<String> keys) {
    Map<String, String> data =
        manifests.find(ConfigMap.class, name).map(ConfigMap::getData).orElse(null);
    refuse(data == null, what + ": no ConfigMap " + name);
    if (data != null) {
      keys.stream()
          .filter(key -> !data.containsKey(key))
          .forEach(key -> problems.add(what + ": the ConfigMap " + name + " has no key " + key));
    }
  }

  private void workload(Manifests.Workload workload) {
    PodSpec spec = workload.template().getSpec();
    String what = workload.toString();
    if (spec.getServiceAccountName() != null) {
      account(what, spec.getServiceAccountName());
    }
    orEmpty(spec.getTopologySpreadConstraints())
        .forEach(each -> pods(what + ": topologySpreadConstraints", each.getLabelSelector()));
    if (spec.getAffinity() != null && spec.getAffinity().getPodAffinity() != null) {
      spec.getAffinity()
          .getPodAffinity()
          .getRequiredDuringSchedulingIgnoredDuringExecution()
          .forEach(each -> pods(what + ": podAffinity", each.getLabelSelector()));
    }
    Set<String> mounted = new HashSet<>();
    Set<String> volumes = new HashSet<>();
    if (workload.owner() instanceof StatefulSet set) {
      orEmpty(set.getSpec().getVolumeClaimTemplates())
          .forEach(claim -> volumes.add(claim.getMetadata().getName()));
    }
    orEmpty(spec.getVolumes())
        .forEach(
            volume -> {
              volumes.add(volume.getName());
              volume(what, volume);
            });
    for (Container container : containers(spec)) {
      for (VolumeMount mount : orEmpty(container.getVolumeMounts())) {
        mounted.add(mount.getName());
        refuse(!volumes.contains(mount.getName()), what + ": no volume " + mount.getName());
      }
      orEmpty(container.getEnv()).forEach(variable -> variable(what, variable));
      Stream.of(
              container.getStartupProbe(),
              container.getLivenessProbe(),
              container.getReadinessProbe())
          .filter(Objects::nonNull)
          .map(Probe::getHttpGet)
          .filter(Objects::nonNull)
          .forEach(get -> ports(what + ": a probe", List.of(workload.template()), get.getPort()));
    }
    volumes.stream()
        .filter(volume -> !mounted.contains(volume))
        .forEach(volume -> problems.add(what + ": nobody mounts the volume " + volume));
  }

  static List<Container> containers(PodSpec spec) {
    return Stream.of(orEmpty(spec.getInitContainers()), spec.getContainers())
        .flatMap(List::stream)
        .toList();
  }

  private void volume(String what, Volume volume) {
    if (volume.getConfigMap() != null) {
      configMap(what, volume.getConfigMap().getName(), keys(volume.getConfigMap().getItems()));
    } else if (volume.getSecret() != null) {
      secret(what, volume.getSecret().getSecretName(), keys(volume.getSecret().getItems()));
    } else if (volume.getPersistentVolumeClaim() != null) {
      String claim = volume.getPersistentVolumeClaim().getClaimName();
      refuse(
          manifests.find(PersistentVolumeClaim.class, claim).isEmpty(),
          what + ": no PersistentVolumeClaim " + claim);
    } else {
      refuse(volume.getEmptyDir() == null, what + ": of what is the volume " + volume.getName());
    }
  }

  private static List<String> keys(List<KeyToPath> items) {
    return orEmpty(items).stream().map(KeyToPath::getKey).toList();
  }

  private void variable(String what, EnvVar variable) {
    var source = variable.getValueFrom();
    if (source == null) {
      refuse(variable.getValue() == null, what + ": " + variable.getName() + " has no value");
      return;
    }
    if (source.getSecretKeyRef() != null) {
      secret(what, source.getSecretKeyRef().getName(), List.of(source.getSecretKeyRef().getKey()));
    } else if (source.getConfigMapKeyRef() != null) {
      configMap(
          what,
          source.getConfigMapKeyRef().getName(),
          List.of(source.getConfigMapKeyRef().getKey()));
    } else {
      ObjectFieldSelector field = source.getFieldRef();
      refuse(
          field == null || !FIELDS.contains(field.getFieldPath()),
          what + ": of what is " + variable.getName());
    }
  }
}
