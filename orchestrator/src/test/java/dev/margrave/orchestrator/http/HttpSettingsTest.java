package dev.margrave.orchestrator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpSettingsTest {
  private static HttpSettings read(String text) {
    return HttpSettings.of(
        ConfigFactory.parseString("margrave.http {" + text + "}")
            .withFallback(ConfigFactory.load()));
  }

  @Test
  void defaults() {
    assertEquals(
        new HttpSettings(
            "127.0.0.1",
            8080,
            List.of(),
            1 << 16,
            512,
            200_000,
            Duration.ofSeconds(20),
            new HttpSettings.History(4, 256),
            new HttpSettings.Events(
                64, 256, Duration.ofMillis(500), Duration.ofSeconds(15), Duration.ofSeconds(3))),
        read(""));
  }

  @Test
  void everyKeyIsRead(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "abcdefghijklmnop\n");
    assertEquals(
        new HttpSettings(
            "::1",
            1,
            List.of(
                new Token("ci", Role.WRITE, "0123456789abcdef"),
                new Token("page", Role.READ, "abcdefghijklmnop")),
            2,
            3,
            4,
            Duration.ofSeconds(5),
            new HttpSettings.History(6, 7),
            new HttpSettings.Events(
                8, 9, Duration.ofSeconds(10), Duration.ofSeconds(11), Duration.ofSeconds(12))),
        read(
            """
            interface = "::1", port = 1
            tokens = [
              { name = ci, role = write, token = 0123456789abcdef }
              { name = page, role = READ, token-file = "%s" }
            ]
            maximum-body = 2 B, maximum-connections = 3, maximum-points = 4, request-timeout = 5 s
            history { threads = 6, queue = 7 }
            events { maximum-streams = 8, batch = 9, poll = 10 s, heartbeat = 11 s, settle = 12 s }
            """
                .formatted(file)));
  }

  @Test
  void typosAndBadValuesAreRefusedTogether() {
    assertEquals(
        "margrave.http.prt is not known; did you mean port?;"
            + " margrave.http.port = 70000: 0 to 65535 is wanted;"
            + " margrave.http.maximum-body: a size with its unit is wanted, as in 1 MiB;"
            + " margrave.http.history.threads = 0: at least 1 is wanted;"
            + " margrave.http.events.poll: a time with its unit is wanted, as in 10 s",
        refusal(
            "prt = 1, port = 70000, maximum-body = big, history.threads = 0, events.poll = soon"));
  }

  @Test
  void tokensAreCheckedAndNeverRepeated() {
    String refusal =
        refusal(
            """
            tokens = [
              { name = a, role = read, token = short }
              { name = a, role = admin, token = 0123456789abcdef, tken = 1 }
              { role = read, token = 0123456789abcdef, token-file = x }
              { name = b, role = read, token-file = "/does/not/exist" }
            ]
            """);
    assertEquals(
        "margrave.http.tokens[0]: the token must have at least 16 characters, of ASCII without spaces;"
            + " margrave.http.tokens[1].tken is not known; did you mean token?;"
            + " margrave.http.tokens[1].role: read or write is wanted;"
            + " margrave.http.tokens[1].name: two tokens are called 'a';"
            + " margrave.http.tokens[2].name is missing: whom is it for?;"
            + " margrave.http.tokens[2]: one of token and token-file is wanted;"
            + " margrave.http.tokens[3].token-file: /does/not/exist cannot be read",
        refusal);
    assertFalse(refusal.contains("0123456789abcdef"));
    assertEquals(
        "margrave.http.tokens: a list is wanted, as in [{ name = ci, role = read, token = ${CI} }]",
        refusal("tokens = secret"));
  }

  private static String refusal(String text) {
    return assertThrows(IllegalArgumentException.class, () -> read(text)).getMessage();
  }
}
