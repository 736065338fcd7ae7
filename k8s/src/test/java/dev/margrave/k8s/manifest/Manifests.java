package dev.margrave.k8s.manifest;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The objects of a rendered kustomization, as the types of the Kubernetes API.
 *
 * @param objects in the order in which they were rendered
 */
public record Manifests(List<HasMetadata> objects) {

  public Manifests {
    objects = List.copyOf(objects);
  }

  /**
   * Reads what a tool has rendered.
   *
   * @throws IllegalArgumentException naming a field, a kind or a value that the API does not know
   */
  public static Manifests parse(String yaml) {
    return new Manifests(StrictObjects.read(yaml));
  }

  /** All objects of a type. */
  public <T extends HasMetadata> List<T> all(Class<T> type) {
    return objects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** The object of a type and a name, if it is there. */
  public <T extends HasMetadata> Optional<T> find(Class<T> type, String name) {
    return all(type).stream().filter(each -> each.getMetadata().getName().equals(name)).findFirst();
  }

  /** The object of a type and a name. */
  public <T extends HasMetadata> T get(Class<T> type, String name) {
    return find(type, name)
        .orElseThrow(() -> new IllegalArgumentException("no " + type.getSimpleName() + " " + name));
  }

  /** Whatever makes pods, with the template of its pods. */
  public List<Workload> workloads() {
    List<Workload> found = new ArrayList<>();
    all(Deployment.class)
        .forEach(each -> found.add(new Workload(each, each.getSpec().getTemplate())));
    all(StatefulSet.class)
        .forEach(each -> found.add(new Workload(each, each.getSpec().getTemplate())));
    all(Job.class).forEach(each -> found.add(new Workload(each, each.getSpec().getTemplate())));
    return found;
  }

  /** The workload of a name. */
  public Workload workload(String name) {
    return workloads().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no workload " + name));
  }

  /**
   * What makes pods.
   *
   * @param owner a Deployment, a StatefulSet or a Job
   * @param template of its pods
   */
  public record Workload(HasMetadata owner, PodTemplateSpec template) {
    public String name() {
      return owner.getMetadata().getName();
    }

    @Override
    public String toString() {
      return owner.getKind() + " " + name();
    }
  }
}
