package dev.margrave.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Answers {@code GET /metrics} and nothing else, for a process that serves no HTTP otherwise. It
 * only reads; whoever reaches it may.
 */
public final class MetricsServer implements AutoCloseable {
  private static final String PATH = "/metrics";
  private static final int THREADS = 2;
  private static final int BACKLOG = 16;

  static {
    // Whoever says half a request, or reads no answer, would keep a thread for ever. The JDK's
    // server looks at these when it is first used.
    within("sun.net.httpserver.maxReqTime", 10);
    within("sun.net.httpserver.maxRspTime", 30);
  }

  private final HttpServer server;
  private final ExecutorService threads;

  private MetricsServer(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /** Unless somebody has set it. */
  private static void within(String property, int seconds) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, Integer.toString(seconds));
    }
  }

  /**
   * Starts it.
   *
   * @param section of the settings, for messages
   * @param port 0: any that is free
   * @throws IllegalArgumentException in one sentence, when it cannot listen there
   */
  public static MetricsServer start(
      String section, String host, int port, MetricsRegistry registry) {
    HttpServer server;
    InetAddress address;
    try {
      address = InetAddress.getByName(host);
      server = HttpServer.create(new InetSocketAddress(address, port), BACKLOG);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "%s.host = '%s' is no address of this machine; 127.0.0.1 or 0.0.0.0 is usual"
              .formatted(section, host),
          e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "port %d of %s cannot be listened on (%s); set %s.port to another, or to 0 for any"
              .formatted(port, host, e.getMessage(), section),
          e);
    }
    ExecutorService threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "margrave-metrics");
              thread.setDaemon(true);
              return thread;
            });
    boolean local = address.isLoopbackAddress();
    server.createContext("/", exchange -> answer(exchange, registry, local));
    server.setExecutor(threads);
    server.start();
    return new MetricsServer(server, threads);
  }

  private static void answer(HttpExchange exchange, MetricsRegistry registry, boolean local)
      throws IOException {
    try (exchange) {
      if (local && !ownName(header(exchange, "Host"))) {
        // A page that somebody looks at here must not read it under a name that points here.
        refuse(exchange, 403, "this machine's own name is wanted: 127.0.0.1 or localhost");
      } else if (!exchange.getRequestURI().getPath().equals(PATH)) {
        refuse(exchange, 404, "metrics are at " + PATH);
      } else if (!exchange.getRequestMethod().equals("GET")) {
        exchange.getResponseHeaders().set("Allow", "GET");
        refuse(exchange, 405, "only GET is answered");
      } else {
        MetricsRegistry.Scrape scrape = registry.scrape(header(exchange, "Accept"));
        send(exchange, 200, scrape.contentType(), scrape.body());
      }
    }
  }

  private static String header(HttpExchange exchange, String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().get(name))
        .map(values -> String.join(",", values))
        .orElse("");
  }

  private static boolean ownName(String host) {
    String name = host.toLowerCase(Locale.ROOT).replaceFirst(":\\d+$", "");
    return name.equals("localhost")
        || name.equals("[::1]")
        || name.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
  }

  private static void refuse(HttpExchange exchange, int status, String sentence)
      throws IOException {
    send(
        exchange,
        status,
        "text/plain; charset=utf-8",
        (sentence + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : body.length);
    if (!head) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }

  /** Where it answers, as {@code http://127.0.0.1:9464/metrics}. */
  public String url() {
    InetSocketAddress address = server.getAddress();
    String host = address.getAddress().getHostAddress();
    return "http://"
        + (host.contains(":") ? "[" + host + "]" : host)
        + ":"
        + address.getPort()
        + PATH;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
