package dev.margrave.workers.store;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The section {@code margrave.artefacts}; defaults, meanings and units are in {@code
 * reference.conf}.
 *
 * @param s3 counts for a {@link ArtefactLocation.Bucket} only
 */
public record ArtefactSettings(ArtefactLocation location, S3Settings s3) {
  private static final String SECTION = "margrave.artefacts";

  private static final Set<String> KEYS =
      Set.of(
          "location",
          "s3.endpoint",
          "s3.region",
          "s3.path-style",
          "s3.access-key",
          "s3.secret-key",
          "s3.cache-bytes",
          "s3.connect-timeout",
          "s3.read-timeout",
          "s3.attempt-timeout",
          "s3.attempts");

  /**
   * Reads the settings.
   *
   * @throws IllegalArgumentException naming all keys that are unknown, of the wrong type or out of
   *     range; never a secret
   */
  public static ArtefactSettings of(Config root) {
    Reader reader = new Reader(root.getConfig(SECTION));
    reader.refuseUnknown();
    ArtefactSettings settings =
        new ArtefactSettings(
            reader.location("location"),
            new S3Settings(
                reader.endpoint("s3.endpoint"),
                reader.region("s3.region"),
                reader.flag("s3.path-style"),
                reader.credentials("s3.access-key", "s3.secret-key"),
                reader.bytes("s3.cache-bytes"),
                reader.duration("s3.connect-timeout"),
                reader.duration("s3.read-timeout"),
                reader.duration("s3.attempt-timeout"),
                reader.count("s3.attempts")));
    reader.refuseProblems();
    return settings;
  }

  private static final class Reader {
    private final Config config;
    private final List<String> problems = new ArrayList<>();

    Reader(Config config) {
      this.config = config;
    }

    void refuseUnknown() {
      Set<String> found = new TreeSet<>();
      config.entrySet().forEach(entry -> found.add(entry.getKey()));
      found.removeAll(KEYS);
      found.forEach(key -> problems.add(SECTION + "." + key + " is not known"));
    }

    private void refuse(String key, Object value, String wanted) {
      problems.add(SECTION + "." + key + " = " + value + ": " + wanted);
    }

    private String text(String key) {
      try {
        return config.getString(key).strip();
      } catch (ConfigException e) {
        problems.add(SECTION + "." + key + ": a text is wanted");
        return "";
      }
    }

    ArtefactLocation location(String key) {
      String text = text(key);
      Optional<ArtefactLocation> location = ArtefactLocation.parse(text);
      if (location.isEmpty()) {
        refuse(key, text, ArtefactLocation.FORMS);
      }
      return location.orElse(new ArtefactLocation.DataDirectory());
    }

    Optional<URI> endpoint(String key) {
      String text = text(key);
      if (text.isEmpty()) {
        return Optional.empty();
      }
      try {
        URI endpoint = new URI(text);
        if (Set.of("http", "https").contains(String.valueOf(endpoint.getScheme()))
            && endpoint.getHost() != null) {
          return Optional.of(endpoint);
        }
      } catch (URISyntaxException e) {
        // Refused below, with all others.
      }
      refuse(key, text, "nothing or an address is wanted, as in https://storage.example:9000");
      return Optional.empty();
    }

    String region(String key) {
      String text = text(key);
      if (text.isEmpty()) {
        problems.add(SECTION + "." + key + " is empty: a region's name is wanted");
      }
      return text;
    }

    boolean flag(String key) {
      try {
        return config.getBoolean(key);
      } catch (ConfigException e) {
        problems.add(SECTION + "." + key + ": true or false is wanted");
        return false;
      }
    }

    Optional<S3Credentials> credentials(String accessKey, String secretKey) {
      String access = text(accessKey);
      String secret = text(secretKey);
      if (access.isEmpty() != secret.isEmpty()) {
        problems.add(
            "%s.%s and %s.%s: both or none is wanted"
                .formatted(SECTION, accessKey, SECTION, secretKey));
      }
      return access.isEmpty() || secret.isEmpty()
          ? Optional.empty()
          : Optional.of(new S3Credentials(access, secret));
    }

    long bytes(String key) {
      try {
        long value = config.getBytes(key);
        if (value < 1) {
          refuse(key, value, "more than 0 is wanted");
        }
        return value;
      } catch (ConfigException e) {
        problems.add(SECTION + "." + key + ": a size with its unit is wanted, as in 4 GiB");
        return 1;
      }
    }

    int count(String key) {
      try {
        int value = config.getInt(key);
        if (value < 1) {
          refuse(key, value, "at least 1 is wanted");
        }
        return value;
      } catch (ConfigException e) {
        problems.add(SECTION + "." + key + ": a whole number is wanted");
        return 1;
      }
    }

    Duration duration(String key) {
      try {
        Duration value = config.getDuration(key);
        if (value.isNegative() || value.isZero()) {
          refuse(key, value, "more than 0 is wanted");
        }
        return value;
      } catch (ConfigException e) {
        problems.add(SECTION + "." + key + ": a time with its unit is wanted, as in 10 s");
        return Duration.ofSeconds(1);
      }
    }

    void refuseProblems() {
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(String.join("; ", problems));
      }
    }
  }
}
