package dev.margrave.k8s.manifest;

import static dev.margrave.k8s.manifest.Selectors.orEmpty;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What our pods may ask of the Kubernetes API: what finding each other takes, and nothing else.
 * That it suffices the rehearsal shows, whose API server refuses everything else.
 */
class RbacTest {
  @ParameterizedTest
  @MethodSource("dev.margrave.k8s.manifest.Rendering#all")
  void rights(Rendering rendering) {
    Manifests manifests = rendering.manifests();
    assertEquals(List.of(), manifests.all(ClusterRole.class));
    assertEquals(List.of(), manifests.all(ClusterRoleBinding.class));
    Set<String> rights = new TreeSet<>();
    for (RoleBinding binding : manifests.all(RoleBinding.class)) {
      assertEquals("Role", binding.getRoleRef().getKind());
      Role role = manifests.get(Role.class, binding.getRoleRef().getName());
      // An account that stands for itself is one of the binding's own namespace.
      String namespace = role.getMetadata().getNamespace();
      assertEquals(namespace, binding.getMetadata().getNamespace());
      binding
          .getSubjects()
          .forEach(
              subject -> {
                assertEquals(namespace, subject.getNamespace());
                role.getRules().forEach(rule -> add(rights, subject.getName(), rule));
              });
    }
    assertEquals(
        Set.of(
            "margrave-orchestrator /pods get",
            "margrave-orchestrator /pods list",
            "margrave-orchestrator /pods watch"),
        rights);
  }

  private static void add(Set<String> rights, String account, PolicyRule rule) {
    assertEquals(List.of(), orEmpty(rule.getNonResourceURLs()));
    for (String group : rule.getApiGroups()) {
      for (String resource : rule.getResources()) {
        for (String verb : rule.getVerbs()) {
          rights.add("%s %s/%s %s".formatted(account, group, resource, verb));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.margrave.k8s.manifest.Rendering#all")
  void onlyOrchestratorsHaveATokenForIt(Rendering rendering) {
    for (Manifests.Workload workload : rendering.manifests().workloads()) {
      boolean orchestrator = workload.name().equals("margrave-orchestrator");
      assertEquals(
          orchestrator,
          workload.template().getSpec().getAutomountServiceAccountToken(),
          workload::toString);
      if (orchestrator) {
        assertEquals(
            "margrave-orchestrator", workload.template().getSpec().getServiceAccountName());
      }
    }
  }
}
