package dev.margrave.k8s.rehearsal;

import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** The controller of a Deployment or a StatefulSet. */
interface Workload {
  /** What a controller may do. */
  interface Hands {
    /** Its pods that are not gone. */
    List<Pod> pods(String workload);

    /** Makes one; an empty {@code called}: by any name. */
    void create(String workload, String called, PodTemplateSpec template);

    /** Ends one, which takes a while. */
    void terminate(Pod pod);
  }

  /** Its name. */
  String name();

  /** Takes the next steps towards what is wanted. */
  void reconcile(Hands hands);

  /** Whether all is as it is wanted. */
  boolean isDone(Hands hands);

  /** Of a Deployment whose strategy is RollingUpdate, with counts and not shares. */
  static Workload of(Deployment deployment) {
    var rolling = deployment.getSpec().getStrategy().getRollingUpdate();
    int replicas = deployment.getSpec().getReplicas();
    return new Rolling(
        deployment.getMetadata().getName(),
        replicas,
        deployment.getSpec().getTemplate(),
        replicas + rolling.getMaxSurge().getIntVal(),
        replicas - rolling.getMaxUnavailable().getIntVal(),
        Duration.ofSeconds(
            Objects.requireNonNullElse(deployment.getSpec().getMinReadySeconds(), 0)));
  }

  /** Of a StatefulSet whose pods are managed in parallel. */
  static Workload of(StatefulSet set) {
    return new Named(
        set.getMetadata().getName(), set.getSpec().getReplicas(), set.getSpec().getTemplate());
  }

  /**
   * Pods without names of their own.
   *
   * @param most that may be there at once
   * @param least that must be available while they are replaced
   */
  record Rolling(
      String name,
      int replicas,
      PodTemplateSpec template,
      int most,
      int least,
      Duration availableAfter)
      implements Workload {
    @Override
    public void reconcile(Hands hands) {
      List<Pod> pods = hands.pods(name).stream().filter(pod -> !pod.isEnding()).toList();
      List<Pod> old = pods.stream().filter(pod -> !pod.isOf(template)).toList();
      int current = pods.size() - old.size();
      if (current < replicas && pods.size() < most) {
        hands.create(name, "", template);
        return;
      }
      long available = pods.stream().filter(pod -> pod.isAvailable(availableAfter)).count();
      old.stream()
          .min(Comparator.comparing(Pod::isReady))
          .filter(pod -> !pod.isReady() || available > least)
          .ifPresent(hands::terminate);
    }

    @Override
    public boolean isDone(Hands hands) {
      List<Pod> pods = hands.pods(name);
      return pods.size() == replicas
          && pods.stream().allMatch(pod -> pod.isOf(template) && pod.isAvailable(availableAfter));
    }
  }

  /** Pods that are known by their numbers. */
  record Named(String name, int replicas, PodTemplateSpec template) implements Workload {
    @Override
    public void reconcile(Hands hands) {
      List<Pod> pods = hands.pods(name);
      for (int i = 0; i < replicas; i++) {
        String wanted = name + "-" + i;
        if (pods.stream().noneMatch(pod -> pod.name().equals(wanted))) {
          hands.create(name, /* called= */ wanted, template);
          return;
        }
      }
      // One at a time, the highest number first, and none while another is not ready.
      if (pods.stream().allMatch(Pod::isReady)) {
        pods.stream()
            .filter(pod -> !pod.isOf(template))
            .max(Comparator.comparing(Pod::name))
            .ifPresent(hands::terminate);
      }
    }

    @Override
    public boolean isDone(Hands hands) {
      List<Pod> pods = hands.pods(name);
      return pods.size() == replicas
          && pods.stream().allMatch(pod -> pod.isOf(template) && pod.isReady());
    }
  }
}
