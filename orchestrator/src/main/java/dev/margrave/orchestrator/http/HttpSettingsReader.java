package dev.margrave.orchestrator.http;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import dev.margrave.protocol.spec.loading.Suggestion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Reads {@code margrave.http} and collects what is wrong with it. Never repeats a secret. */
final class HttpSettingsReader {
  private static final String SECTION = "margrave.http";

  /** Shorter ones can be guessed. */
  private static final int SHORTEST_TOKEN = 16;

  private static final long LARGEST_TOKEN_FILE_BYTES = 4096;

  private static final Set<String> KEYS =
      Set.of(
          "interface",
          "port",
          "tokens",
          "maximum-body",
          "maximum-connections",
          "maximum-points",
          "request-timeout",
          "history.threads",
          "history.queue",
          "events.maximum-streams",
          "events.batch",
          "events.poll",
          "events.heartbeat",
          "events.settle");

  private static final Set<String> TOKEN_KEYS = Set.of("name", "role", "token", "token-file");

  private final Config config;
  private final List<String> problems = new ArrayList<>();

  HttpSettingsReader(Config root) {
    config = root.getConfig(SECTION);
    Set<String> found = new TreeSet<>();
    config.entrySet().forEach(entry -> found.add(entry.getKey()));
    found.removeAll(KEYS);
    found.forEach(key -> problems.add(SECTION + "." + key + " is not known" + mend(key, KEYS)));
  }

  private static String mend(String key, Set<String> known) {
    return Suggestion.nearest(key, known).map(near -> "; did you mean " + near + "?").orElse("");
  }

  String text(String key) {
    try {
      String value = config.getString(key);
      if (value.isBlank()) {
        problems.add(SECTION + "." + key + " is empty");
      }
      return value;
    } catch (ConfigException e) {
      problems.add(SECTION + "." + key + ": a text is wanted");
      return "";
    }
  }

  int port(String key) {
    return number(key, 0, 65_535);
  }

  int count(String key) {
    return number(key, 1, Integer.MAX_VALUE);
  }

  private int number(String key, int least, int most) {
    try {
      int value = config.getInt(key);
      if (value < least || value > most) {
        problems.add(
            "%s.%s = %d: %s is wanted"
                .formatted(
                    SECTION,
                    key,
                    value,
                    most == Integer.MAX_VALUE ? "at least " + least : least + " to " + most));
      }
      return value;
    } catch (ConfigException e) {
      problems.add(SECTION + "." + key + ": a whole number is wanted");
      return least;
    }
  }

  int bytes(String key) {
    try {
      long value = config.getBytes(key);
      if (value < 1 || value > Integer.MAX_VALUE) {
        problems.add(SECTION + "." + key + " = " + value + " bytes: 1 B to 2 GiB is wanted");
      }
      return (int) Math.max(1, Math.min(Integer.MAX_VALUE, value));
    } catch (ConfigException e) {
      problems.add(SECTION + "." + key + ": a size with its unit is wanted, as in 1 MiB");
      return 1;
    }
  }

  Duration duration(String key) {
    try {
      Duration value = config.getDuration(key);
      if (value.isNegative() || value.isZero()) {
        problems.add(SECTION + "." + key + " = " + value + ": more than 0 is wanted");
      }
      return value;
    } catch (ConfigException e) {
      problems.add(SECTION + "." + key + ": a time with its unit is wanted, as in 10 s");
      return Duration.ofSeconds(1);
    }
  }

  List<Token> tokens() {
    List<? extends ConfigObject> entries;
    try {
      entries = config.getObjectList("tokens");
    } catch (ConfigException e) {
      problems.add(
          SECTION + ".tokens: a list is wanted, as in [{ name = ci, role = read, token = ${CI} }]");
      return List.of();
    }
    List<Token> tokens = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < entries.size(); i++) {
      String where = "%s.tokens[%d]".formatted(SECTION, i);
      Token token = token(where, entries.get(i).toConfig());
      if (!token.name().isEmpty() && !names.add(token.name())) {
        problems.add(where + ".name: two tokens are called '" + token.name() + "'");
      }
      tokens.add(token);
    }
    return tokens;
  }

  private Token token(String where, Config entry) {
    Set<String> unknown = new TreeSet<>(entry.root().keySet());
    unknown.removeAll(TOKEN_KEYS);
    unknown.forEach(
        key -> problems.add(where + "." + key + " is not known" + mend(key, TOKEN_KEYS)));
    String name = plain(entry, "name");
    if (name.isEmpty()) {
      problems.add(where + ".name is missing: whom is it for?");
    }
    return new Token(name, role(where, entry), secret(where, entry));
  }

  private Role role(String where, Config entry) {
    String text = plain(entry, "role");
    try {
      return Role.valueOf(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      problems.add(where + ".role: read or write is wanted");
      return Role.READ;
    }
  }

  private String secret(String where, Config entry) {
    boolean given = entry.hasPath("token");
    if (given == entry.hasPath("token-file")) {
      problems.add(where + ": one of token and token-file is wanted");
      return "";
    }
    String secret = given ? plain(entry, "token") : file(where, plain(entry, "token-file"));
    if (secret == null) {
      return "";
    }
    boolean sendable = secret.chars().allMatch(letter -> letter > ' ' && letter < 127);
    if (secret.length() < SHORTEST_TOKEN || !sendable) {
      problems.add(
          "%s: the token must have at least %d characters, of ASCII without spaces"
              .formatted(where, SHORTEST_TOKEN));
    }
    return secret;
  }

  private String file(String where, String name) {
    try {
      Path path = Path.of(name);
      if (Files.size(path) > LARGEST_TOKEN_FILE_BYTES) {
        problems.add(where + ".token-file: " + name + " is too large to hold one token");
        return null;
      }
      return Files.readString(path).strip();
    } catch (IOException | InvalidPathException e) {
      problems.add(where + ".token-file: " + name + " cannot be read");
      return null;
    }
  }

  private static String plain(Config entry, String key) {
    try {
      return entry.hasPath(key) ? entry.getString(key) : "";
    } catch (ConfigException e) {
      return "";
    }
  }

  void refuseProblems() {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }
}
