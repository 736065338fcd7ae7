package dev.margrave.orchestrator.cluster;

import akka.pki.pem.DERPrivateKeyLoader;
import akka.pki.pem.PEMDecoder;
import akka.pki.pem.PEMLoadingException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** Whether a node's key and certificates fit each other, before it starts with them. */
final class TlsFiles {
  private TlsFiles() {}

  /**
   * Reads them as Akka will.
   *
   * @throws IllegalArgumentException in one sentence about the first that is of no use
   */
  static void check(TlsSettings settings, Instant now) {
    checkSpoken(settings);
    X509Certificate authority = certificate("authority", settings.authority());
    X509Certificate certificate = certificate("certificate", settings.certificate());
    PrivateKey key = key(settings.key());
    if (!(key instanceof RSAKey ours)) {
      throw refused("key", settings.key(), "is no RSA key; make an RSA key and its certificate");
    }
    if (!(certificate.getPublicKey() instanceof RSAKey theirs)
        || !ours.getModulus().equals(theirs.getModulus())) {
      throw refused(
          "key",
          settings.key(),
          "does not belong to the certificate %s; name the two that were made together"
              .formatted(settings.certificate()));
    }
    if (!signed(certificate, authority)) {
      throw refused(
          "certificate",
          settings.certificate(),
          "was not signed by the authority %s; name the certificate of the one that did"
              .formatted(settings.authority()));
    }
    checkTime("authority", settings.authority(), authority, now);
    checkTime("certificate", settings.certificate(), certificate, now);
  }

  private static void checkSpoken(TlsSettings settings) {
    SSLParameters known;
    try {
      known = SSLContext.getDefault().getSupportedSSLParameters();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK speaks TLS", e);
    }
    if (!settings.protocol().matches("TLSv1\\.[23]")) {
      throw refused("protocol", settings.protocol(), "is not known; TLSv1.2 or TLSv1.3 is wanted");
    }
    if (settings.algorithms().isEmpty()) {
      throw refused("algorithms", "", "names no cipher; leave it out for the default");
    }
    for (String algorithm : settings.algorithms()) {
      if (!Arrays.asList(known.getCipherSuites()).contains(algorithm)) {
        throw refused(
            "algorithms",
            algorithm,
            "is no cipher of this JDK; leave it out, or take TLS_AES_256_GCM_SHA384");
      }
    }
  }

  private static boolean signed(X509Certificate certificate, X509Certificate authority) {
    if (!certificate.getIssuerX500Principal().equals(authority.getSubjectX500Principal())) {
      return false;
    }
    try {
      certificate.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static void checkTime(
      String name, String file, X509Certificate certificate, Instant now) {
    Instant end = certificate.getNotAfter().toInstant();
    if (end.isBefore(now)) {
      throw refused(name, file, "expired at " + end + "; renew it");
    }
    Instant start = certificate.getNotBefore().toInstant();
    if (start.isAfter(now)) {
      throw refused(
          name,
          file,
          "is valid from %s on, and here it is %s; set this machine's clock".formatted(start, now));
    }
  }

  private static X509Certificate certificate(String name, String file) {
    byte[] bytes = read(name, file);
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(bytes));
    } catch (CertificateException e) {
      throw refused(name, file, "holds no certificate; a PEM file with one is wanted");
    }
  }

  private static PrivateKey key(String file) {
    PEMDecoder.DERData data;
    try {
      // Bytes beyond ASCII make it no PEM file either way.
      data = PEMDecoder.decode(new String(read("key", file), StandardCharsets.ISO_8859_1));
    } catch (PEMLoadingException e) {
      throw refused("key", file, "holds no private key; a PEM file with an RSA key is wanted");
    }
    if (!data.label().endsWith("PRIVATE KEY")) {
      throw refused("key", file, "holds no private key; a PEM file with an RSA key is wanted");
    }
    if (data.label().startsWith("ENCRYPTED")) {
      throw refused("key", file, "is encrypted; a key without a password is wanted");
    }
    try {
      return DERPrivateKeyLoader.load(data);
    } catch (Exception e) {
      // Scala declares less than it throws.
      throw refused("key", file, "is no RSA key; make an RSA key and its certificate");
    }
  }

  private static byte[] read(String name, String file) {
    if (file.isEmpty()) {
      throw refused(name, file, "is not set; scripts/make-test-ca makes all three for trials");
    }
    try {
      return Files.readAllBytes(Path.of(file));
    } catch (IOException | InvalidPathException e) {
      throw refused(name, file, "cannot be read; name a PEM file that this user may read");
    }
  }

  private static IllegalArgumentException refused(String name, String file, String what) {
    return new IllegalArgumentException(
        "%s.%s = '%s': %s".formatted(TlsSettings.SECTION, name, file, what));
  }
}
