package dev.margrave.k8s.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.margrave.app.Version;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Our pods keep to the rules of the house, and the check refuses what does not. */
class HouseRulesTest {
  private static final String GOOD =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: good }
      spec:
        template:
          spec:
            enableServiceLinks: false
            automountServiceAccountToken: false
            terminationGracePeriodSeconds: 30
            containers:
              - name: one
                image: example.org:5000/margrave-worker:1.2
                args: [worker, --data-dir, /data/one]
                startupProbe: &probe { httpGet: { path: /alive, port: 80 } }
                livenessProbe: *probe
                readinessProbe: *probe
                resources:
                  requests: { cpu: 1, memory: 1Gi, ephemeral-storage: 1Gi }
                  limits: { cpu: 2, memory: 1024Mi, ephemeral-storage: 2Gi }
                securityContext: { readOnlyRootFilesystem: true }
                volumeMounts:
                  - { name: data, mountPath: /data }
                  - { name: tmp, mountPath: /tmp }
            volumes:
              - { name: data, emptyDir: { sizeLimit: 1Gi } }
              - { name: tmp, emptyDir: { sizeLimit: 1Gi } }
      """;

  @ParameterizedTest
  @MethodSource("dev.margrave.k8s.manifest.Rendering#all")
  void ours(Rendering rendering) {
    List<String> problems = new ArrayList<>();
    for (Manifests.Workload workload : rendering.manifests().workloads()) {
      HouseRules.problems(workload, Version.text())
          .forEach(problem -> problems.add(workload + ": " + problem));
    }
    assertEquals("", String.join("\n", problems));
  }

  @Test
  void acceptsGood() {
    assertEquals(List.of(), HouseRules.problems(Manifests.parse(GOOD).workload("good"), "1.2"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutations")
  void refused(String expected, Consumer<PodSpec> mutation) {
    Manifests.Workload workload = Manifests.parse(GOOD).workload("good");
    mutation.accept(workload.template().getSpec());
    assertEquals(List.of(expected), HouseRules.problems(workload, "1.2"));
  }

  static Stream<Arguments> mutations() {
    return Stream.of(
        spec("enableServiceLinks is not false", spec -> spec.setEnableServiceLinks(null)),
        spec(
            "automountServiceAccountToken is not said",
            spec -> spec.setAutomountServiceAccountToken(null)),
        spec(
            "terminationGracePeriodSeconds is not said",
            spec -> spec.setTerminationGracePeriodSeconds(null)),
        spec(
            "volume tmp has no sizeLimit",
            spec -> spec.getVolumes().get(1).getEmptyDir().setSizeLimit(null)),
        spec(
            "volumes of 3221225472 bytes, and ephemeral-storage is limited to 2147483648",
            spec -> spec.getVolumes().get(1).getEmptyDir().setSizeLimit(new Quantity("2Gi"))),
        container(
            "one: readOnlyRootFilesystem is not true",
            one -> one.getSecurityContext().setReadOnlyRootFilesystem(false)),
        container("one: readOnlyRootFilesystem is not true", one -> one.setSecurityContext(null)),
        container("one: requests no cpu", one -> one.getResources().getRequests().remove("cpu")),
        container("one: has no limit of cpu", one -> one.getResources().getLimits().remove("cpu")),
        container(
            "one: the memory it requests is not its limit",
            one -> one.getResources().getRequests().put("memory", new Quantity("512Mi"))),
        container(
            "one: the image example.org:5000/one names no version",
            one -> one.setImage("example.org:5000/one")),
        container("one: the image one:latest names no version", one -> one.setImage("one:latest")),
        container(
            "one: the image margrave-worker-cuda:1.3 is not of version 1.2",
            one -> one.setImage("margrave-worker-cuda:1.3")),
        container("one: no startupProbe", one -> one.setStartupProbe(null)),
        container("one: no livenessProbe", one -> one.setLivenessProbe(null)),
        container("one: no readinessProbe", one -> one.setReadinessProbe(null)),
        container("one: /tmp cannot be written to", one -> one.getVolumeMounts().remove(1)),
        container(
            "one: /data/one cannot be written to",
            one -> one.getVolumeMounts().get(0).setReadOnly(true)),
        container(
            "one: /database cannot be written to",
            one -> one.setArgs(List.of("--data-dir", "/database"))),
        spec(
            "before: readOnlyRootFilesystem is not true",
            spec -> {
              Container before =
                  Manifests.parse(GOOD)
                      .workload("good")
                      .template()
                      .getSpec()
                      .getContainers()
                      .get(0);
              before.setName("before");
              before.setSecurityContext(null);
              spec.setInitContainers(List.of(before));
            }));
  }

  private static Arguments spec(String expected, Consumer<PodSpec> mutation) {
    return arguments(expected, mutation);
  }

  private static Arguments container(String expected, Consumer<Container> mutation) {
    return spec(expected, spec -> mutation.accept(spec.getContainers().get(0)));
  }
}
