package dev.margrave.workers.store;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A storage that answers what a test tells it, in order, and remembers what it was asked. */
final class FakeS3 implements AutoCloseable {
  /**
   * An answer.
   *
   * @param body in ASCII
   * @param length that it announces
   */
  record Answer(int status, String body, long length) {
    static Answer of(int status, String body) {
      return new Answer(status, body, body.length());
    }

    static Answer error(int status, String code) {
      return of(status, "<Error><Code>" + code + "</Code><Message>no</Message></Error>");
    }
  }

  record Request(String method, String target, Headers headers, String body) {}

  private final HttpServer server;
  private final Queue<Answer> answers;
  private final Queue<Request> requests = new ConcurrentLinkedQueue<>();

  FakeS3(Answer... answers) throws IOException {
    this.answers = new ConcurrentLinkedQueue<>(List.of(answers));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(
          new Request(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              exchange.getRequestHeaders(),
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII)));
      Answer answer = answers.poll();
      if (answer == null) {
        answer = Answer.error(500, "NothingPrepared");
      }
      exchange.sendResponseHeaders(answer.status(), answer.length() == 0 ? -1 : answer.length());
      exchange.getResponseBody().write(answer.body().getBytes(StandardCharsets.US_ASCII));
    }
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  List<Request> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
