package dev.margrave.workers.data;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A publisher on the loopback address, with the faults that publishers have. */
final class FetchServer implements AutoCloseable {
  private final HttpServer server;
  private final CountDownLatch closing = new CountDownLatch(1);

  /** The {@code Range} of each request, "-" where there was none. */
  final List<String> ranges = Collections.synchronizedList(new ArrayList<>());

  volatile byte[] content;
  volatile boolean honoursRange = true;

  /** Whether {@code If-Range} is looked at. */
  volatile boolean honoursCondition = true;

  volatile String etag = "\"one\"";

  /** Bytes after which each answer is cut off; none if larger than the content. */
  volatile int cutAfter = Integer.MAX_VALUE;

  /** Cuts left; afterwards everything is sent. */
  final AtomicInteger cuts = new AtomicInteger();

  /** Whether a cut answer falls silent instead of closing its connection. */
  volatile boolean silent;

  volatile int status = 200;

  FetchServer(byte[] content) throws IOException {
    this.content = content;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/file", this::serve);
    server.createContext("/moved", this::redirect);
    server.start();
  }

  URI uri(String path) {
    return URI.create("http://localhost:" + server.getAddress().getPort() + path);
  }

  private void redirect(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Location", uri("/file").toString());
    exchange.sendResponseHeaders(302, -1);
    exchange.close();
  }

  private void serve(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    ranges.add(range == null ? "-" : range);
    if (status != 200) {
      exchange.sendResponseHeaders(status, -1);
      exchange.close();
      return;
    }
    byte[] body = content;
    if (etag != null) {
      exchange.getResponseHeaders().set("ETag", etag);
    }
    String condition = exchange.getRequestHeaders().getFirst("If-Range");
    boolean partial =
        range != null
            && honoursRange
            && (condition == null || !honoursCondition || condition.equals(etag));
    int from =
        partial ? Integer.parseInt(range.substring("bytes=".length(), range.length() - 1)) : 0;
    if (from >= body.length) {
      exchange.getResponseHeaders().set("Content-Range", "bytes */" + body.length);
      exchange.sendResponseHeaders(416, -1);
      exchange.close();
      return;
    }
    if (partial) {
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-" + (body.length - 1) + "/" + body.length);
    }
    exchange.sendResponseHeaders(partial ? 206 : 200, body.length - from);
    send(exchange, body, from);
  }

  private void send(HttpExchange exchange, byte[] body, int from) throws IOException {
    OutputStream out = exchange.getResponseBody();
    boolean cut = cuts.get() > 0 && body.length - from > cutAfter;
    out.write(body, from, cut ? cutAfter : body.length - from);
    out.flush();
    if (cut) {
      cuts.decrementAndGet();
      if (silent) {
        awaitClosing();
      }
    }
    // Closing before all was written drops the connection.
    exchange.close();
  }

  private void awaitClosing() {
    try {
      closing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
  }
}
