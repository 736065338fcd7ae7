package dev.margrave.orchestrator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.orchestrator.view.ExperimentView;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccessTest {
  private static final String READER = "reader-0123456789";
  private static final String WRITER = "writer-0123456789";
  private static final String TOKENS =
      "tokens = [{ name = dashboard, role = read, token = %s }, { name = ci, role = write, token = %s }]"
          .formatted(READER, WRITER);

  private static HttpRig.Answer as(HttpRig rig, String authorization, String method) {
    HttpRequest.Builder request =
        rig.request("/api/v1/experiments/demo" + (method.equals("POST") ? "/pause" : ""))
            .method(method, HttpRequest.BodyPublishers.noBody());
    return rig.send(
        authorization.isEmpty() ? request : request.header("Authorization", authorization));
  }

  @Test
  void tokensAndRoles() {
    try (HttpRig rig = new HttpRig(TOKENS)) {
      rig.demo(ExperimentView.Status.RUNNING);
      assertEquals(200, as(rig, "Bearer " + READER, "GET").status());
      assertEquals(200, as(rig, "Bearer " + WRITER, "GET").status());
      assertEquals(200, as(rig, "bearer " + WRITER, "POST").status());
      HttpRig.Answer none = as(rig, "", "GET");
      assertEquals(401, none.status());
      assertEquals("Bearer realm=\"margrave\"", none.header("www-authenticate"));
      assertEquals("send 'Authorization: Bearer' and a token", none.detail());
      HttpRig.Answer wrong = as(rig, "Bearer " + WRITER + "x", "GET");
      assertEquals(401, wrong.status());
      assertEquals("the token is not known here", wrong.detail());
      assertFalse(wrong.response().body().contains(WRITER));
      assertEquals(401, as(rig, "Basic eDp5", "GET").status());
      HttpRig.Answer reader = as(rig, "Bearer " + READER, "POST");
      assertEquals(403, reader.status());
      assertEquals("urn:margrave:forbidden", reader.type());
      assertEquals(
          "the token 'dashboard' may only read; this needs one that may write", reader.detail());
      assertEquals(1, rig.service.controls.size());
    }
  }

  @Test
  void everyRouteButTheDescriptionWantsAToken() {
    try (HttpRig rig = new HttpRig(TOKENS)) {
      for (Endpoint endpoint :
          Endpoints.of(
              new ExperimentHandlers(null, null),
              new HistoryHandlers(null, null, null, null, 1),
              new StageHandlers(null, null, null),
              new MetricsHandler(null, null))) {
        HttpRig.Answer answer =
            rig.send(
                rig.request(
                        endpoint.template().replace("{id}", "demo").replace("{stage}", "full-0"))
                    .method(endpoint.method(), HttpRequest.BodyPublishers.noBody()));
        assertEquals(
            endpoint.template().equals("/api/openapi.yaml") ? 200 : 401,
            answer.status(),
            endpoint.toString());
      }
    }
  }

  @Test
  void pagesOfOthersReachNothing() throws IOException {
    try (HttpRig rig = new HttpRig()) {
      assertEquals(403, origin(rig, "http://evil.example"));
      assertEquals(403, origin(rig, "null"));
      assertEquals(200, origin(rig, "http://127.0.0.1:" + rig.port()));
      assertTrue(host(rig, "evil.example").startsWith("HTTP/1.1 403"));
      assertTrue(host(rig, "127.0.0.1.evil.example").startsWith("HTTP/1.1 403"));
      assertTrue(host(rig, "localhost:1").startsWith("HTTP/1.1 200"));
      assertTrue(host(rig, "[::1]:80").startsWith("HTTP/1.1 200"));
    }
    try (HttpRig rig = new HttpRig(TOKENS)) {
      assertTrue(host(rig, "margrave.example").startsWith("HTTP/1.1 401"));
    }
  }

  private static int origin(HttpRig rig, String origin) {
    return rig.send(rig.request("/api/v1/experiments").header("Origin", origin).GET()).status();
  }

  private static String host(HttpRig rig, String host) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.port())) {
      String request =
          "GET /api/v1/experiments HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
              .formatted(host);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void beyondLoopbackItWantsTokens() {
    assertEquals(
        "margrave.http.interface is 0.0.0.0, beyond this machine, but margrave.http.tokens is empty,"
            + " so that everybody there could steer experiments: set tokens, or listen on 127.0.0.1",
        assertThrows(HttpStartException.class, () -> new HttpRig("interface = 0.0.0.0").close())
            .getMessage());
    new HttpRig("interface = 0.0.0.0, " + TOKENS).close();
  }

  @Test
  void aPortThatIsTaken() {
    try (HttpRig rig = new HttpRig()) {
      String message =
          assertThrows(HttpStartException.class, () -> new HttpRig("port = " + rig.port()).close())
              .getMessage();
      assertTrue(
          message.startsWith("port " + rig.port() + " of 127.0.0.1 cannot be listened on ("),
          message);
      assertTrue(message.endsWith("; set margrave.http.port to another"), message);
    }
  }

  @Test
  void aTokenIsNotShown() {
    Token token = new Token("ci", Role.WRITE, WRITER);
    assertEquals("Token[ci, WRITE]", token.toString());
    assertFalse(HttpRig.settings(TOKENS).toString().contains(WRITER));
    assertTrue(List.of(Role.values()).stream().allMatch(role -> role.covers(Role.READ)));
    assertFalse(Role.READ.covers(Role.WRITE));
  }
}
