package dev.margrave.orchestrator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.orchestrator.read.MarginRow;
import dev.margrave.orchestrator.result.MarginPoint;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.StageKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong is a problem of RFC 9457: a sentence, no trace, no setting's name. */
class ApiProblemsTest {
  private static final String ONE = "/api/v1/experiments/demo";

  private HttpRig rig;

  @BeforeEach
  void open() {
    rig = new HttpRig("maximum-body = 2 KiB, maximum-points = 1, request-timeout = 2 s");
    rig.demo(ExperimentView.Status.RUNNING);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static void assertProblem(HttpRig.Answer answer, int status, String kind) {
    String body = answer.response().body();
    assertEquals(status, answer.status(), body);
    assertEquals("application/problem+json", answer.header("content-type"), body);
    assertEquals("urn:margrave:" + kind, answer.type(), body);
    assertEquals(status, answer.json().path("status").asInt());
    assertFalse(answer.json().path("title").asText().isEmpty());
    assertEquals("nosniff", answer.header("x-content-type-options"));
    for (String secret : new String[] {"akka", "Exception", "at dev.", "max-content", "jdbc"}) {
      assertFalse(body.contains(secret), body);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/page", "/api", "/api/v1", "/api/v1/experiment", "/api/v1/experiments/a/b/c"})
  void nothingElseIsAnswered(String path) {
    HttpRig.Answer answer = rig.get(path);
    assertProblem(answer, 404, "not-found");
    assertEquals("the interface is described at /api/openapi.yaml", answer.detail());
    assertEquals(path, answer.json().path("instance").asText());
  }

  @Test
  void anotherMethodIsRefusedWithThoseThatAreKnown() {
    HttpRig.Answer answer = rig.send(rig.request(ONE).PUT(HttpRequest.BodyPublishers.noBody()));
    assertProblem(answer, 405, "method-not-allowed");
    assertEquals("DELETE, GET", answer.header("allow"));
    assertEquals("PUT is not answered here, but DELETE, GET", answer.detail());
    assertProblem(rig.get(ONE + "/pause"), 405, "method-not-allowed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demp",
        "demo~2",
        "demo~1",
        "demo~x",
        "a%2Fb",
        "..%2F..%2Fetc",
        "%00",
        "a%20b",
        "%E2%80%AE",
        "~",
        "-x"
      })
  void unknownAndHostileNames(String name) {
    for (String path : new String[] {"", "/results", "/evidence", "/margins", "/events"}) {
      assertProblem(rig.get("/api/v1/experiments/" + name + path), 404, "unknown-experiment");
    }
    assertProblem(rig.post("/api/v1/experiments/" + name + "/pause"), 404, "unknown-experiment");
  }

  @Test
  void aNameInAMessageIsCutAndPlain() {
    assertEquals(
        "no experiment is called '%s…'; GET /api/v1/experiments lists them"
            .formatted("x".repeat(100)),
        rig.get("/api/v1/experiments/" + "x".repeat(1000)).detail());
    assertEquals(
        "no experiment is called 'a?b'; GET /api/v1/experiments lists them",
        rig.get("/api/v1/experiments/a%1Bb").detail());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/margins?sed=1 | unknown query parameter 'sed'; did you mean 'seed'?",
        "/margins?seed=x | seed is 'x': a whole number from 0 on is wanted",
        "/margins?from=-1 | from is '-1': a whole number from 0 on is wanted",
        "/margins?seed=1&seed=2 | the query parameter 'seed' is given twice",
        "/margins?arm=fill | no arm is called 'fill'; the arms are full, ablation, rescue, drift,"
            + " collapse, rescue-from-collapse, baseline-vanilla, baseline-beta-2, baseline-beta-4,"
            + " baseline-beta-8, baseline-kl-annealing, baseline-cyclical-annealing,"
            + " baseline-free-bits, baseline-info-vae, baseline-bn-vae,"
            + " baseline-lagging-inference, baseline-geco",
        "/results?x=1 | unknown query parameter 'x'; none is taken here",
      })
  void queriesAreTakenStrictly(String path, String detail) {
    HttpRig.Answer answer = rig.get(ONE + path);
    assertProblem(answer, 400, "bad-query");
    assertEquals(detail, answer.detail());
  }

  @Test
  void freshIsTrueOrFalse() {
    HttpRig.Answer answer = rig.post("/api/v1/experiments?fresh=yes", "text/plain", "x");
    assertProblem(answer, 400, "bad-query");
    assertEquals("fresh is 'yes': true or false is wanted", answer.detail());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/pause | {\"x\": 1} | no body, or {}",
        "/pause | [] | no body, or {}",
        "/pause | null | no body, or {}",
        "/retry | {\"stages\": \"full-0\"} | no body, or {\"stage\": \"full-0\"}",
        "/retry | {\"stage\": \"full-0\"} {} | no body, or {\"stage\": \"full-0\"}",
        "/retry | {\"stage\": \"full-0\", \"stage\": \"full-1\"} | no body, or {\"stage\": \"full-0\"}",
        "/extend | {\"seeds\": [1.5]} | {\"seeds\": [5, 6]}, 1 to 1000 seeds",
        "/extend | {\"seeds\": [null]} | {\"seeds\": [5, 6]}, 1 to 1000 seeds",
        "/extend | {\"seeds\": [99999999999999999999]} | {\"seeds\": [5, 6]}, 1 to 1000 seeds",
        "/extend | {\"seeds\": \"1\" | {\"seeds\": [5, 6]}, 1 to 1000 seeds",
      })
  void bodiesAreTakenStrictly(String path, String body, String wanted) {
    HttpRig.Answer answer = rig.post(ONE + path, "application/json", body);
    assertProblem(answer, 400, "bad-body");
    assertEquals("the body is not what is wanted here: " + wanted, answer.detail());
    assertTrue(rig.service.controls.isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"seeds\": []}", "{\"seeds\": [-1]}", "{\"seeds\": [1, 1]}"})
  void seedsThatMakeNoSense(String body) {
    HttpRig.Answer answer = rig.post(ONE + "/extend", "application/json", body);
    assertProblem(answer, 400, "bad-body");
    assertEquals(
        "the seeds are not what is wanted: {\"seeds\": [5, 6]}, 1 to 1000 seeds, each at least 0,"
            + " none twice",
        answer.detail());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "full", "full-", "full-99999999999999999999", "full-00", "../x"})
  void stagesThatAreNone(String stage) {
    HttpRig.Answer answer =
        rig.post(ONE + "/retry", "application/json", "{\"stage\": \"" + stage + "\"}");
    assertProblem(answer, 400, "bad-body");
    assertEquals(
        "'%s' names no stage; stages are called teacher-0, full-0 or full-0-t11".formatted(stage),
        answer.detail());
  }

  @Test
  void otherTypesOfBodies() {
    HttpRig.Answer xml = rig.post("/api/v1/experiments", "application/xml", "<x/>");
    assertProblem(xml, 415, "unsupported-media-type");
    assertEquals(
        "the body is application/xml; application/hocon or text/plain or application/json in UTF-8 is"
            + " taken",
        xml.detail());
    assertProblem(
        rig.post("/api/v1/experiments", "text/plain; charset=utf-16", "x"),
        415,
        "unsupported-media-type");
    assertProblem(rig.post(ONE + "/retry", "text/plain", "{}"), 415, "unsupported-media-type");
    assertProblem(
        rig.send(
            rig.request(ONE)
                .header("Content-Type", "text/plain")
                .method("DELETE", HttpRequest.BodyPublishers.ofString("x"))),
        400,
        "bad-body");
  }

  @Test
  void emptyAndUndecodableBodies() {
    HttpRig.Answer empty = rig.post("/api/v1/experiments", "text/plain", "\n");
    assertProblem(empty, 400, "bad-body");
    assertEquals("the body is empty; send an experiment file", empty.detail());
    HttpRig.Answer bytes =
        rig.send(
            rig.request("/api/v1/experiments")
                .header("Content-Type", "application/hocon")
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[] {(byte) 0xc3, 0x28})));
    assertProblem(bytes, 400, "bad-body");
    assertEquals("the body is not UTF-8; save the file as UTF-8", bytes.detail());
  }

  @Test
  void aBodyThatIsTooLarge() {
    HttpRig.Answer known = rig.post("/api/v1/experiments", "text/plain", "#".repeat(2049));
    assertProblem(known, 413, "too-large");
    assertEquals("the body may have at most 2048 bytes; is it the right file?", known.detail());
    HttpRig.Answer chunked =
        rig.send(
            rig.request("/api/v1/experiments")
                .header("Content-Type", "text/plain")
                .POST(
                    HttpRequest.BodyPublishers.fromPublisher(
                        HttpRequest.BodyPublishers.ofString("#".repeat(4000)))));
    assertProblem(chunked, 413, "too-large");
  }

  @Test
  void moreThanMayBeAnswered() {
    for (int i = 0; i < 2; i++) {
      rig.history.margins.add(
          new MarginRow(
              new StageKey.ArmRun(Arm.FULL, i, i), new MarginPoint(1, 1, 1, 1, 1, 1, 1, 1)));
    }
    HttpRig.Answer answer = rig.get(ONE + "/margins");
    assertProblem(answer, 422, "too-much");
    assertEquals(
        "2 points are more than 1; ask by arm, by seed or from a later step", answer.detail());
  }

  @Test
  void aServiceThatDoesNotAnswerInTime() {
    rig.service.gate =
        CompletableFuture.failedFuture(new TimeoutException("ask timed out on akka"));
    HttpRig.Answer answer = rig.get("/api/v1/workers");
    assertProblem(answer, 503, "unavailable");
    assertEquals(
        "nobody answered in time, and it may have been carried out; the request may be repeated, but"
            + " one with fresh=true begins another experiment each time: look at the list first",
        answer.detail());
    assertEquals("2", answer.header("retry-after"));
  }

  @Test
  void aServiceThatNeverAnswers() {
    rig.service.gate = new CompletableFuture<>();
    HttpRig.Answer answer = rig.get("/api/v1/experiments");
    assertProblem(answer, 503, "unavailable");
    assertEquals("/api/v1/experiments", answer.json().path("instance").asText());
  }

  @Test
  void somethingUnforeseen() {
    rig.history.broken = true;
    HttpRig.Answer answer = rig.get(ONE + "/margins");
    assertProblem(answer, 500, "internal");
    assertEquals(
        "the server's log has it as unforeseen problem 1; the request may be repeated",
        answer.detail());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "experiment { name = ${HOME} }",
        "include \"/etc/passwd\"",
        "include file(\"/etc/passwd\")",
        "include url(\"http://127.0.0.1:1/\")",
        "include classpath(\"reference.conf\")",
        "a = ${b}${b}, b = ${c}${c}, c = x, experiment { name = ${a} }",
        "experiment { dataset { path = \"a\\u0000b\" } }",
        "experiment { seeds = [1e999999999] }",
        "experiment = 1",
        "{{{",
        "experiment",
        "[]",
      })
  void hostileExperiments(String text) {
    HttpRig.Answer answer = rig.post("/api/v1/experiments", "application/hocon", text);
    assertProblem(answer, 422, "invalid-experiment");
    assertFalse(answer.response().body().contains("root:"), answer.response().body());
    assertFalse(
        answer.response().body().contains(System.getenv().getOrDefault("HOME", "\0")),
        answer.response().body());
    assertTrue(rig.service.submitted.isEmpty());
  }

  @Test
  void anAnswerIsSmallHoweverMuchIsWrong() {
    HttpRig.Answer many = rig.post("/api/v1/experiments", "text/plain", numbered(200));
    assertProblem(many, 422, "invalid-experiment");
    assertEquals("the experiment has 201 problems", many.detail());
    assertEquals(100, many.json().path("errors").size());
    HttpRig.Answer wide = rig.post("/api/v1/experiments", "text/plain", "x".repeat(2000) + " {");
    assertProblem(wide, 422, "invalid-experiment");
    assertTrue(wide.detail().length() <= 1001, wide.detail());
  }

  private static String numbered(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append('k').append(i).append("=1\n");
    }
    return text.toString();
  }

  @Test
  void whatIsNoHttpGetsAProblemToo() throws IOException {
    assertTrue(raw("GET / HTTP/9.9\r\n\r\n").contains("application/problem+json"));
    String uri = raw("GET /%zz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    assertTrue(uri.startsWith("HTTP/1.1 400"), uri);
    assertTrue(uri.contains("urn:margrave:bad-request"), uri);
    String twoHosts = raw("GET / HTTP/1.1\r\nHost: a b\r\n\r\n");
    assertTrue(twoHosts.startsWith("HTTP/1.1 400"), twoHosts);
    String noHost = raw("GET / HTTP/1.1\r\n\r\n");
    assertTrue(noHost.startsWith("HTTP/1.1 400"), noHost);
    String longUri = raw("GET /" + "x".repeat(5000) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    assertTrue(longUri.startsWith("HTTP/1.1 414"), longUri);
    assertTrue(longUri.contains("application/problem+json"), longUri);
    assertFalse(longUri.contains("max-uri-length"), longUri);
  }

  @Test
  void aBodyThatNeverComes() throws IOException {
    String answer =
        raw(
            "POST /api/v1/experiments HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n"
                + "Content-Length: 10\r\n\r\nx");
    assertTrue(answer.startsWith("HTTP/1.1 408") || answer.startsWith("HTTP/1.1 503"), answer);
    assertTrue(answer.contains("application/problem+json"), answer);
  }

  /** Sends bytes as they are, and reads until the server closes or says no more. */
  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.port())) {
      socket.setSoTimeout((int) Duration.ofSeconds(10).toMillis());
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      StringBuilder text = new StringBuilder();
      byte[] buffer = new byte[4096];
      int read = socket.getInputStream().read(buffer);
      while (read > 0
          && !text.append(new String(buffer, 0, read, StandardCharsets.UTF_8))
              .toString()
              .contains("}")) {
        read = socket.getInputStream().read(buffer);
      }
      return text.toString();
    }
  }
}
