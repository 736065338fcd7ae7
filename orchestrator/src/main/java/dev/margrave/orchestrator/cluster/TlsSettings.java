package dev.margrave.orchestrator.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.time.Clock;
import java.util.List;

/**
 * The section {@code margrave.cluster.tls}: how nodes prove to each other who they are. Every node
 * has a key and a certificate of one authority, and refuses whoever has none; certificates of one
 * cluster share a subject name. Host names are not compared: nodes come and go under addresses that
 * nobody knows when certificates are made.
 *
 * @param enabled whether they do
 * @param key private RSA key, PEM, not encrypted
 * @param certificate of the node, PEM
 * @param authority that signed all of them, PEM
 * @param protocol the only version of TLS that is spoken
 * @param algorithms ciphers that are offered, by the names that the JDK gives them
 */
public record TlsSettings(
    boolean enabled,
    String key,
    String certificate,
    String authority,
    String protocol,
    List<String> algorithms) {
  static final String SECTION = "margrave.cluster.tls";
  private static final String SSL = "akka.remote.artery.ssl.";
  private static final String ENGINE = SSL + "rotating-keys-engine.";

  public TlsSettings {
    algorithms = List.copyOf(algorithms);
  }

  /** Reads the section from all settings. */
  public static TlsSettings of(Config root) {
    Config config = root.getConfig(SECTION);
    return new TlsSettings(
        config.getBoolean("enabled"),
        config.getString("key"),
        config.getString("certificate"),
        config.getString("authority"),
        config.getString("protocol"),
        config.getStringList("algorithms"));
  }

  /**
   * Settings of the actor system.
   *
   * @throws IllegalArgumentException in one sentence about a file that is of no use: with it a node
   *     would start and be heard by nobody
   */
  public Config configuration(Clock clock) {
    if (!enabled) {
      return ConfigFactory.empty();
    }
    TlsFiles.check(this, clock.instant());
    // This engine always asks both sides for a certificate, and reads the files again every five
    // minutes, so that they can be renewed under a running node.
    return ConfigFactory.empty()
        .withValue("akka.remote.artery.transport", ConfigValueFactory.fromAnyRef("tls-tcp"))
        .withValue(
            SSL + "ssl-engine-provider",
            ConfigValueFactory.fromAnyRef(
                "akka.remote.artery.tcp.ssl.RotatingKeysSSLEngineProvider"))
        .withValue(ENGINE + "key-file", ConfigValueFactory.fromAnyRef(key))
        .withValue(ENGINE + "cert-file", ConfigValueFactory.fromAnyRef(certificate))
        .withValue(ENGINE + "ca-cert-file", ConfigValueFactory.fromAnyRef(authority))
        .withValue(ENGINE + "protocol", ConfigValueFactory.fromAnyRef(protocol))
        .withValue(ENGINE + "enabled-algorithms", ConfigValueFactory.fromIterable(algorithms));
  }
}
