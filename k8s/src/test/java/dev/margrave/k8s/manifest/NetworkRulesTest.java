package dev.margrave.k8s.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.k8s.manifest.NetworkRules.End;
import dev.margrave.k8s.manifest.NetworkRules.Outside;
import dev.margrave.k8s.manifest.NetworkRules.Pod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Who reaches whom: what the table names, and nothing else. */
class NetworkRulesTest {
  /**
   * From, to, ports, and the component without which it is not so. {@code elsewhere} stands for all
   * that is not in the namespace.
   */
  private static final String TABLE =
      """
      orchestrator | orchestrator | 25520 8558
      orchestrator | worker       | 25521
      worker       | orchestrator | 25520
      orchestrator | elsewhere    | 443 6443 8443 16443 5432
      elsewhere    | orchestrator | 8080
      prometheus   | worker       | 9464           | monitoring
      orchestrator | postgres     | 5432           | postgres
      orchestrator | elsewhere    | 443 9000 7480  | s3
      worker       | elsewhere    | 443 9000 7480  | s3
      datasets     | elsewhere    | 443 80         | datasets
      orchestrator | names        | 53
      worker       | names        | 53
      postgres     | names        | 53             | postgres
      datasets     | names        | 53             | datasets
      stranger     | names        | 53
      """;

  private static final List<Integer> PORTS =
      List.of(
          22, 53, 80, 443, 5432, 6443, 7480, 8080, 8443, 8558, 9000, 9464, 16443, 25520, 25521,
          30000);

  private static final Set<String> ELSEWHERE =
      Set.of("names", "prometheus", "neighbour", "impostor", "internet");

  @ParameterizedTest
  @MethodSource("dev.margrave.k8s.manifest.Rendering#all")
  void table(Rendering rendering) {
    Manifests manifests = rendering.manifests();
    NetworkRules rules = new NetworkRules(manifests);
    Map<String, List<End>> ends = ends(manifests);
    Set<String> allowed = new TreeSet<>();
    ends.forEach(
        (from, froms) ->
            ends.forEach(
                (to, tos) -> {
                  if (ELSEWHERE.contains(from) && ELSEWHERE.contains(to)) {
                    return;
                  }
                  for (int port : PORTS) {
                    if (rules.allows(froms.get(0), tos.get(tos.size() - 1), port)) {
                      allowed.add("%s -> %s %d".formatted(from, to, port));
                    }
                  }
                }));
    Set<String> components = new TreeSet<>(rendering.components());
    if (rendering.base().equals("overlays/prod")) {
      components.add("monitoring");
    }
    Set<String> wanted = wanted(components);
    assertEquals(Set.of(), without(allowed, wanted), "allowed, and not in the table");
    assertEquals(Set.of(), without(wanted, allowed), "in the table, and not allowed");
  }

  private static Set<String> without(Set<String> all, Set<String> some) {
    Set<String> left = new TreeSet<>(all);
    left.removeAll(some);
    return left;
  }

  @Test
  void namesByUdp() {
    Manifests manifests = Rendering.of().manifests();
    NetworkRules rules = new NetworkRules(manifests);
    Map<String, List<End>> ends = ends(manifests);
    assertTrue(rules.allows(ends.get("worker").get(0), ends.get("names").get(0), 53, "UDP"));
    assertFalse(rules.allows(ends.get("worker").get(0), ends.get("internet").get(0), 53, "UDP"));
    assertFalse(
        rules.allows(ends.get("worker").get(0), ends.get("orchestrator").get(0), 25520, "UDP"));
  }

  /** Two of each workload, so that one of a kind speaks to another of it. */
  private static Map<String, List<End>> ends(Manifests manifests) {
    Map<String, List<End>> ends = new LinkedHashMap<>();
    for (Manifests.Workload workload : manifests.workloads()) {
      String name = workload.name().replace("margrave-", "");
      ends.put(name, List.of(Pod.of(workload, name + "-0"), Pod.of(workload, name + "-1")));
    }
    Map<String, String> stranger = Map.of("app", "stranger");
    ends.put(
        "stranger",
        List.of(pod("margrave", stranger), new Pod("two", "margrave", stranger, Map.of())));
    ends.put("names", List.of(pod("kube-system", Map.of("k8s-app", "kube-dns"))));
    Map<String, String> prometheus = Map.of("app.kubernetes.io/name", "prometheus");
    ends.put("prometheus", List.of(pod("monitoring", prometheus)));
    // Has the label, and not the place.
    ends.put("impostor", List.of(pod("default", prometheus)));
    // Has the place, and not the label.
    ends.put("neighbour", List.of(pod("monitoring", Map.of("app", "neighbour"))));
    ends.put("internet", List.of(new Outside("203.0.113.9")));
    return ends;
  }

  private static Pod pod(String namespace, Map<String, String> labels) {
    return new Pod("one", namespace, labels, Map.of());
  }

  private static Set<String> wanted(Set<String> components) {
    Set<String> wanted = new TreeSet<>();
    for (String line : TABLE.lines().toList()) {
      String[] cells = line.split("\\|", -1);
      if (cells.length == 4 && !components.contains(cells[3].strip())) {
        continue;
      }
      for (String from : expanded(cells[0].strip(), true)) {
        for (String to : expanded(cells[1].strip(), false)) {
          for (String port : cells[2].strip().split(" ", -1)) {
            wanted.add("%s -> %s %s".formatted(from, to, port));
          }
        }
      }
    }
    return wanted;
  }

  private static List<String> expanded(String name, boolean from) {
    if (!name.equals("elsewhere")) {
      return List.of(name);
    }
    List<String> all = new ArrayList<>(ELSEWHERE);
    if (from) {
      // A policy names pods; for others there is an Ingress or a Gateway, which is a pod.
      all.remove("internet");
    }
    return all;
  }

  private static final String POLICIES =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: { name: one, namespace: here }
      spec:
        podSelector:
          matchExpressions: [{ key: app, operator: In, values: [a, b] }]
        ingress:
          - from:
              - ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] }
              - ipBlock: { cidr: "fd00::/8" }
            ports: [{ port: 100, endPort: 200 }, { protocol: UDP, port: 53 }]
          - from: [{ namespaceSelector: { matchLabels: { team: x } } }]
          - from: [{ podSelector: { matchExpressions: [{ key: app, operator: NotIn, values: [c] }] } }]
            ports: [{ port: web }, { protocol: SCTP }]
      ---
      apiVersion: v1
      kind: Namespace
      metadata: { name: there, labels: { team: x } }
      """;

  @ParameterizedTest
  @CsvSource({
    "10.2.0.1, 100, TCP, true",
    "10.2.0.1, 200, TCP, true",
    "10.2.0.1, 201, TCP, false",
    "10.2.0.1, 100, UDP, false",
    "10.2.0.1, 53, UDP, true",
    "10.1.0.1, 100, TCP, false",
    "11.0.0.1, 100, TCP, false",
    "fd00::1, 150, TCP, true",
    "fe00::1, 150, TCP, false",
    "there/c, 9, TCP, true",
    "elsewhere/c, 9, TCP, false",
    "here/d, 80, TCP, true",
    "here/d, 81, TCP, false",
    "here/d, 81, SCTP, true",
    "here/c, 80, TCP, false",
    "there/d, 80, TCP, true",
    "elsewhere/d, 80, TCP, false",
  })
  void meaning(String from, int port, String protocol, boolean allowed) {
    NetworkRules rules = new NetworkRules(Manifests.parse(POLICIES));
    Pod to = new Pod("to", "here", Map.of("app", "a"), Map.of("web", 80));
    assertEquals(allowed, rules.allows(end(from), to, port, protocol));
    Pod free = new Pod("free", "here", Map.of("app", "z"), Map.of());
    assertTrue(rules.allows(end(from), free, port, protocol));
    // Without rules for it what a pod sends is free.
    assertTrue(rules.allows(to, end(from), port, protocol));
    assertTrue(rules.allows(to, to, 1, protocol));
  }

  private static End end(String text) {
    int slash = text.indexOf('/');
    return slash < 0
        ? new Outside(text)
        : new Pod(
            text, text.substring(0, slash), Map.of("app", text.substring(slash + 1)), Map.of());
  }
}
