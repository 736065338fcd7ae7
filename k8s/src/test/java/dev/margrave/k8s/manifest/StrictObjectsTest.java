package dev.margrave.k8s.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Manifests are read as strictly as an API server reads them, and all of ours pass. */
class StrictObjectsTest {
  private static final String GOOD =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: good
      spec:
        replicas: 1
        template:
          metadata:
            labels:
              app: good
          spec:
            enableServiceLinks: false
            containers:
              - name: one
                image: one:1
                ports:
                  - containerPort: 80
                env:
                  - name: A
                    value: "1"
                livenessProbe:
                  httpGet:
                    path: /alive
                    port: 80
                resources:
                  limits:
                    cpu: 1
      ---
      apiVersion: monitoring.coreos.com/v1
      kind: PodMonitor
      metadata:
        name: good
      spec:
        podMetricsEndpoints:
          - port: http
            interval: 15s
            relabelings:
              - targetLabel: job
                replacement: good
      """;

  @ParameterizedTest
  @MethodSource("dev.margrave.k8s.manifest.Rendering#all")
  void ours(Rendering rendering) {
    assertTrue(rendering.manifests().objects().size() > 10);
  }

  @Test
  void good() {
    Manifests read = Manifests.parse(GOOD);
    assertEquals(2, read.objects().size());
    assertEquals(1, read.get(Deployment.class, "good").getSpec().getReplicas());
    assertEquals(
        "15s",
        read.get(PodMonitor.class, "good").getSpec().getPodMetricsEndpoints().get(0).getInterval());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "replicas:            | replica:              | replica",
        "labels:              | label:                | label",
        "enableServiceLinks:  | enableServiceLink:    | enableServiceLink",
        "image:               | imgae:                | imgae",
        "containerPort:       | containerport:        | containerport",
        "livenessProbe:       | livenesProbe:         | livenesProbe",
        "httpGet:             | httpget:              | httpget",
        "path: /alive         | pth: /alive           | pth",
        "limits:              | limit:                | limit",
        "podMetricsEndpoints: | podMetricEndpoints:   | podMetricEndpoints",
        "interval:            | intervall:            | intervall",
        "targetLabel:         | target_label:         | target_label",
        "kind: PodMonitor     | kind: PodMonitr       | the kind is not known",
        "kind: Deployment     | kind: Deploiment      | the kind is not known",
        "apiVersion: apps/v1  | apiVersion: apps/v1b  | the kind is not known",
        "value: \"1\"         | value: 1              | a text is wanted",
        "containerPort: 80    | containerPort: \"80\" | containerPort",
        "containerPort: 80    | containerPort: http   | containerPort",
        "replicas: 1          | replicas: [1]         | replicas",
        "image: one:1         | name: two             | duplicate key",
        "app: good            | app: 1                | a text is wanted",
      })
  void refused(String good, String bad, String why) {
    assertTrue(GOOD.contains(good), good);
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class, () -> Manifests.parse(GOOD.replace(good, bad)));
    assertTrue(refusal.getMessage().contains(why), refusal.getMessage());
  }
}
