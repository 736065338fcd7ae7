package dev.margrave.k8s.rehearsal;

import dev.margrave.k8s.container.Container.Bind;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a pod finds mounted and in its environment, as a kubelet makes it: files with the owners and
 * modes that the manifests say.
 */
final class PodVolumes {
  private static final String SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

  /** Of a volume whose pod has an fsGroup: new files are the group's. */
  private static final int GROUP_WRITES = 02775;

  /**
   * What the user and the cluster gave.
   *
   * @param secrets by name, then key
   * @param configMaps by name
   * @param claims where volumes that outlive pods are
   */
  record Given(
      Map<String, Map<String, String>> secrets, Map<String, ConfigMap> configMaps, Path claims) {}

  private final Given given;
  private final Pod pod;
  private final Path folder;

  PodVolumes(Given given, Pod pod, Path folder) {
    this.given = given;
    this.pod = pod;
    this.folder = folder;
  }

  /** Makes all that the container mounts. */
  List<Bind> binds() {
    List<Bind> binds = new ArrayList<>();
    for (VolumeMount mount : pod.container().getVolumeMounts()) {
      Volume volume =
          pod.spec().getVolumes().stream()
              .filter(one -> one.getName().equals(mount.getName()))
              .findFirst()
              .orElseThrow();
      binds.add(
          new Bind(source(volume), mount.getMountPath(), Boolean.TRUE.equals(mount.getReadOnly())));
    }
    return binds;
  }

  /** The names that it resolves. */
  List<Bind> names() {
    Path hosts = write("hosts", "127.0.0.1 localhost\n" + pod.address() + " " + pod.name() + "\n");
    Path resolver =
        write(
            "resolv.conf",
            "nameserver %s\nsearch %s.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n"
                .formatted(PodNetwork.NAMES, pod.namespace()));
    return List.of(
        new Bind(hosts, "/etc/hosts", true), new Bind(resolver, "/etc/resolv.conf", true));
  }

  /** How it is known to the Kubernetes API; nothing, when it asked for none. */
  List<Bind> serviceAccount(ApiServer api, Path authority) {
    if (!Boolean.TRUE.equals(pod.spec().getAutomountServiceAccountToken())) {
      return List.of();
    }
    try {
      Path made = Files.createDirectories(folder.resolve("service-account"));
      file(made.resolve("token"), api.token(pod.spec().getServiceAccountName()), 0440);
      file(made.resolve("namespace"), pod.namespace(), 0440);
      file(made.resolve("ca.crt"), Files.readString(authority), 0440);
      return List.of(new Bind(made, SERVICE_ACCOUNT, true));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its variables. */
  Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("KUBERNETES_SERVICE_HOST", PodNetwork.API);
    environment.put("KUBERNETES_SERVICE_PORT", "443");
    environment.put("HOSTNAME", pod.name());
    for (EnvVar variable : pod.container().getEnv()) {
      environment.put(
          variable.getName(),
          variable.getValueFrom() == null ? variable.getValue() : value(variable.getValueFrom()));
    }
    return environment;
  }

  private String value(EnvVarSource source) {
    if (source.getSecretKeyRef() != null) {
      return secret(source.getSecretKeyRef().getName(), source.getSecretKeyRef().getKey());
    }
    return switch (source.getFieldRef().getFieldPath()) {
      case "status.podIP" -> pod.address();
      case "metadata.name" -> pod.name();
      default -> throw new IllegalStateException(source.getFieldRef().getFieldPath());
    };
  }

  private String secret(String name, String key) {
    String value = given.secrets().getOrDefault(name, Map.of()).get(key);
    if (value == null) {
      throw new IllegalStateException("no secret %s with a key %s was made".formatted(name, key));
    }
    return value;
  }

  private Path source(Volume volume) {
    try {
      if (volume.getPersistentVolumeClaim() != null) {
        return writable(given.claims().resolve(volume.getPersistentVolumeClaim().getClaimName()));
      }
      Path made = folder.resolve(volume.getName());
      if (volume.getEmptyDir() != null) {
        return writable(made);
      }
      Files.createDirectories(made);
      if (volume.getConfigMap() != null) {
        if (!volume.getConfigMap().getItems().isEmpty()
            || volume.getConfigMap().getDefaultMode() != null) {
          throw new IllegalStateException("the rehearsal has no volume such as " + volume);
        }
        var data = given.configMaps().get(volume.getConfigMap().getName()).getData();
        for (Map.Entry<String, String> entry : data.entrySet()) {
          file(made.resolve(entry.getKey()), entry.getValue(), 0644);
        }
        return made;
      }
      if (volume.getSecret() != null) {
        secrets(volume.getSecret(), made);
        return made;
      }
      throw new IllegalStateException("the rehearsal has no volume such as " + volume);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void secrets(SecretVolumeSource source, Path made) throws IOException {
    Map<String, String> paths = new LinkedHashMap<>();
    if (source.getItems().isEmpty()) {
      given
          .secrets()
          .getOrDefault(source.getSecretName(), Map.of())
          .keySet()
          .forEach(key -> paths.put(key, key));
    }
    for (KeyToPath item : source.getItems()) {
      paths.put(item.getKey(), item.getPath());
    }
    for (Map.Entry<String, String> entry : paths.entrySet()) {
      file(
          made.resolve(entry.getValue()),
          secret(source.getSecretName(), entry.getKey()),
          Objects.requireNonNullElse(source.getDefaultMode(), 0644));
    }
  }

  private Path writable(Path made) throws IOException {
    Files.createDirectories(made);
    toGroup(made);
    Files.setAttribute(made, "unix:mode", GROUP_WRITES);
    return made;
  }

  private void file(Path file, String text, int mode) throws IOException {
    Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    Files.setAttribute(file, "unix:mode", mode);
    toGroup(file);
  }

  private Path write(String name, String text) {
    try {
      Path file = folder.resolve(name);
      file(file, text, 0644);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void toGroup(Path file) throws IOException {
    Files.setAttribute(file, "unix:gid", pod.spec().getSecurityContext().getFsGroup().intValue());
  }
}
