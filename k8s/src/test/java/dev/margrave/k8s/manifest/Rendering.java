package dev.margrave.k8s.manifest;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A kustomization that is tested.
 *
 * @param base in {@code k8s}
 * @param components that go with it, in {@code k8s/components}
 */
public record Rendering(String base, List<String> components) {
  private static final Path K8S = Kustomize.CHECKOUT.resolve("k8s");
  private static final Optional<Kustomize> TOOL = Kustomize.find();
  private static final Map<Rendering, Manifests> RENDERED = new ConcurrentHashMap<>();

  public Rendering {
    components = List.copyOf(components);
  }

  /** An overlay as it is. */
  public static Rendering overlay(String name) {
    return new Rendering("overlays/" + name, List.of());
  }

  /** The base with components. */
  static Rendering of(String... components) {
    return new Rendering("base", List.of(components));
  }

  /** With all components that go together. */
  static Rendering everything() {
    return of("postgres", "s3", "autoscale", "kueue", "datasets", "tls", "monitoring");
  }

  /** Everything that users have: overlays, each component alone, and components together. */
  static Stream<Rendering> all() {
    return Stream.of(
            Stream.of("local", "gpu", "prod").map(Rendering::overlay),
            Stream.of(
                of(),
                everything(),
                of("single", "s3", "autoscale", "kueue", "datasets", "tls", "monitoring"),
                new Rendering("overlays/gpu", List.of("s3", "datasets", "tls", "monitoring")),
                new Rendering("overlays/prod", List.of("s3", "datasets", "autoscale", "kueue"))),
            names("components").map(Rendering::of))
        .flatMap(each -> each);
  }

  /** The folders in one of {@code k8s}. */
  static Stream<String> names(String folder) {
    try (Stream<Path> found = Files.list(K8S.resolve(folder))) {
      return found.map(each -> each.getFileName().toString()).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its objects. Without a tool that builds it the test is skipped. */
  public Manifests manifests() {
    return RENDERED.computeIfAbsent(this, each -> Manifests.parse(each.yaml()));
  }

  /** What a tool makes of it. Without one the test is skipped. */
  public String yaml() {
    return components.isEmpty() ? build(K8S.resolve(base)) : build(made(toString(), ""));
  }

  /** The same with further lines in its kustomization. */
  Manifests with(String name, String lines) {
    return Manifests.parse(build(made(name, lines)));
  }

  private static String build(Path folder) {
    assumeTrue(
        TOOL.isPresent(), "neither kubectl nor kustomize is there that builds what k8s/ uses");
    return TOOL.orElseThrow().build(folder);
  }

  /** A folder as a user would make it, in the checkout: kustomize takes relative paths alone. */
  private Path made(String name, String lines) {
    Path folder = K8S.resolve("target/kustomizations").resolve(name.replaceAll("[^a-z0-9]+", "-"));
    String text =
        """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        namespace: margrave
        resources:
          - %s
        components: [%s]
        %s
        """
            .formatted(
                relative(folder, base),
                components.stream()
                    .map(each -> relative(folder, "components/" + each))
                    .collect(Collectors.joining(", ")),
                lines);
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("kustomization.yaml"), text);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String relative(Path folder, String name) {
    return folder.relativize(K8S.resolve(name)).toString();
  }

  @Override
  public String toString() {
    return components.isEmpty() ? base : base + " with " + String.join(", ", components);
  }
}
