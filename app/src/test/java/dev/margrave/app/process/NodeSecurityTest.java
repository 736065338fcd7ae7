package dev.margrave.app.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.margrave.app.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real nodes with certificates: who is heard, and how an orchestrator comes and goes. */
class NodeSecurityTest {
  private static final Duration SOCKET_PATIENCE = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(50);

  @TempDir Path folder;

  private int port;
  private int httpPort;
  private int managementPort;
  private int plainPort;
  private int knownPort;

  /** Makes an authority with certificates of the name {@code node}. */
  private Path certificates(String name) throws IOException, InterruptedException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("scripts/make-test-ca"))) {
      root = root.getParent();
    }
    Path directory = folder.resolve(name);
    assertEquals(
        0,
        new ProcessBuilder(
                root.resolve("scripts/make-test-ca").toString(), directory.toString(), "node")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor());
    return directory;
  }

  private static List<Object> tls(Path certificates) {
    return List.of(
        "--set", "margrave.cluster.tls.enabled=true",
        "--set", "margrave.cluster.tls.key=\"" + certificates.resolve("node-key.pem") + "\"",
        "--set", "margrave.cluster.tls.certificate=\"" + certificates.resolve("node.pem") + "\"",
        "--set", "margrave.cluster.tls.authority=\"" + certificates.resolve("ca.pem") + "\"");
  }

  private MargraveProcess orchestrator(Path certificates) throws IOException {
    port = Ports.free();
    httpPort = Ports.free();
    managementPort = Ports.free();
    List<Object> arguments = new ArrayList<>(List.of("orchestrator"));
    arguments.addAll(List.of("--data-dir", folder.resolve("orchestrator")));
    arguments.addAll(List.of("--set", "margrave.cluster.port=" + port));
    arguments.addAll(List.of("--set", "margrave.http.port=" + httpPort));
    arguments.addAll(List.of("--set", "margrave.cluster.management.enabled=true"));
    arguments.addAll(List.of("--set", "margrave.cluster.management.port=" + managementPort));
    arguments.addAll(tls(certificates));
    return MargraveProcess.start(folder, arguments.toArray());
  }

  private static List<Object> probes(int port) {
    return List.of("--set", "margrave.worker.metrics.port=" + port);
  }

  private static List<Object> with(List<Object> some, List<Object> others) {
    List<Object> all = new ArrayList<>(some);
    all.addAll(others);
    return all;
  }

  private void awaitReady(HttpClient client, MargraveProcess worker) throws Exception {
    while (status(client, knownPort, "/ready") != 200) {
      assertTrue(!worker.endsWithin(POLL), worker::toString);
    }
  }

  private MargraveProcess worker(String name, List<Object> security) throws IOException {
    List<Object> arguments = new ArrayList<>(List.of("worker", "--data-dir", folder.resolve(name)));
    arguments.addAll(List.of("--set", "margrave.worker.name=" + name));
    arguments.addAll(
        List.of("--set", "margrave.worker.orchestrators=[\"127.0.0.1:" + port + "\"]"));
    arguments.addAll(security);
    return MargraveProcess.start(folder, arguments.toArray());
  }

  private static void waitForLog(MargraveProcess process, String text) throws Exception {
    while (!process.err().contains(text)) {
      assertTrue(!process.endsWithin(POLL), process::toString);
    }
  }

  private static int status(HttpClient client, int port, String path) throws Exception {
    try {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException gone) {
      return 0;
    }
  }

  private static JsonNode workers(HttpClient client, int port) throws Exception {
    return new ObjectMapper()
        .readTree(
            client
                .send(
                    HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + port + "/api/v1/workers"))
                        .build(),
                    HttpResponse.BodyHandlers.ofString())
                .body())
        .get("workers");
  }

  @Test
  void whoHasNoCertificateOfTheSameAuthorityIsNotHeard() throws Exception {
    assumeTrue(
        new ProcessBuilder("sh", "-c", "command -v openssl > /dev/null").start().waitFor() == 0,
        "no openssl is here");
    Path ours = certificates("ours");
    Path others = certificates("others");
    plainPort = Ports.free();
    knownPort = Ports.free();
    HttpClient client = HttpClient.newHttpClient();
    try (MargraveProcess orchestrator = orchestrator(ours)) {
      orchestrator.waitFor("API at");
      while (status(client, managementPort, "/ready") != 200) {
        assertTrue(!orchestrator.endsWithin(POLL), orchestrator::toString);
      }
      assertEquals(200, status(client, managementPort, "/alive"));
      try (MargraveProcess stranger = worker("stranger", tls(others));
          MargraveProcess plain = worker("plain", probes(plainPort));
          MargraveProcess known = worker("known", with(tls(ours), probes(knownPort)))) {
        waitForLog(known, "orchestrator 127.0.0.1:" + port + " answers");
        waitForLog(stranger, "PKIX path validation failed");
        for (MargraveProcess process : List.of(stranger, plain)) {
          waitForLog(
              process,
              "orchestrator 127.0.0.1:%d does not answer; trying 127.0.0.1:%d. Is it up, and do both"
                      .formatted(port, port)
                  + " use TLS (margrave.cluster.tls), or neither?");
        }
        var names = new TreeSet<String>();
        workers(client, httpPort).forEach(worker -> names.add(worker.get("worker").asText()));
        assertEquals(new TreeSet<>(List.of("known")), names);
        assertThrows(SSLException.class, () -> speakWithoutCertificate(ours.resolve("ca.pem")));
        for (int probed : List.of(plainPort, knownPort)) {
          assertEquals(200, status(client, probed, "/alive"));
        }
        assertEquals(503, status(client, plainPort, "/ready"));
        awaitReady(client, known);
        known.terminate();
        List<Integer> ready = new ArrayList<>();
        while (!known.endsWithin(POLL)) {
          ready.add(status(client, knownPort, "/ready"));
        }
        assertTrue(
            ready.stream().dropWhile(said -> said == 200).noneMatch(said -> said == 200),
            ready::toString);
      }
      orchestrator.terminate();
      List<Integer> said = new ArrayList<>();
      while (!orchestrator.endsWithin(POLL)) {
        said.add(status(client, managementPort, "/ready"));
      }
      // At once, while it still answers, and for good.
      assertTrue(said.contains(500), said::toString);
      assertTrue(!said.subList(said.indexOf(500), said.size()).contains(200), said::toString);
    }
  }

  /** As one who knows the authority, and is known by nobody. */
  private void speakWithoutCertificate(Path authority) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (var in = Files.newInputStream(authority)) {
      trusted.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    try (SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(Math.toIntExact(SOCKET_PATIENCE.toMillis()));
      socket.startHandshake();
      // In TLS 1.3 the refusal comes after the handshake.
      assertEquals(-1, socket.getInputStream().read());
    }
  }

  @Test
  void aNodeWithoutItsFilesDoesNotStart() throws Exception {
    List<Object> settings =
        List.of(
            "--set", "margrave.cluster.tls.enabled=true",
            "--set", "margrave.cluster.tls.authority=nowhere.pem");
    for (String role : List.of("orchestrator", "worker")) {
      List<Object> arguments = new ArrayList<>(List.of(role, "--data-dir", folder.resolve(role)));
      arguments.addAll(settings);
      try (MargraveProcess process = MargraveProcess.start(folder, arguments.toArray())) {
        assertEquals(ExitCode.BAD_INPUT, process.exitCode());
        String said = process.err();
        assertTrue(
            said.contains(
                "margrave.cluster.tls.authority = 'nowhere.pem': cannot be read; name a PEM file"
                    + " that this user may read"),
            said);
      }
    }
  }
}
