package dev.margrave.orchestrator.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which certificates a node starts with, made by the script that users have. */
class TlsSettingsTest {
  private static final String SECTION = "margrave.cluster.tls.";

  @TempDir static Path folder;
  private static Path first;
  private static Path second;
  private static Instant made;

  @BeforeAll
  static void makeCertificates() throws Exception {
    first = folder.resolve("first");
    second = folder.resolve("second");
    TestCertificates.make(first, "node", "10.0.0.2");
    TestCertificates.make(second, "node");
    try (var in = Files.newInputStream(first.resolve("node.pem"))) {
      X509Certificate certificate =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      made = certificate.getNotBefore().toInstant();
    }
  }

  private static Config settings(Map<String, ?> values) {
    return ConfigFactory.load(
        ConfigFactory.parseMap(values)
            .withFallback(
                ConfigFactory.parseMap(
                    Map.of(
                        SECTION + "enabled", true,
                        SECTION + "key", first.resolve("node-key.pem").toString(),
                        SECTION + "certificate", first.resolve("node.pem").toString(),
                        SECTION + "authority", first.resolve("ca.pem").toString()))));
  }

  private static Config configuration(Map<String, ?> values, Duration later) {
    return TlsSettings.of(settings(values))
        .configuration(Clock.fixed(made.plus(later), ZoneOffset.UTC));
  }

  /** The sentence without the part that names key and value. */
  private static String refusal(String key, String value) {
    return refusal(key, value, Map.of(SECTION + key, value), Duration.ofDays(1));
  }

  private static String refusal(String key, String value, Map<String, ?> values, Duration later) {
    String said =
        assertThrows(IllegalArgumentException.class, () -> configuration(values, later))
            .getMessage();
    String named = SECTION + key + " = '" + value + "': ";
    assertTrue(said.startsWith(named), said);
    return said.substring(named.length());
  }

  @Test
  void offByDefaultAndThenNothingIsRead() {
    assertTrue(
        TlsSettings.of(ConfigFactory.load()).configuration(Clock.systemUTC()).root().isEmpty());
  }

  @Test
  void filesThatFitAreHandedToArtery() {
    Config config = configuration(Map.of(), Duration.ofDays(1));
    assertEquals("tls-tcp", config.getString("akka.remote.artery.transport"));
    String ssl = "akka.remote.artery.ssl.";
    assertEquals(
        "akka.remote.artery.tcp.ssl.RotatingKeysSSLEngineProvider",
        config.getString(ssl + "ssl-engine-provider"));
    Config engine = config.getConfig(ssl + "rotating-keys-engine");
    assertEquals(first.resolve("node-key.pem").toString(), engine.getString("key-file"));
    assertEquals(first.resolve("node.pem").toString(), engine.getString("cert-file"));
    assertEquals(first.resolve("ca.pem").toString(), engine.getString("ca-cert-file"));
    assertEquals("TLSv1.3", engine.getString("protocol"));
    assertEquals(List.of("TLS_AES_256_GCM_SHA384"), engine.getStringList("enabled-algorithms"));
    // Akka knows all of these keys.
    Config known = ConfigFactory.load().getConfig("akka.remote.artery.ssl.rotating-keys-engine");
    engine.entrySet().forEach(entry -> assertTrue(known.hasPath(entry.getKey()), entry::getKey));
  }

  @Test
  void everyKeyMayBeAnother() {
    Path other = second.resolve("node-key.pem");
    TlsSettings settings =
        TlsSettings.of(
            settings(
                Map.of(
                    SECTION + "enabled",
                    false,
                    SECTION + "key",
                    other.toString(),
                    SECTION + "certificate",
                    "c.pem",
                    SECTION + "authority",
                    "a.pem",
                    SECTION + "protocol",
                    "TLSv1.2",
                    SECTION + "algorithms",
                    List.of("X"))));
    assertEquals(
        new TlsSettings(false, other.toString(), "c.pem", "a.pem", "TLSv1.2", List.of("X")),
        settings);
  }

  @Test
  void anOlderKindOfKeyFileIsRead() throws Exception {
    Path key = folder.resolve("pkcs1.pem");
    TestCertificates.openssl(
        "rsa", "-traditional", "-in", first.resolve("node-key.pem"), "-out", key);
    assertTrue(Files.readString(key).startsWith("-----BEGIN RSA PRIVATE KEY"));
    configuration(Map.of(SECTION + "key", key.toString()), Duration.ofDays(1));
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertEquals("is not set; scripts/make-test-ca makes all three for trials", refusal("key", ""));
    for (String key : List.of("key", "certificate", "authority")) {
      assertEquals(
          "cannot be read; name a PEM file that this user may read",
          refusal(key, folder.resolve("nothing").toString()));
      assertEquals(
          "cannot be read; name a PEM file that this user may read",
          refusal(key, folder.toString()));
    }
  }

  @Test
  void aFileWithSomethingElseIsNamed() throws Exception {
    Path text = Files.writeString(folder.resolve("text"), "no PEM");
    for (String key : List.of("certificate", "authority")) {
      assertEquals(
          "holds no certificate; a PEM file with one is wanted", refusal(key, text.toString()));
    }
    assertEquals(
        "holds no private key; a PEM file with an RSA key is wanted",
        refusal("key", text.toString()));
    assertEquals(
        "holds no private key; a PEM file with an RSA key is wanted",
        refusal("key", first.resolve("node.pem").toString()));
  }

  @Test
  void aKeyOfAnotherKindIsNamed() throws Exception {
    Path curve = folder.resolve("curve.pem");
    TestCertificates.openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", curve);
    assertEquals("is no RSA key; make an RSA key and its certificate", refusal("key", "" + curve));
    Path wrapped = folder.resolve("curve8.pem");
    TestCertificates.openssl("pkcs8", "-topk8", "-nocrypt", "-in", curve, "-out", wrapped);
    assertEquals(
        "is no RSA key; make an RSA key and its certificate", refusal("key", "" + wrapped));
    Path locked = folder.resolve("locked.pem");
    TestCertificates.openssl(
        "pkcs8", "-topk8", "-passout", "pass:secret", "-in", curve, "-out", locked);
    assertEquals(
        "is encrypted; a key without a password is wanted", refusal("key", locked.toString()));
  }

  @Test
  void filesThatDoNotFitEachOtherAreNamed() {
    assertEquals(
        "does not belong to the certificate %s; name the two that were made together"
            .formatted(first.resolve("node.pem")),
        refusal("key", second.resolve("node-key.pem").toString()));
    String stranger = second.resolve("node.pem").toString();
    assertEquals(
        "was not signed by the authority %s; name the certificate of the one that did"
            .formatted(first.resolve("ca.pem")),
        refusal(
            "certificate",
            stranger,
            Map.of(
                SECTION + "certificate",
                stranger,
                SECTION + "key",
                second.resolve("node-key.pem").toString()),
            Duration.ofDays(1)));
  }

  @Test
  void theyAreValidForATime() {
    String authority = first.resolve("ca.pem").toString();
    String said = refusal("authority", authority, Map.of(), Duration.ofDays(366));
    assertTrue(said.matches("expired at \\S+Z; renew it"), said);
    said = refusal("authority", authority, Map.of(), Duration.ofDays(-1));
    assertTrue(
        said.matches("is valid from \\S+Z on, and here it is \\S+Z; set this machine's clock"),
        said);
  }

  @Test
  void anUnknownProtocolOrCipherIsNamed() {
    assertEquals("is not known; TLSv1.2 or TLSv1.3 is wanted", refusal("protocol", "TLSv1.1"));
    assertEquals(
        "is no cipher of this JDK; leave it out, or take TLS_AES_256_GCM_SHA384",
        refusal(
            "algorithms",
            "ROT13",
            Map.of(SECTION + "algorithms", List.of("ROT13")),
            Duration.ofDays(1)));
    assertEquals(
        "names no cipher; leave it out for the default",
        refusal("algorithms", "", Map.of(SECTION + "algorithms", List.of()), Duration.ofDays(1)));
  }

  @Test
  void theScriptKeepsKeysToItselfAndOverwritesNothing() throws Exception {
    for (String key : List.of("ca-key.pem", "node-key.pem", "10.0.0.2-key.pem")) {
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(first.resolve(key))));
    }
    byte[] before = Files.readAllBytes(first.resolve("node-key.pem"));
    assertEquals(
        "make-test-ca: %s is there already; delete it, or choose another name or directory\n"
            .formatted(first.resolve("node.pem")),
        TestCertificates.refusal(first, "node"));
    assertEquals(
        "make-test-ca: 'a b' is neither a host name nor an address\n",
        TestCertificates.refusal(first, "a b"));
    assertArrayEquals(before, Files.readAllBytes(first.resolve("node-key.pem")));
  }

  @Test
  void aCertificateHoldsTheNamesThatItsNodeHas() throws Exception {
    try (var in = Files.newInputStream(first.resolve("10.0.0.2.pem"))) {
      X509Certificate certificate =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      List<Object> names =
          certificate.getSubjectAlternativeNames().stream().<Object>map(n -> n.get(1)).toList();
      assertEquals(
          List.of("margrave", "localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "10.0.0.2"), names);
    }
  }
}
