package dev.margrave.k8s.manifest;

import static dev.margrave.k8s.manifest.Selectors.orEmpty;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What a container finds when it starts: files of ConfigMaps and secrets, and its environment. */
final class PodFiles {
  /** What users put into secrets, as {@code docs/kubernetes.md} describes it. */
  private static final Map<String, String> SECRETS =
      Map.ofEntries(
          Map.entry("margrave-tokens write", "w".repeat(48)),
          Map.entry("margrave-tokens read", "r".repeat(48)),
          Map.entry("margrave-journal url", "jdbc:postgresql://db.example:5432/margrave"),
          Map.entry("margrave-journal user", "somebody"),
          Map.entry("margrave-journal password", "a password"),
          Map.entry("margrave-tls tls.crt", "a certificate"),
          Map.entry("margrave-tls tls.key", "a key"),
          Map.entry("margrave-tls ca.crt", "an authority"),
          Map.entry("margrave-s3 location", "s3://bucket/prefix"),
          Map.entry("margrave-s3 endpoint", ""),
          Map.entry("margrave-s3 region", "eu-central-1"),
          Map.entry("margrave-s3 access-key", "an access key"),
          Map.entry("margrave-s3 secret-key", "a secret key"));

  private final Manifests manifests;
  private final Manifests.Workload workload;
  private final Path root;

  /**
   * @param root below which paths of secrets are, wherever they are named
   */
  PodFiles(Manifests manifests, Manifests.Workload workload, Path root) {
    this.manifests = manifests;
    this.workload = workload;
    this.root = root;
  }

  private static String secret(String name, String key) {
    String value = SECRETS.get(name + " " + key);
    if (value == null) {
      throw new IllegalArgumentException("no value for the key " + key + " of " + name);
    }
    return value;
  }

  /** The variables that the manifest sets. */
  Map<String, String> environment(Container container) {
    Map<String, String> values = new TreeMap<>();
    for (EnvVar variable : orEmpty(container.getEnv())) {
      var source = variable.getValueFrom();
      String value;
      if (source == null) {
        value = variable.getValue().replaceFirst("^/secrets/", root + "/secrets/");
      } else if (source.getSecretKeyRef() != null) {
        value = secret(source.getSecretKeyRef().getName(), source.getSecretKeyRef().getKey());
      } else {
        value =
            Map.of("status.podIP", "10.1.2.3", "metadata.name", workload.name() + "-0")
                .get(source.getFieldRef().getFieldPath());
      }
      values.put(variable.getName(), value);
    }
    return values;
  }

  /** Writes what is mounted. */
  void write(Container container) throws IOException {
    PodSpec spec = workload.template().getSpec();
    for (VolumeMount mount : orEmpty(container.getVolumeMounts())) {
      Path folder = Files.createDirectories(root.resolve(mount.getMountPath().substring(1)));
      for (Volume volume : spec.getVolumes()) {
        if (volume.getName().equals(mount.getName())) {
          write(volume, folder);
        }
      }
    }
  }

  private void write(Volume volume, Path folder) throws IOException {
    if (volume.getConfigMap() != null) {
      ConfigMap map = manifests.get(ConfigMap.class, volume.getConfigMap().getName());
      for (Map.Entry<String, String> file : map.getData().entrySet()) {
        Files.writeString(
            folder.resolve(file.getKey()),
            file.getValue().replace("\"/secrets/", "\"" + root + "/secrets/"));
      }
    } else if (volume.getSecret() != null) {
      String name = volume.getSecret().getSecretName();
      List<KeyToPath> items = orEmpty(volume.getSecret().getItems());
      for (KeyToPath item : items) {
        Files.writeString(folder.resolve(item.getPath()), secret(name, item.getKey()));
      }
      Set<String> all = items.isEmpty() ? DocumentedSecrets.read().get(name) : Set.of();
      for (String key : all) {
        Files.writeString(folder.resolve(key), secret(name, key));
      }
    }
  }
}
