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
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code GET /metrics}, and the probes {@code /alive} and {@code /ready}, for a process
 * that serves no HTTP otherwise. It only reads; whoever reaches it may. A scrape has threads of its
 * own: no probe waits behind it. Who says requests by halves is cut off before a probe gives up.
 */
public final class MetricsServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);
  private static final String PATH = "/metrics";
  private static final String ALIVE = "/alive";
  private static final String READY = "/ready";
  private static final String PLAIN = "text/plain; charset=utf-8";
  private static final int BACKLOG = 16;

  /** They read requests, and one that is said by halves keeps its thread for a while. */
  static final int READERS = 8;

  private static final int SCRAPERS = 2;

  /** Scrapes that wait for a thread; further ones are refused. */
  private static final int WAITING_SCRAPES = 16;

  private static final long IDLE_SECONDS = 60;

  static {
    // Whoever says half a request, or reads no answer, would keep a thread for ever. The JDK's
    // server looks at these when it is first used.
    within("sun.net.httpserver.maxReqTime", 2);
    within("sun.net.httpserver.maxRspTime", 30);
  }

  private final HttpServer server;
  private final MetricsRegistry registry;
  private final Supplier<Optional<String>> unready;
  private final boolean local;
  private final ExecutorService readers = threads("margrave-probes", READERS, Integer.MAX_VALUE);
  private final ExecutorService scrapers = threads("margrave-metrics", SCRAPERS, WAITING_SCRAPES);

  private MetricsServer(
      HttpServer server,
      MetricsRegistry registry,
      Supplier<Optional<String>> unready,
      boolean local) {
    this.server = server;
    this.registry = registry;
    this.unready = unready;
    this.local = local;
  }

  private static ExecutorService threads(String name, int most, int waiting) {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            most,
            most,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(waiting),
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
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
   * @param unready why the process is not ready now, in a sentence without the final dot; empty: it
   *     is
   * @throws IllegalArgumentException in one sentence, when it cannot listen there
   */
  public static MetricsServer start(
      String section,
      String host,
      int port,
      MetricsRegistry registry,
      Supplier<Optional<String>> unready) {
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
    MetricsServer metrics =
        new MetricsServer(server, registry, unready, address.isLoopbackAddress());
    server.createContext("/", metrics::answer);
    server.setExecutor(metrics.readers);
    server.start();
    return metrics;
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (local && !ownName(header(exchange, "Host"))) {
      // A page that somebody looks at here must not read it under a name that points here.
      say(exchange, 403, "this machine's own name is wanted: 127.0.0.1 or localhost");
    } else if (!Set.of(PATH, ALIVE, READY).contains(path)) {
      say(exchange, 404, "metrics are at %s, probes at %s and %s".formatted(PATH, ALIVE, READY));
    } else if (!exchange.getRequestMethod().equals("GET")) {
      exchange.getResponseHeaders().set("Allow", "GET");
      say(exchange, 405, "only GET is answered");
    } else if (path.equals(ALIVE)) {
      say(exchange, 200, "alive");
    } else if (path.equals(READY)) {
      Optional<String> why = unready.get();
      say(exchange, why.isPresent() ? 503 : 200, why.orElse("ready"));
    } else {
      scrape(exchange);
    }
  }

  private void scrape(HttpExchange exchange) throws IOException {
    try {
      scrapers.execute(
          () -> {
            try (exchange) {
              MetricsRegistry.Scrape scrape = registry.scrape(header(exchange, "Accept"));
              send(exchange, 200, scrape.contentType(), scrape.body());
            } catch (IOException e) {
              LOG.debug("a scrape was not taken to its end", e);
            } catch (RuntimeException e) {
              LOG.warn("a scrape failed", e);
            }
          });
    } catch (RejectedExecutionException e) {
      say(exchange, 503, "too many scrapes at once");
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

  private static void say(HttpExchange exchange, int status, String sentence) throws IOException {
    try (exchange) {
      send(exchange, status, PLAIN, (sentence + "\n").getBytes(StandardCharsets.UTF_8));
    }
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
    readers.shutdownNow();
    scrapers.shutdownNow();
  }
}
