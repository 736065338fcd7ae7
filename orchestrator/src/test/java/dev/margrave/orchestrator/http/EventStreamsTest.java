package dev.margrave.orchestrator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.orchestrator.view.ExperimentView;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EventStreamsTest {
  private static final String EVENTS = "/api/v1/experiments/demo/events";

  /** A stream, line by line. */
  private static final class Reader implements AutoCloseable {
    final HttpResponse<InputStream> response;
    private final BufferedReader lines;

    Reader(HttpRig rig, String lastEventId) {
      this(rig, EVENTS, lastEventId);
    }

    Reader(HttpRig rig, String path, String lastEventId) {
      try {
        var request = rig.request(path);
        response =
            rig.client.send(
                (lastEventId.isEmpty() ? request : request.header("Last-Event-ID", lastEventId))
                    .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    /** The next line that is not empty; null at the end. */
    String line() {
      try {
        String line = lines.readLine();
        while (line != null && line.isEmpty()) {
          line = lines.readLine();
        }
        return line;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Ids up to and with the last one. */
    List<Long> ids(long last) {
      List<Long> ids = new ArrayList<>();
      while (ids.isEmpty() || ids.get(ids.size() - 1) < last) {
        String line = line();
        if (line.startsWith("id: ")) {
          ids.add(Long.parseLong(line.substring(4)));
        }
      }
      return ids;
    }

    @Override
    public void close() {
      try {
        response.body().close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static List<Long> range(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  @Test
  void eventsComeAsTheyHappenAndTheStreamEndsWithTheExperiment() {
    try (HttpRig rig = new HttpRig()) {
      rig.demo(ExperimentView.Status.RUNNING);
      rig.history.happen(1);
      try (Reader reader = new Reader(rig, "")) {
        assertEquals(200, reader.response.statusCode());
        assertEquals(
            "text/event-stream",
            reader.response.headers().firstValue("content-type").orElseThrow());
        assertEquals("no-store", reader.response.headers().firstValue("cache-control").orElse(""));
        assertEquals("id: 1", reader.line());
        assertEquals(
            "data: {\"id\":1,\"at\":\"2026-11-22T10:00:00Z\",\"stage\":null,\"type\":\"stage-started\","
                + "\"message\":\"thing 1\",\"data\":{\"n\":1}}",
            reader.line());
        assertEquals("event: caught-up", reader.line());
        assertEquals("data: {}", reader.line());
        rig.history.happen(2);
        assertEquals(List.of(2L, 3L), reader.ids(3));
        reader.line();
        rig.demo(ExperimentView.Status.FINISHED);
        assertEquals("event: over", reader.line());
        assertEquals("data: {\"status\":\"finished\"}", reader.line());
        assertEquals(null, reader.line());
      }
    }
  }

  @Test
  void aReaderMayBeginWithTheLastOnesAndGoesOnBehindWhatItKnows() {
    try (HttpRig rig = new HttpRig()) {
      rig.demo(ExperimentView.Status.RUNNING);
      rig.history.happen(100);
      try (Reader reader = new Reader(rig, EVENTS + "?last=3", "")) {
        assertEquals(List.of(98L, 99L, 100L), reader.ids(100));
      }
      try (Reader reader = new Reader(rig, EVENTS + "?last=3", "95")) {
        assertEquals(range(96, 100), reader.ids(100));
      }
      try (Reader reader = new Reader(rig, EVENTS + "?last=1000", "")) {
        assertEquals(range(1, 100), reader.ids(100));
      }
      assertEquals("last is 0: 1 to 1000 events are wanted", rig.get(EVENTS + "?last=0").detail());
    }
  }

  @Test
  void evaluationsDoNotHideTheLastOfTheOthers() {
    try (HttpRig rig = new HttpRig()) {
      rig.demo(ExperimentView.Status.RUNNING);
      rig.history.happen(5);
      rig.history.evaluate(50);
      rig.history.happen(1);
      rig.history.evaluate(1);
      try (Reader reader = new Reader(rig, EVENTS + "?last=4", "")) {
        assertEquals(List.of(3L, 4L, 5L, 54L, 55L, 56L, 57L), reader.ids(57));
        rig.history.evaluate(1);
        assertEquals(List.of(58L), reader.ids(58));
      }
    }
  }

  @Test
  void aReaderThatComesBackMissesNothingAndSeesNothingTwice() {
    try (HttpRig rig = new HttpRig("events.batch = 7")) {
      rig.demo(ExperimentView.Status.RUNNING);
      rig.history.happen(100);
      List<Long> seen = new ArrayList<>();
      String last = "";
      for (long until : new long[] {1, 7, 8, 50, 100, 130}) {
        if (until > 100) {
          rig.history.happen(30);
        }
        try (Reader reader = new Reader(rig, last)) {
          seen.addAll(reader.ids(until));
        }
        last = Long.toString(seen.get(seen.size() - 1));
      }
      assertEquals(range(1, 130), seen);
    }
  }

  @Test
  void aSilentStreamShowsSignsOfLife() {
    try (HttpRig rig = new HttpRig("events.heartbeat = 30 ms")) {
      rig.demo(ExperimentView.Status.PAUSED);
      try (Reader reader = new Reader(rig, "0")) {
        assertEquals("event: caught-up", reader.line());
        assertEquals("data: {}", reader.line());
        assertEquals(":", reader.line());
        assertEquals(":", reader.line());
      }
    }
  }

  @Test
  void tablesThatAreAwayForAWhileAreWaitedFor() {
    try (HttpRig rig = new HttpRig("events.heartbeat = 30 ms")) {
      rig.demo(ExperimentView.Status.RUNNING);
      rig.history.broken = true;
      rig.history.happen(3);
      try (Reader reader = new Reader(rig, "")) {
        assertEquals(":", reader.line());
        rig.history.broken = false;
        assertEquals(range(1, 3), reader.ids(3));
      }
    }
  }

  @Test
  void anExperimentThatIsRemovedEndsItsStreams() {
    try (HttpRig rig = new HttpRig()) {
      rig.demo(ExperimentView.Status.FINISHED);
      try (Reader reader = new Reader(rig, "")) {
        assertEquals("event: caught-up", reader.line());
        rig.service.views.clear();
        assertEquals("data: {}", reader.line());
        assertEquals("event: over", reader.line());
      }
    }
  }

  @Test
  void badPositionsAreRefused() {
    try (HttpRig rig = new HttpRig()) {
      rig.demo(ExperimentView.Status.RUNNING);
      for (String id : List.of("x", "-1", "1.5", "99999999999999999999")) {
        HttpRig.Answer answer = rig.send(rig.request(EVENTS).header("Last-Event-ID", id).GET());
        assertEquals(400, answer.status());
        assertEquals(
            "Last-Event-ID is '%s': a whole number from 0 on is wanted".formatted(id),
            answer.detail());
      }
    }
  }

  @Test
  void onlySoManyStreamsAreOpen() {
    try (HttpRig rig = new HttpRig("events.maximum-streams = 2, events.heartbeat = 30 ms")) {
      rig.demo(ExperimentView.Status.RUNNING);
      try (Reader one = new Reader(rig, "");
          Reader two = new Reader(rig, "")) {
        one.line();
        two.line();
        HttpRig.Answer third = rig.get(EVENTS);
        assertEquals(503, third.status());
        assertEquals("urn:margrave:too-many-streams", third.type());
        assertEquals("2 are open, the most that may be; try again later", third.detail());
        assertEquals("2", third.header("retry-after"));
      }
      while (rig.server.openStreams() > 0) {
        Thread.onSpinWait();
      }
      try (Reader again = new Reader(rig, "")) {
        assertEquals(200, again.response.statusCode());
      }
    }
  }

  /** Who does not read holds up the reading of the tables, and nothing is kept for it. */
  @Test
  void aSlowReaderCostsOneBatch() throws IOException {
    try (HttpRig rig = new HttpRig("events.batch = 16")) {
      rig.demo(ExperimentView.Status.RUNNING);
      rig.history.text = "x".repeat(10_000);
      int count = 20_000;
      rig.history.happen(count);
      try (Socket socket = new Socket()) {
        socket.setReceiveBufferSize(64 * 1024);
        socket.connect(rig.server.address());
        String request = "GET " + EVENTS + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        socket.getInputStream().read();
        long before = -1;
        long quietSince = System.nanoTime();
        while (System.nanoTime() - quietSince < Duration.ofSeconds(1).toNanos()) {
          if (rig.history.handedOut.get() != before) {
            before = rig.history.handedOut.get();
            quietSince = System.nanoTime();
          }
          Thread.onSpinWait();
        }
        // Sockets hold a few MB, streams a few batches: far from the 200 MB that there are.
        assertTrue(before < count / 4, before + " events were read ahead");
      }
      while (rig.server.openStreams() > 0) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void aServerThatStopsEndsItsStreamsAndAnswersWhatIsInFlight() {
    HttpRig rig = new HttpRig();
    rig.demo(ExperimentView.Status.RUNNING);
    try (Reader reader = new Reader(rig, "")) {
      assertEquals("event: caught-up", reader.line());
      assertEquals("data: {}", reader.line());
      var gate = new CompletableFuture<Void>();
      rig.service.gate = gate;
      var inFlight =
          rig.client.sendAsync(
              rig.request("/api/v1/workers").GET().build(), HttpResponse.BodyHandlers.ofString());
      while (rig.service.asked.get() < 1) {
        Thread.onSpinWait();
      }
      var stopped = rig.server.stop(Duration.ofSeconds(20));
      assertEquals(null, reader.line());
      gate.complete(null);
      assertEquals(200, HttpRig.await(inFlight).statusCode());
      HttpRig.await(stopped);
    }
    rig.close();
  }
}
