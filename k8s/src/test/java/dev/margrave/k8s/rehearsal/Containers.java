package dev.margrave.k8s.rehearsal;

import dev.margrave.k8s.container.Container;
import dev.margrave.k8s.container.ImageFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Starts pods' containers from trees of images.
 *
 * @param trees a folder for each image, called {@code NAME-TAG}
 * @param dockerfile what the images are besides files
 */
record Containers(Path trees, Path dockerfile) {
  private static final String PREFIX = "margrave-";

  /** The tree of an image. */
  Path tree(String image) {
    return trees.resolve(image.replace(':', '-'));
  }

  /**
   * Starts a pod's container.
   *
   * @param own its folder
   */
  Container start(
      Pod pod,
      String network,
      List<Container.Bind> binds,
      Map<String, String> variables,
      Path own) {
    refuseOthers(pod);
    String image = pod.container().getImage();
    ImageFile file = ImageFile.of(dockerfile, image.substring(PREFIX.length(), image.indexOf(':')));
    Map<String, String> environment = new LinkedHashMap<>(file.environment());
    environment.putAll(variables);
    // There are no control groups here: the run time is told what it would read off them.
    environment.put("JDK_JAVA_OPTIONS", "-XX:MaxRAM=" + memoryLimit(pod));
    List<String> command = new ArrayList<>(file.entryPoint());
    command.addAll(pod.container().getArgs());
    return Container.start(
        new Container.Plan(
            tree(image),
            own.resolve("mounts-" + System.nanoTime()),
            network,
            pod.spec().getSecurityContext().getRunAsUser(),
            binds,
            environment,
            command,
            own.resolve("container.log")));
  }

  /** What a kubelet does, and this does not. */
  private static void refuseOthers(Pod pod) {
    boolean simulated =
        pod.spec().getContainers().size() == 1
            && pod.spec().getInitContainers().isEmpty()
            && pod.container().getCommand().isEmpty()
            && pod.container().getEnvFrom().isEmpty()
            && pod.container().getSecurityContext().getRunAsUser() == null
            && pod.spec()
                .getSecurityContext()
                .getRunAsUser()
                .equals(pod.spec().getSecurityContext().getRunAsGroup());
    if (!simulated) {
      throw new IllegalStateException("the rehearsal has no pod such as " + pod.name());
    }
  }

  /** In bytes. */
  static long memoryLimit(Pod pod) {
    return pod.container()
        .getResources()
        .getLimits()
        .get("memory")
        .getNumericalAmount()
        .longValueExact();
  }

  /** Of this machine's java. */
  static String classPath(Path tree) {
    return tree.resolve("program/opt/margrave/program")
        + "/*:"
        + tree.resolve("libraries/opt/margrave/lib")
        + "/*";
  }
}
