package dev.margrave.k8s.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fabric8.kubernetes.api.model.AppArmorProfileBuilder;
import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.CapabilitiesBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EphemeralContainerBuilder;
import io.fabric8.kubernetes.api.model.LifecycleBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.SELinuxOptionsBuilder;
import io.fabric8.kubernetes.api.model.SeccompProfileBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SysctlBuilder;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.WindowsSecurityContextOptionsBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Our pods run where the restricted profile is enforced, and the check refuses what breaks it. */
class PodSecurityTest {
  private static final String GOOD =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: { name: good }
      spec:
        template:
          metadata: { labels: { app: good } }
          spec:
            securityContext:
              runAsNonRoot: true
              runAsUser: 1
              seccompProfile: { type: RuntimeDefault }
            initContainers:
              - name: before
                image: before:1
                securityContext:
                  allowPrivilegeEscalation: false
                  capabilities: { drop: [ALL] }
            containers:
              - name: one
                image: one:1
                ports: [{ containerPort: 80 }]
                livenessProbe: { httpGet: { path: /alive, port: 80 } }
                lifecycle: { preStop: { sleep: { seconds: 1 } } }
                securityContext:
                  allowPrivilegeEscalation: false
                  capabilities: { drop: [ALL], add: [NET_BIND_SERVICE] }
            volumes:
              - name: data
                emptyDir: {}
      """;

  @ParameterizedTest
  @MethodSource("dev.margrave.k8s.manifest.Rendering#all")
  void ours(Rendering rendering) {
    for (Manifests.Workload workload : rendering.manifests().workloads()) {
      assertEquals(List.of(), PodSecurity.problems(workload.template()), workload.toString());
    }
  }

  private static PodTemplateSpec good() {
    return Manifests.parse(GOOD).get(Deployment.class, "good").getSpec().getTemplate();
  }

  @Test
  void acceptsGood() {
    assertEquals(List.of(), PodSecurity.problems(good()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutations")
  void refused(String expected, Consumer<PodTemplateSpec> mutation) {
    PodTemplateSpec pod = good();
    mutation.accept(pod);
    List<String> problems = PodSecurity.problems(pod);
    assertFalse(problems.isEmpty());
    assertEquals(expected, problems.get(0));
  }

  static Stream<Arguments> mutations() {
    return Stream.of(podMutations(), identityMutations(), containerMutations(), handlerMutations())
        .flatMap(each -> each);
  }

  private static Stream<Arguments> podMutations() {
    return Stream.of(
        spec("hostNetwork", spec -> spec.setHostNetwork(true)),
        spec("hostPID", spec -> spec.setHostPID(true)),
        spec("hostIPC", spec -> spec.setHostIPC(true)),
        spec(
            "volume root is a hostPath",
            spec ->
                spec.setVolumes(
                    List.of(
                        new VolumeBuilder()
                            .withName("root")
                            .withNewHostPath("/", "Directory")
                            .build()))),
        spec(
            "volume share is a nfs",
            spec ->
                spec.setVolumes(
                    List.of(
                        new VolumeBuilder()
                            .withName("share")
                            .withNewNfs("/", false, "host")
                            .build()))),
        around(
            "sysctl kernel.msgmax is not a safe one",
            security ->
                security.setSysctls(
                    List.of(new SysctlBuilder().withName("kernel.msgmax").withValue("1").build()))),
        around(
            "pod: SELinux type spc_t",
            security ->
                security.setSeLinuxOptions(new SELinuxOptionsBuilder().withType("spc_t").build())),
        around(
            "pod: SELinux user",
            security ->
                security.setSeLinuxOptions(new SELinuxOptionsBuilder().withUser("root").build())),
        around(
            "pod: SELinux role",
            security ->
                security.setSeLinuxOptions(new SELinuxOptionsBuilder().withRole("root").build())),
        around(
            "pod: seccompProfile is Unconfined",
            security ->
                security.setSeccompProfile(
                    new SeccompProfileBuilder().withType("Unconfined").build())),
        around(
            "pod: hostProcess",
            security ->
                security.setWindowsOptions(
                    new WindowsSecurityContextOptionsBuilder().withHostProcess(true).build())),
        around(
            "pod: AppArmor is Unconfined",
            security ->
                security.setAppArmorProfile(
                    new AppArmorProfileBuilder().withType("Unconfined").build())),
        arguments(
            "AppArmor is unconfined",
            (Consumer<PodTemplateSpec>)
                pod ->
                    pod.getMetadata()
                        .setAnnotations(
                            Map.of(
                                "container.apparmor.security.beta.kubernetes.io/one",
                                "unconfined"))));
  }

  private static Stream<Arguments> identityMutations() {
    return Stream.of(
        around("pod: runAsUser is root", security -> security.setRunAsUser(0L)),
        around("pod: runAsNonRoot is false", security -> security.setRunAsNonRoot(false)),
        around("before: runAsNonRoot is not true", security -> security.setRunAsNonRoot(null)),
        around("before: no seccompProfile", security -> security.setSeccompProfile(null)),
        own("one: runAsNonRoot is not true", security -> security.setRunAsNonRoot(false)),
        own("one: runAsUser is root", security -> security.setRunAsUser(0L)),
        own(
            "one: seccompProfile is Unconfined",
            security ->
                security.setSeccompProfile(
                    new SeccompProfileBuilder().withType("Unconfined").build())));
  }

  private static Stream<Arguments> containerMutations() {
    return Stream.of(
        own("one: privileged", security -> security.setPrivileged(true)),
        own(
            "one: allowPrivilegeEscalation is not false",
            security -> security.setAllowPrivilegeEscalation(null)),
        own(
            "one: allowPrivilegeEscalation is not false",
            security -> security.setAllowPrivilegeEscalation(true)),
        own("one: procMount is Unmasked", security -> security.setProcMount("Unmasked")),
        own(
            "one: SELinux type spc_t",
            security ->
                security.setSeLinuxOptions(new SELinuxOptionsBuilder().withType("spc_t").build())),
        own(
            "one: hostProcess",
            security ->
                security.setWindowsOptions(
                    new WindowsSecurityContextOptionsBuilder().withHostProcess(true).build())),
        own(
            "one: AppArmor is Unconfined",
            security ->
                security.setAppArmorProfile(
                    new AppArmorProfileBuilder().withType("Unconfined").build())),
        own("one: does not drop ALL", security -> security.setCapabilities(new Capabilities())),
        own(
            "one: adds NET_RAW",
            security ->
                security.setCapabilities(
                    new CapabilitiesBuilder().withDrop("ALL").withAdd("NET_RAW").build())),
        spec(
            "before: privileged",
            spec -> spec.getInitContainers().get(0).getSecurityContext().setPrivileged(true)),
        spec(
            "later: allowPrivilegeEscalation is not false",
            spec -> spec.getContainers().add(new ContainerBuilder().withName("later").build())),
        spec(
            "debug: allowPrivilegeEscalation is not false",
            spec ->
                spec.setEphemeralContainers(
                    List.of(new EphemeralContainerBuilder().withName("debug").build()))),
        container("one: hostPort 80", one -> one.getPorts().get(0).setHostPort(80)));
  }

  private static Stream<Arguments> handlerMutations() {
    return Stream.of(
        container(
            "one: a probe or a hook asks 10.0.0.1",
            one -> one.getLivenessProbe().getHttpGet().setHost("10.0.0.1")),
        container(
            "one: a probe or a hook asks 10.0.0.1",
            one ->
                one.setReadinessProbe(
                    new ProbeBuilder()
                        .withNewTcpSocket()
                        .withHost("10.0.0.1")
                        .endTcpSocket()
                        .build())),
        container(
            "one: a probe or a hook asks 10.0.0.1",
            one ->
                one.setLifecycle(
                    new LifecycleBuilder()
                        .withNewPreStop()
                        .withNewHttpGet()
                        .withHost("10.0.0.1")
                        .endHttpGet()
                        .endPreStop()
                        .build())));
  }

  private static Arguments spec(String expected, Consumer<PodSpec> mutation) {
    Consumer<PodTemplateSpec> onPod = pod -> mutation.accept(pod.getSpec());
    return arguments(expected, onPod);
  }

  private static Arguments around(String expected, Consumer<PodSecurityContext> mutation) {
    return spec(expected, spec -> mutation.accept(spec.getSecurityContext()));
  }

  private static Arguments container(String expected, Consumer<Container> mutation) {
    return spec(expected, spec -> mutation.accept(spec.getContainers().get(0)));
  }

  private static Arguments own(String expected, Consumer<SecurityContext> mutation) {
    return container(expected, container -> mutation.accept(container.getSecurityContext()));
  }
}
