package dev.margrave.orchestrator.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * How nodes prove to each other who they are. Every node has a key and a certificate of one
 * authority, and refuses whoever has none.
 *
 * @param enabled whether they do
 * @param key private RSA key, PEM
 * @param certificate of the node, PEM
 * @param authority that signed all of them, PEM
 */
public record TlsSettings(boolean enabled, String key, String certificate, String authority) {
  private static final String ENGINE = "akka.remote.artery.ssl.rotating-keys-engine.";

  /** Reads the section. */
  public static TlsSettings of(Config config) {
    return new TlsSettings(
        config.getBoolean("enabled"),
        config.getString("key"),
        config.getString("certificate"),
        config.getString("authority"));
  }

  /**
   * Settings of the actor system.
   *
   * @throws IllegalArgumentException naming a file that cannot be read: without it a node would
   *     start and be heard by nobody
   */
  public Config configuration() {
    if (!enabled) {
      return ConfigFactory.empty();
    }
    readable("key", key);
    readable("certificate", certificate);
    readable("authority", authority);
    return ConfigFactory.parseMap(
        Map.of(
            "akka.remote.artery.transport",
            "tls-tcp",
            "akka.remote.artery.ssl.ssl-engine-provider",
            "akka.remote.artery.tcp.ssl.RotatingKeysSSLEngineProvider",
            ENGINE + "key-file",
            key,
            ENGINE + "cert-file",
            certificate,
            ENGINE + "ca-cert-file",
            authority,
            "akka.remote.artery.ssl.require-mutual-authentication",
            "on"));
  }

  private static void readable(String name, String file) {
    if (file.isEmpty() || !Files.isReadable(Path.of(file))) {
      throw new IllegalArgumentException(
          "margrave.cluster.tls.%s = '%s': the file cannot be read; see docs/cluster.md for how to make"
                  .formatted(name, file)
              + " one, or set margrave.cluster.tls.enabled = false");
    }
  }
}
