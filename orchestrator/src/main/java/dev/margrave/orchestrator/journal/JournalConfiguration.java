package dev.margrave.orchestrator.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.HashMap;
import java.util.Map;

/** What an actor system is told about its journal. */
final class JournalConfiguration {
  private static final String DATABASE = "akka-persistence-jdbc.shared-databases.slick.db.";

  private JournalConfiguration() {}

  /**
   * Settings over those of {@code base}.
   *
   * @param connections of the actor system to the database at most
   * @param dialect resource of what differs between the databases
   * @param journal as sentences call it
   */
  static Config of(
      Map<String, Object> database, int connections, String dialect, String journal, Config base) {
    Map<String, Object> values = new HashMap<>(database);
    values.put(DATABASE + "numThreads", connections);
    values.put(DATABASE + "maxConnections", connections);
    values.put(DATABASE + "minConnections", 1);
    return ConfigFactory.parseMap(values, journal)
        .withFallback(resource(dialect))
        .withFallback(resource("margrave-read.conf"))
        .withFallback(resource("margrave-akka.conf"))
        .withFallback(base)
        .resolve();
  }

  private static Config resource(String name) {
    return ConfigFactory.parseResources(JournalConfiguration.class.getClassLoader(), name);
  }
}
