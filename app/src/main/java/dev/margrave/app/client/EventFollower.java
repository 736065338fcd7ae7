package dev.margrave.app.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.margrave.app.display.RunDisplay;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the stream of events in a thread of its own, rings when something happens, and says what
 * happened to the whole experiment. When the stream breaks it comes back with the last id, so that
 * nothing is missed or said twice.
 */
final class EventFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventFollower.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final ApiClient client;
  private final String experiment;
  private final Bell bell;
  private final RunDisplay display;
  private final Bell closing = new Bell();
  private volatile boolean closed;
  private volatile InputStream open;

  /** The id of the last event; only the own thread looks at these. */
  private String last = "";

  private boolean caughtUp;
  private boolean over;

  private EventFollower(ApiClient client, String experiment, Bell bell, RunDisplay display) {
    this.client = client;
    this.experiment = experiment;
    this.bell = bell;
    this.display = display;
  }

  static EventFollower start(ApiClient client, String experiment, Bell bell, RunDisplay display) {
    EventFollower follower = new EventFollower(client, experiment, bell, display);
    Thread thread = new Thread(follower::run, "margrave-events");
    thread.setDaemon(true);
    thread.start();
    return follower;
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    while (!closed && !over) {
      String before = last;
      try {
        read(client.events(experiment, last));
      } catch (IOException | UnreachableException e) {
        LOG.debug("the stream of events broke", e);
      } catch (InterruptedException e) {
        return;
      }
      pause = last.equals(before) ? longer(pause) : FIRST_PAUSE;
      if (!closed && !over) {
        closing.await(pause);
      }
    }
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
  }

  private void read(HttpResponse<InputStream> response) throws IOException {
    try (InputStream body = response.body()) {
      open = body;
      if (response.statusCode() != 200 || closed) {
        return;
      }
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
      String id = "";
      String name = "";
      String data = "";
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.startsWith("event: ")) {
          name = line.substring(7);
        } else if (line.startsWith("data: ")) {
          data = line.substring(6);
        } else if (line.isEmpty() && !data.isEmpty()) {
          // Only now: an event that was cut in the middle comes again.
          event(id, name, data);
          id = "";
          name = "";
          data = "";
        }
      }
    } finally {
      open = null;
    }
  }

  private void event(String id, String name, String data) {
    if (name.equals("caught-up")) {
      caughtUp = true;
    } else if (name.equals("over")) {
      over = true;
    } else {
      last = id;
      JsonNode event = ApiClient.read(data, JsonNode.class);
      if (caughtUp && event.path("stage").isNull()) {
        display.say(event.path("message").asText());
      }
    }
    if (caughtUp) {
      bell.ring();
    }
  }

  /** Ends it; does not wait for the thread. */
  @Override
  public void close() {
    closed = true;
    closing.ring();
    InputStream body = open;
    if (body != null) {
      try {
        body.close();
      } catch (IOException e) {
        LOG.debug("the stream of events could not be closed", e);
      }
    }
  }
}
