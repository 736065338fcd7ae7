package dev.margrave.k8s.rehearsal;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** One pod: what it was told, and where it stands. */
final class Pod {
  private final String namespace;
  private final String name;
  private final String workload;
  private final PodTemplateSpec template;
  private final String address;
  private volatile boolean ending;
  private volatile boolean gone;
  private volatile Optional<Long> readySince = Optional.empty();

  /**
   * @param workload by whose controller it was made
   * @param template by which
   * @param address in the cluster's network
   */
  Pod(String namespace, String name, String workload, PodTemplateSpec template, String address) {
    this.namespace = namespace;
    this.name = name;
    this.workload = workload;
    this.template = template;
    this.address = address;
  }

  String namespace() {
    return namespace;
  }

  String name() {
    return name;
  }

  String workload() {
    return workload;
  }

  String address() {
    return address;
  }

  Map<String, String> labels() {
    return template.getMetadata().getLabels();
  }

  PodSpec spec() {
    return template.getSpec();
  }

  Container container() {
    return spec().getContainers().get(0);
  }

  boolean isOf(PodTemplateSpec other) {
    return template.equals(other);
  }

  /** A port by its number or its name. */
  int port(IntOrString port) {
    return port.getIntVal() != null
        ? port.getIntVal()
        : container().getPorts().stream()
            .filter(one -> one.getName().equals(port.getStrVal()))
            .findFirst()
            .map(ContainerPort::getContainerPort)
            .orElseThrow(() -> new IllegalStateException(name + " has no port " + port));
  }

  void ready(boolean now) {
    if (!now) {
      readySince = Optional.empty();
    } else if (readySince.isEmpty()) {
      readySince = Optional.of(System.nanoTime());
    }
  }

  boolean isReady() {
    return readySince.isPresent() && !ending;
  }

  /** Whether it has been ready for so long. */
  boolean isAvailable(Duration since) {
    return isReady() && System.nanoTime() - readySince.orElseThrow() >= since.toNanos();
  }

  boolean isEnding() {
    return ending;
  }

  /** From now on it is on its way out. */
  void end() {
    ending = true;
  }

  boolean isGone() {
    return gone;
  }

  /** Nothing of it is left. */
  void forget() {
    ending = true;
    gone = true;
  }

  /** As the Kubernetes API shows it. */
  io.fabric8.kubernetes.api.model.Pod shown() {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .withLabels(labels())
        .withDeletionTimestamp(ending ? "2026-01-01T00:00:00Z" : null)
        .endMetadata()
        .withSpec(spec())
        .withNewStatus()
        .withPhase("Running")
        .withPodIP(address)
        .addNewContainerStatus()
        .withName(container().getName())
        .withReady(isReady())
        .withNewState()
        .withNewRunning()
        .endRunning()
        .endState()
        .endContainerStatus()
        .endStatus()
        .build();
  }
}
