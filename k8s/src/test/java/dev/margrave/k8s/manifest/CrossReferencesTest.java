package dev.margrave.k8s.manifest;

import static dev.margrave.k8s.manifest.Selectors.orEmpty;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CrossReferencesTest {
  private static final Map<String, Set<String>> SECRETS = Map.of("keys", Set.of("one"));

  private static final String GOOD =
      """
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: { name: good }
      spec:
        serviceName: headless
        selector: { matchLabels: { app: good } }
        template:
          metadata: { labels: { app: good } }
          spec:
            serviceAccountName: account
            topologySpreadConstraints:
              - labelSelector: { matchLabels: { app: good } }
            affinity:
              podAffinity:
                requiredDuringSchedulingIgnoredDuringExecution:
                  - { topologyKey: host, labelSelector: { matchLabels: { app: good } } }
            containers:
              - name: one
                ports: [{ name: web, containerPort: 80 }]
                startupProbe: { httpGet: { path: /alive, port: web } }
                env:
                  - { name: PLAIN, value: x }
                  - { name: ADDRESS, valueFrom: { fieldRef: { fieldPath: status.podIP } } }
                  - { name: SECRET, valueFrom: { secretKeyRef: { name: keys, key: one } } }
                  - { name: SETTING, valueFrom: { configMapKeyRef: { name: settings, key: a.conf } } }
                volumeMounts:
                  - { name: settings, mountPath: /settings }
                  - { name: secrets, mountPath: /secrets }
                  - { name: data, mountPath: /data }
                  - { name: scratch, mountPath: /tmp }
            volumes:
              - { name: settings, configMap: { name: settings, items: [{ key: a.conf, path: a }] } }
              - { name: secrets, secret: { secretName: keys, items: [{ key: one, path: one }] } }
              - { name: data, persistentVolumeClaim: { claimName: data } }
              - { name: scratch, emptyDir: {} }
      ---
      apiVersion: v1
      kind: Service
      metadata: { name: headless }
      spec: { clusterIP: None, selector: { app: good }, ports: [{ port: 1, targetPort: web }] }
      ---
      apiVersion: v1
      kind: ServiceAccount
      metadata: { name: account }
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: { name: settings }
      data: { a.conf: "" }
      ---
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: { name: data }
      ---
      apiVersion: policy/v1
      kind: PodDisruptionBudget
      metadata: { name: budget }
      spec: { selector: { matchLabels: { app: good } } }
      ---
      apiVersion: autoscaling/v2
      kind: HorizontalPodAutoscaler
      metadata: { name: scaler }
      spec: { scaleTargetRef: { apiVersion: apps/v1, kind: StatefulSet, name: good } }
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata: { name: role }
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: { name: binding }
      subjects: [{ kind: ServiceAccount, name: account }]
      roleRef: { kind: Role, name: role }
      ---
      apiVersion: monitoring.coreos.com/v1
      kind: PodMonitor
      metadata: { name: monitor }
      spec:
        selector: { matchLabels: { app: good } }
        podMetricsEndpoints:
          - { port: web, authorization: { credentials: { name: keys, key: one } } }
      """;

  @ParameterizedTest
  @MethodSource("dev.margrave.k8s.manifest.Rendering#all")
  void ours(Rendering rendering) {
    List<String> problems =
        CrossReferences.problems(rendering.manifests(), DocumentedSecrets.read());
    assertEquals("", String.join("\n", problems));
  }

  @Test
  void acceptsGood() {
    assertEquals(List.of(), CrossReferences.problems(Manifests.parse(GOOD), SECRETS));
  }

  /** What to replace, by what, and what is said then. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          selector: { app: good }, ports | selector: { app: bad }, ports | Service headless selects no pod
          targetPort: web                | targetPort: www               | Service headless: pods have no port www
          clusterIP: None                | type: ClusterIP               | no headless Service headless
          serviceName: headless          | serviceName: other            | no headless Service other
          labels: { app: good } }        | labels: { app: good, x: y } } |
          path: /alive, port: web        | path: /alive, port: 81        | StatefulSet good: a probe: pods have no port 81
          status.podIP                   | status.hostIP                 | StatefulSet good: of what is ADDRESS
          { name: PLAIN, value: x }      | { name: PLAIN }               | StatefulSet good: PLAIN has no value
          name: keys, key: one } } }     | name: keys, key: two } } }    | StatefulSet good: the secret keys has no documented key two
          secretName: keys               | secretName: locks             | StatefulSet good: no secret locks is documented
          name: settings, key: a.conf    | name: settings, key: b.conf   | StatefulSet good: the ConfigMap settings has no key b.conf
          configMap: { name: settings    | configMap: { name: set        | StatefulSet good: no ConfigMap set
          items: [{ key: a.conf          | items: [{ key: c.conf         | StatefulSet good: the ConfigMap settings has no key c.conf
          claimName: data                | claimName: date               | StatefulSet good: no PersistentVolumeClaim date
          emptyDir: {}                   | hostPath: { path: / }         | StatefulSet good: of what is the volume scratch
          - { name: data, mountPath: /data } | - { name: data2, mountPath: /data } | StatefulSet good: no volume data2;StatefulSet good: nobody mounts the volume data
          serviceAccountName: account    | serviceAccountName: other     | StatefulSet good: no ServiceAccount other
          - labelSelector: { matchLabels: { app: good } } | - labelSelector: { matchLabels: { app: bad } } | StatefulSet good: topologySpreadConstraints selects no pod
          host, labelSelector: { matchLabels: { app: good } } | host, labelSelector: { matchLabels: { app: bad } } | StatefulSet good: podAffinity selects no pod
          spec: { selector: { matchLabels: { app: good } } } | spec: { selector: { matchLabels: { app: bad } } } | PodDisruptionBudget selects no pod
          StatefulSet, name: good        | StatefulSet, name: bad        | HorizontalPodAutoscaler: no StatefulSet bad
          kind: Role, name: role         | kind: Role, name: rule        | RoleBinding: no Role rule
          ServiceAccount, name: account  | ServiceAccount, name: other   | RoleBinding: no ServiceAccount other
          - { port: web, auth            | - { port: www, auth           | PodMonitor monitor: pods have no port www
          credentials: { name: keys, key: one | credentials: { name: keys, key: two | PodMonitor monitor: the secret keys has no documented key two
          """)
  void refused(String good, String bad, String said) {
    assertTrue(GOOD.contains(good), good);
    List<String> problems =
        CrossReferences.problems(Manifests.parse(GOOD.replaceFirst(quote(good), bad)), SECRETS);
    assertEquals(said == null ? "" : said, String.join(";", problems));
  }

  private static String quote(String text) {
    return java.util.regex.Pattern.quote(text);
  }

  @Test
  void pagesNameTheSecretsThatAreUsedAndNoOthers() {
    Set<String> used = new TreeSet<>();
    Rendering.all()
        .flatMap(rendering -> rendering.manifests().workloads().stream())
        .map(workload -> workload.template().getSpec())
        .forEach(
            spec -> {
              for (Volume volume : orEmpty(spec.getVolumes())) {
                if (volume.getSecret() != null) {
                  used.add(volume.getSecret().getSecretName());
                }
              }
              for (Container container : CrossReferences.containers(spec)) {
                for (EnvVar variable : orEmpty(container.getEnv())) {
                  if (variable.getValueFrom() != null
                      && variable.getValueFrom().getSecretKeyRef() != null) {
                    used.add(variable.getValueFrom().getSecretKeyRef().getName());
                  }
                }
              }
            });
    assertEquals(used, new TreeSet<>(DocumentedSecrets.read().keySet()));
  }
}
