package dev.margrave.orchestrator.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.protocol.Arm;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page's files over HTTP; a browser looks at them in the app module. */
class PageTest {
  private static final Pattern IMPORT = Pattern.compile("from '\\./([a-z]+\\.js)'");

  private HttpRig rig;

  @BeforeEach
  void open() {
    rig = new HttpRig();
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void everyFileIsServedWithItsTypeAndThePolicy() {
    for (String path : PageFiles.load().paths()) {
      HttpRig.Answer answer = rig.get(path);
      assertEquals(200, answer.status(), path);
      assertEquals(type(path), answer.header("content-type"), path);
      assertEquals(
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
              + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          answer.header("content-security-policy"),
          path);
      assertEquals("nosniff", answer.header("x-content-type-options"), path);
      assertEquals("no-referrer", answer.header("referrer-policy"), path);
      assertEquals("no-cache", answer.header("cache-control"), path);
      assertTrue(answer.header("etag").matches("\"[0-9a-f]{24}\""), path);
    }
  }

  private static String type(String path) {
    if (path.equals("/")) {
      return "text/html; charset=UTF-8";
    }
    return switch (path.substring(path.lastIndexOf('.') + 1)) {
      case "js" -> "application/javascript";
      case "css" -> "text/css; charset=UTF-8";
      default -> "image/svg+xml";
    };
  }

  /** The policy would refuse it, and what stands in the markup would not be tested. */
  @Test
  void thereIsNoScriptOrStyleInTheMarkup() {
    String markup = rig.get("/").response().body();
    assertFalse(markup.contains(" style="), markup);
    assertFalse(markup.contains("<style"), markup);
    assertFalse(Pattern.compile("<script[^>]*>[^<]").matcher(markup).find(), markup);
    assertFalse(Pattern.compile(" on[a-z]+=").matcher(markup).find(), markup);
    assertFalse(markup.contains("//"), "an address elsewhere: " + markup);
  }

  @Test
  void everyModuleThatIsImportedIsServedAndTextNeverBecomesMarkup() {
    Set<String> imported = new TreeSet<>();
    for (String path : PageFiles.load().paths()) {
      if (path.endsWith(".js") && !path.endsWith("uplot.js")) {
        String script = rig.get(path).response().body();
        Matcher matcher = IMPORT.matcher(script);
        while (matcher.find()) {
          imported.add("/page/" + matcher.group(1));
        }
        assertFalse(script.contains("innerHTML"), path);
        assertFalse(script.contains("insertAdjacentHTML"), path);
        assertFalse(script.contains("eval("), path);
        assertFalse(script.contains("http:/" + "/localhost"), path);
      }
    }
    assertTrue(PageFiles.load().paths().containsAll(imported), imported::toString);
  }

  /**
   * Baselines may be missing there: they are fresh starts, and follow in the order of the server.
   */
  @Test
  void thePageKnowsTheArmsAndFromWhichTheyStart() {
    String script = rig.get("/page/stages.js").response().body();
    List<Arm> arms =
        Arrays.stream(Arm.values()).filter(arm -> !arm.label().startsWith("baseline-")).toList();
    assertEquals(
        arms.stream().map(Arm::label).toList(),
        Pattern.compile("'([a-z0-9-]+)'")
            .matcher(literal(script, "ARMS = \\[(.*?)\\]"))
            .results()
            .map(found -> found.group(1))
            .filter(label -> !label.startsWith("baseline-"))
            .toList());
    assertEquals(
        arms.stream()
            .filter(arm -> arm.startsFrom().isPresent())
            .collect(Collectors.toMap(Arm::label, arm -> arm.startsFrom().orElseThrow().label())),
        Pattern.compile("'?([a-z0-9-]+)'?: '([a-z0-9-]+)'")
            .matcher(literal(script, "STARTS_FROM = \\{(.*?)\\}"))
            .results()
            .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2))));
    assertEquals(
        List.of(
            literal(rig.get("/page/gates.js").response().body(), "WITHOUT_GATE = '([a-z0-9-]+)'")),
        arms.stream()
            .filter(arm -> arm.expectation() == Arm.Expectation.NONE)
            .map(Arm::label)
            .toList());
  }

  private static String literal(String script, String pattern) {
    Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(script);
    assertTrue(matcher.find(), pattern);
    return matcher.group(1);
  }

  @Test
  void theLibraryIsThatOfItsJar() throws IOException {
    String resource = PageFiles.PLOT + "uPlot.esm.js";
    try (InputStream in = PageFiles.class.getClassLoader().getResourceAsStream(resource)) {
      assertEquals(
          new String(in.readAllBytes(), StandardCharsets.UTF_8),
          rig.get("/page/uplot.js").response().body());
    }
  }

  @Test
  void aBrowserThatHasItIsNotSentItAgain() {
    String tag = rig.get("/page/app.js").header("etag");
    HttpRig.Answer same = rig.send(rig.request("/page/app.js").header("If-None-Match", tag));
    assertEquals(304, same.status());
    assertEquals("", same.response().body());
    assertEquals(tag, same.header("etag"));
    assertEquals(PageRoute.POLICY, same.header("content-security-policy"));
    assertEquals(
        304,
        rig.send(rig.request("/page/app.js").header("If-None-Match", "\"old\", " + tag)).status());
    assertEquals(
        200, rig.send(rig.request("/page/app.js").header("If-None-Match", "\"old\"")).status());
  }

  @Test
  void aHeadHasNoBody() {
    HttpRig.Answer answer =
        rig.send(rig.request("/").method("HEAD", HttpRequest.BodyPublishers.noBody()));
    assertEquals(200, answer.status());
    assertEquals("", answer.response().body());
  }

  @Test
  void nothingElseIsServed() throws IOException {
    for (String path :
        List.of(
            "/page/",
            "/page/nothing.js",
            "/page/index.html",
            "/page/../reference.conf",
            "/page/..%2f..%2freference.conf",
            "/page/%2e%2e/reference.conf",
            "/page//app.js",
            "/page/app.js/",
            "/page/app.js%00",
            "/page/APP.js",
            "/page/..;/reference.conf",
            "/META-INF/MANIFEST.MF")) {
      assertEquals(404, status(path), path);
    }
    HttpRig.Answer answer = rig.get("/page/nothing.js");
    assertEquals("urn:margrave:not-found", answer.type());
    assertEquals("the interface is described at /api/openapi.yaml", answer.detail());
    assertEquals(404, rig.post("/").status());
  }

  /** As written, for a client would tidy the path before it sends it. */
  private int status(String path) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.port())) {
      socket
          .getOutputStream()
          .write(
              "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n"
                  .formatted(path, rig.port())
                  .getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return Integer.parseInt(answer.substring(9, 12));
    }
  }

  @Test
  void aNameThatWasPointedHereIsRefused() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.port())) {
      socket
          .getOutputStream()
          .write(
              "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
    }
  }

  @Test
  void thePageItselfNeedsNoToken() {
    try (HttpRig guarded =
        new HttpRig("tokens = [{ name = ci, role = read, token = 0123456789abcdef }]")) {
      assertEquals(200, guarded.get("/").status());
      assertEquals(401, guarded.get("/api/v1/experiments").status());
    }
  }

  @Test
  void whereItIs() {
    assertEquals("http://127.0.0.1:" + rig.port() + "/", rig.server.page());
  }

  @Test
  void aPictureIsSentAsItLies() throws Exception {
    rig.demo(dev.margrave.orchestrator.view.ExperimentView.Status.RUNNING);
    byte[] png = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, (byte) 0xff};
    rig.artefacts.files.put("demo/full-0/samples.png", png);
    HttpResponse<byte[]> response =
        rig.client.send(
            rig.request("/api/v1/experiments/demo/stages/full-0/samples").build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertEquals("image/png", response.headers().firstValue("content-type").orElse(""));
    assertArrayEquals(png, response.body());
  }
}
