package dev.margrave.k8s.manifest;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Which pods are meant, and which of their ports. */
final class Selectors {
  private Selectors() {}

  /** Whether labels are what a selector wants; an empty one wants nothing. */
  static boolean matches(LabelSelector selector, Map<String, String> labels) {
    return matches(orEmpty(selector.getMatchLabels()), labels)
        && orEmpty(selector.getMatchExpressions()).stream().allMatch(each -> matches(each, labels));
  }

  /** Whether labels contain all of those. */
  static boolean matches(Map<String, String> wanted, Map<String, String> labels) {
    return labels.entrySet().containsAll(wanted.entrySet());
  }

  private static boolean matches(LabelSelectorRequirement wanted, Map<String, String> labels) {
    String value = labels.get(wanted.getKey());
    return switch (wanted.getOperator()) {
      case "In" -> value != null && wanted.getValues().contains(value);
      case "NotIn" -> value == null || !wanted.getValues().contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> throw new IllegalArgumentException("no operator " + wanted.getOperator());
    };
  }

  static boolean matches(LabelSelector selector, PodTemplateSpec pod) {
    return matches(selector, pod.getMetadata().getLabels());
  }

  /** The port that a name or a number means in a pod, if the pod has it. */
  static Optional<ContainerPort> port(PodTemplateSpec pod, IntOrString wanted) {
    return pod.getSpec().getContainers().stream()
        .flatMap(container -> orEmpty(container.getPorts()).stream())
        .filter(
            port ->
                wanted.getStrVal() == null
                    ? Objects.equals(port.getContainerPort(), wanted.getIntVal())
                    : wanted.getStrVal().equals(port.getName()))
        .findFirst();
  }

  static <T> List<T> orEmpty(List<T> list) {
    return list == null ? List.of() : list;
  }

  static <K, V> Map<K, V> orEmpty(Map<K, V> map) {
    return map == null ? Map.of() : map;
  }
}
