package dev.margrave.orchestrator.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * The section {@code margrave.cluster}; defaults and meanings are in {@code reference.conf}.
 *
 * @param host by which other nodes reach this one, literally as they name it
 * @param port there
 * @param orchestrators of which a starting one joins any, as {@code host:port}; the first one of
 *     them may start alone; empty: this one starts alone
 * @param bootstrap whether the others are found by discovery instead
 */
public record ClusterSettings(
    String host, int port, List<String> orchestrators, boolean bootstrap, TlsSettings tls) {
  private static final String SECTION = "margrave.cluster";

  public ClusterSettings {
    orchestrators = List.copyOf(orchestrators);
  }

  /**
   * Reads the settings.
   *
   * @throws IllegalArgumentException naming the key that is of no use
   */
  public static ClusterSettings of(Config root) {
    Config config = root.getConfig(SECTION);
    List<String> orchestrators = config.getStringList("orchestrators");
    for (String address : orchestrators) {
      if (!address.matches("[^:\\s]+:[0-9]{1,5}")) {
        throw new IllegalArgumentException(
            SECTION
                + ".orchestrators: '"
                + address
                + "' is no address; host:port is wanted, as in 10.0.0.1:25520");
      }
    }
    if (!orchestrators.isEmpty() && ManagementSettings.of(root).bootstrap()) {
      throw new IllegalArgumentException(
          SECTION
              + ".orchestrators and "
              + SECTION
              + ".bootstrap.enabled exclude each other; name the orchestrators or let them be"
              + " discovered");
    }
    return new ClusterSettings(
        config.getString("host"),
        config.getInt("port"),
        orchestrators,
        ManagementSettings.of(root).bootstrap(),
        TlsSettings.of(root));
  }

  /** By which others name it. */
  String address() {
    return host + ":" + port;
  }

  /** Whether it forms a cluster when it finds nobody, though others may be there. */
  boolean mayStartAlone() {
    return orchestrators.size() > 1 && orchestrators.get(0).equals(address());
  }

  /**
   * The same, but one that joins another and never forms a cluster: another is there, and must not
   * be missed for being slow to answer.
   */
  ClusterSettings joining() {
    List<String> others = new ArrayList<>(orchestrators);
    others.remove(address());
    others.add(address());
    return new ClusterSettings(host, port, others, bootstrap, tls);
  }

  /**
   * Settings of the actor system that follow, over those of {@code base}.
   *
   * @throws IllegalArgumentException as {@link TlsSettings#configuration} does
   */
  public Config configuration(String system, Config base, Clock clock) {
    List<String> first = orchestrators.isEmpty() ? List.of(address()) : orchestrators;
    List<String> addresses =
        bootstrap
            ? List.of()
            : first.stream().map(address -> "akka://" + system + "@" + address).toList();
    return tls.configuration(clock)
        .withFallback(
            ConfigFactory.empty()
                .withValue(SECTION + ".seed-addresses", ConfigValueFactory.fromIterable(addresses)))
        .withFallback(base);
  }
}
