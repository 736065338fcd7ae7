package dev.margrave.k8s.manifest;

import static dev.margrave.k8s.manifest.Selectors.orEmpty;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.AppArmorProfile;
import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.SELinuxOptions;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.TCPSocketAction;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.WindowsSecurityContextOptions;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The profile "restricted" of the Pod Security Standards, all of "baseline" included, as the
 * documentation of Kubernetes 1.30 lists it; besides, hosts of probes, which later versions refuse.
 */
final class PodSecurity {
  private static final Set<String> VOLUMES =
      Set.of(
          "configMap",
          "csi",
          "downwardAPI",
          "emptyDir",
          "ephemeral",
          "persistentVolumeClaim",
          "projected",
          "secret");

  private static final Set<String> SYSCTLS =
      Set.of(
          "kernel.shm_rmid_forced",
          "net.ipv4.ip_local_port_range",
          "net.ipv4.ip_unprivileged_port_start",
          "net.ipv4.tcp_syncookies",
          "net.ipv4.ping_group_range",
          "net.ipv4.ip_local_reserved_ports",
          "net.ipv4.tcp_keepalive_time",
          "net.ipv4.tcp_fin_timeout",
          "net.ipv4.tcp_keepalive_intvl",
          "net.ipv4.tcp_keepalive_probes");

  private static final Set<String> PROFILES = Set.of("RuntimeDefault", "Localhost");
  private static final Set<String> SELINUX =
      Set.of("", "container_t", "container_init_t", "container_kvm_t");
  private static final String APPARMOR = "container.apparmor.security.beta.kubernetes.io/";

  private final PodTemplateSpec pod;
  private final List<String> problems = new ArrayList<>();

  private PodSecurity(PodTemplateSpec pod) {
    this.pod = pod;
  }

  /** What the profile refuses; empty: it lets the pod in. */
  static List<String> problems(PodTemplateSpec pod) {
    PodSecurity check = new PodSecurity(pod);
    check.pod();
    containers(pod.getSpec()).forEach(check::container);
    return check.problems;
  }

  /** A container of whichever kind. */
  private record Any(
      String name,
      SecurityContext security,
      List<ContainerPort> ports,
      List<HTTPGetAction> asked,
      List<TCPSocketAction> opened) {}

  private static Stream<Any> containers(PodSpec spec) {
    return Stream.concat(
        Stream.concat(orEmpty(spec.getInitContainers()).stream(), spec.getContainers().stream())
            .map(PodSecurity::any),
        orEmpty(spec.getEphemeralContainers()).stream().map(PodSecurity::any));
  }

  private static Any any(Container container) {
    List<Probe> probes =
        Stream.of(
                container.getStartupProbe(),
                container.getLivenessProbe(),
                container.getReadinessProbe())
            .filter(Objects::nonNull)
            .toList();
    List<LifecycleHandler> handlers =
        Stream.ofNullable(container.getLifecycle())
            .flatMap(lifecycle -> Stream.of(lifecycle.getPostStart(), lifecycle.getPreStop()))
            .filter(Objects::nonNull)
            .toList();
    return new Any(
        container.getName(),
        container.getSecurityContext(),
        orEmpty(container.getPorts()),
        Stream.concat(
                probes.stream().map(Probe::getHttpGet),
                handlers.stream().map(LifecycleHandler::getHttpGet))
            .filter(Objects::nonNull)
            .toList(),
        Stream.concat(
                probes.stream().map(Probe::getTcpSocket),
                handlers.stream().map(LifecycleHandler::getTcpSocket))
            .filter(Objects::nonNull)
            .toList());
  }

  private static Any any(EphemeralContainer container) {
    return new Any(
        container.getName(),
        container.getSecurityContext(),
        orEmpty(container.getPorts()),
        List.of(),
        List.of());
  }

  private void refuse(boolean bad, String problem) {
    if (bad) {
      problems.add(problem);
    }
  }

  private void pod() {
    PodSpec spec = pod.getSpec();
    refuse(yes(spec.getHostNetwork()), "hostNetwork");
    refuse(yes(spec.getHostPID()), "hostPID");
    refuse(yes(spec.getHostIPC()), "hostIPC");
    for (Volume volume : orEmpty(spec.getVolumes())) {
      Iterator<String> fields = new ObjectMapper().valueToTree(volume).fieldNames();
      fields.forEachRemaining(
          field ->
              refuse(
                  !field.equals("name") && !VOLUMES.contains(field),
                  "volume " + volume.getName() + " is a " + field));
    }
    PodSecurityContext security =
        Objects.requireNonNullElse(spec.getSecurityContext(), new PodSecurityContext());
    orEmpty(security.getSysctls())
        .forEach(
            each ->
                refuse(
                    !SYSCTLS.contains(each.getName()),
                    "sysctl " + each.getName() + " is not a safe one"));
    selinux("pod", security.getSeLinuxOptions());
    seccomp("pod", security.getSeccompProfile());
    windows("pod", security.getWindowsOptions());
    apparmor("pod", security.getAppArmorProfile());
    orEmpty(pod.getMetadata() == null ? Map.of() : pod.getMetadata().getAnnotations())
        .forEach(
            (key, value) ->
                refuse(
                    key.startsWith(APPARMOR)
                        && !value.equals("runtime/default")
                        && !value.startsWith("localhost/"),
                    "AppArmor is " + value));
    refuse(Objects.equals(security.getRunAsUser(), 0L), "pod: runAsUser is root");
    refuse(Objects.equals(security.getRunAsNonRoot(), false), "pod: runAsNonRoot is false");
  }

  private void container(Any container) {
    String name = container.name();
    PodSecurityContext around =
        Objects.requireNonNullElse(pod.getSpec().getSecurityContext(), new PodSecurityContext());
    SecurityContext own = Objects.requireNonNullElse(container.security(), new SecurityContext());
    refuse(yes(own.getPrivileged()), name + ": privileged");
    refuse(
        !Objects.equals(own.getAllowPrivilegeEscalation(), false),
        name + ": allowPrivilegeEscalation is not false");
    refuse(
        !yes(Objects.requireNonNullElse(own.getRunAsNonRoot(), yes(around.getRunAsNonRoot()))),
        name + ": runAsNonRoot is not true");
    refuse(Objects.equals(own.getRunAsUser(), 0L), name + ": runAsUser is root");
    refuse(
        own.getSeccompProfile() == null && around.getSeccompProfile() == null,
        name + ": no seccompProfile");
    seccomp(name, own.getSeccompProfile());
    selinux(name, own.getSeLinuxOptions());
    windows(name, own.getWindowsOptions());
    apparmor(name, own.getAppArmorProfile());
    refuse(
        own.getProcMount() != null && !own.getProcMount().equals("Default"),
        name + ": procMount is " + own.getProcMount());
    Capabilities capabilities =
        Objects.requireNonNullElse(own.getCapabilities(), new Capabilities());
    refuse(!orEmpty(capabilities.getDrop()).contains("ALL"), name + ": does not drop ALL");
    orEmpty(capabilities.getAdd())
        .forEach(each -> refuse(!each.equals("NET_BIND_SERVICE"), name + ": adds " + each));
    container
        .ports()
        .forEach(
            port ->
                refuse(
                    port.getHostPort() != null && port.getHostPort() != 0,
                    name + ": hostPort " + port.getHostPort()));
    Stream.concat(
            container.asked().stream().map(HTTPGetAction::getHost),
            container.opened().stream().map(TCPSocketAction::getHost))
        .forEach(
            host ->
                refuse(host != null && !host.isEmpty(), name + ": a probe or a hook asks " + host));
  }

  private void selinux(String where, SELinuxOptions options) {
    if (options != null) {
      refuse(
          !SELINUX.contains(Objects.requireNonNullElse(options.getType(), "")),
          where + ": SELinux type " + options.getType());
      refuse(options.getUser() != null, where + ": SELinux user");
      refuse(options.getRole() != null, where + ": SELinux role");
    }
  }

  private void seccomp(String where, SeccompProfile profile) {
    refuse(
        profile != null && !PROFILES.contains(profile.getType()),
        where + ": seccompProfile is " + (profile == null ? "" : profile.getType()));
  }

  private void apparmor(String where, AppArmorProfile profile) {
    refuse(
        profile != null && !PROFILES.contains(profile.getType()),
        where + ": AppArmor is " + (profile == null ? "" : profile.getType()));
  }

  private void windows(String where, WindowsSecurityContextOptions options) {
    refuse(options != null && yes(options.getHostProcess()), where + ": hostProcess");
  }

  private static boolean yes(Boolean flag) {
    return Boolean.TRUE.equals(flag);
  }
}
