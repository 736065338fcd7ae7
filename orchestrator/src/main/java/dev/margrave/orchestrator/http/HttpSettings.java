package dev.margrave.orchestrator.http;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.List;

/**
 * The section {@code margrave.http}; defaults, meanings and units are in {@code reference.conf}.
 *
 * @param host the network interface to listen on
 * @param port 0: any that is free
 * @param tokens who may call; empty: everybody who reaches it
 * @param maximumBodyBytes of a request
 * @param maximumPoints of margin curves in one answer
 * @param requestTimeout after which a request that is not answered is given up
 */
public record HttpSettings(
    String host,
    int port,
    List<Token> tokens,
    int maximumBodyBytes,
    int maximumConnections,
    int maximumPoints,
    Duration requestTimeout,
    History history,
    Events events) {

  /**
   * Those who ask the read tables, which block.
   *
   * @param threads at work
   * @param queue questions that may wait for them
   */
  public record History(int threads, int queue) {}

  /**
   * Streams of events.
   *
   * @param maximumStreams open at once
   * @param batch events read at once, which is also what a slow reader costs in memory
   * @param poll between two looks for news
   * @param heartbeat a sign of life after so long a silence
   * @param settle without news after the end of an experiment, then its streams end
   */
  public record Events(
      int maximumStreams, int batch, Duration poll, Duration heartbeat, Duration settle) {}

  public HttpSettings {
    tokens = List.copyOf(tokens);
  }

  /**
   * Reads the settings.
   *
   * @throws IllegalArgumentException naming all keys that are unknown, of the wrong type or out of
   *     range
   */
  public static HttpSettings of(Config root) {
    HttpSettingsReader reader = new HttpSettingsReader(root);
    HttpSettings settings =
        new HttpSettings(
            reader.text("interface"),
            reader.port("port"),
            reader.tokens(),
            reader.bytes("maximum-body"),
            reader.count("maximum-connections"),
            reader.count("maximum-points"),
            reader.duration("request-timeout"),
            new History(reader.count("history.threads"), reader.count("history.queue")),
            new Events(
                reader.count("events.maximum-streams"),
                reader.count("events.batch"),
                reader.duration("events.poll"),
                reader.duration("events.heartbeat"),
                reader.duration("events.settle")));
    reader.refuseProblems();
    return settings;
  }
}
