package dev.margrave.app.grafana;

import com.sun.net.httpserver.HttpServer;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.metrics.Metric;
import dev.margrave.protocol.metrics.MetricLabel;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Serves every metric of {@link Metric} with its labels, for all arms of two seeds, and the JVM's
 * that the dashboards show. Counters grow with every scrape, gauges of stages step up, so that what
 * asks for changes finds some.
 */
final class SampleMetrics implements AutoCloseable {
  private static final String JVM =
      """
      jvm_memory_used_bytes{area="heap",id="Eden"} 1e8
      jvm_memory_max_bytes{area="heap",id="Eden"} 4e8
      jvm_gc_pause_seconds_sum{action="end of minor GC",cause="Allocation Failure"} 0.1
      process_cpu_usage 0.5
      jvm_threads_live_threads 30
      """;

  private final HttpServer server;
  private int scrapes;

  private SampleMetrics(HttpServer server) {
    this.server = server;
  }

  static SampleMetrics start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    SampleMetrics samples = new SampleMetrics(server);
    server.createContext(
        "/metrics",
        exchange -> {
          byte[] body = samples.text().getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
          exchange.sendResponseHeaders(200, body.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
          }
        });
    server.start();
    return samples;
  }

  String target() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private synchronized String text() {
    scrapes++;
    StringBuilder text = new StringBuilder(JVM);
    for (Metric metric : Metric.values()) {
      for (Map<String, String> labels : series(metric)) {
        add(text, metric, labels);
      }
    }
    return text.toString();
  }

  private static List<Map<String, String>> series(Metric metric) {
    List<Map<String, String>> all = new ArrayList<>();
    for (Arm arm : Arm.values()) {
      for (String seed : List.of("0", "1")) {
        for (String state : List.of("free", "busy", "unreachable", "excluded")) {
          Map<String, String> labels = new LinkedHashMap<>();
          for (MetricLabel label : metric.labels()) {
            labels.put(label.text(), label == MetricLabel.STATE ? state : value(label, arm, seed));
          }
          if (!all.contains(labels)) {
            all.add(labels);
          }
        }
      }
    }
    return all;
  }

  private static String value(MetricLabel label, Arm arm, String seed) {
    return switch (label) {
      case EXPERIMENT -> "sample";
      case DATASET -> "shapes";
      case SEED -> seed;
      case ARM -> arm.label();
      case STAGE -> arm.label() + "-" + seed;
      case OUTCOME -> "completed";
      case KIND -> "lost";
      case WORKER -> "worker-0";
      case STATE -> throw new IllegalArgumentException("each of them is there");
      case GPU -> "0";
      case VERSION -> "1";
    };
  }

  private void add(StringBuilder text, Metric metric, Map<String, String> labels) {
    switch (metric.kind()) {
      case GAUGE -> line(text, metric.wireName(), labels, gauge(metric, labels));
      case COUNTER -> line(text, metric.wireName(), labels, 10.0 * scrapes);
      case HISTOGRAM -> {
        List<Double> bounds = new ArrayList<>(metric.buckets());
        bounds.add(Double.POSITIVE_INFINITY);
        for (double bound : bounds) {
          Map<String, String> bucket = new LinkedHashMap<>(labels);
          bucket.put("le", Double.isInfinite(bound) ? "+Inf" : Double.toString(bound));
          line(text, metric.wireName() + "_bucket", bucket, scrapes);
        }
        line(text, metric.wireName() + "_sum", labels, 0.001 * scrapes);
        line(text, metric.wireName() + "_count", labels, scrapes);
      }
    }
  }

  private double gauge(Metric metric, Map<String, String> labels) {
    return switch (metric) {
      case CERTIFICATE_MARGIN -> 0.3;
      case CERTIFICATE_SAFE_MARGIN -> 0.25;
      // Of either kind, so that what counts one of them finds some.
      case CERTIFICATE_VERDICT -> labels.get("seed").equals("0") ? 1 : -1;
      // A moment of waiting, then it runs.
      case STAGE_STATE -> scrapes < 5 ? 1 : 2;
      default -> scrapes;
    };
  }

  private static void line(
      StringBuilder text, String name, Map<String, String> labels, double value) {
    String inner =
        labels.entrySet().stream()
            .map(label -> "%s=\"%s\"".formatted(label.getKey(), label.getValue()))
            .collect(Collectors.joining(","));
    text.append("%s{%s} %s\n".formatted(name, inner, value));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
