package dev.margrave.protocol.spec.loading;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import dev.margrave.protocol.spec.ExperimentSpec;
import java.io.File;
import java.net.URL;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads an experiment that somebody sent over the network: as {@link SpecLoader} does, but it looks
 * at nothing on this machine. Includes and substitutions are refused, for they would read its files
 * and its environment, or grow without bounds; and {@code dataset.path} must be absolute.
 */
public final class SubmittedSpec {
  /** Stands for the file in messages. */
  public static final String NAME = "body";

  private static final String DATASET_PATH = "experiment.dataset.path";

  private SubmittedSpec() {}

  /**
   * Reads it.
   *
   * @param json whether it is JSON, and not HOCON
   * @throws SpecException with all that is wrong
   */
  public static ExperimentSpec parse(String text, boolean json) {
    if (!json && appends(text)) {
      // A substitution in disguise; many of them take the parser seconds.
      throw refused("'+=' is not answered over the network; write the whole list");
    }
    ConfigParseOptions options =
        ConfigParseOptions.defaults()
            .setSyntax(json ? ConfigSyntax.JSON : ConfigSyntax.CONF)
            .setOriginDescription(NAME)
            .setIncluder(new NoIncludes());
    try {
      Config config = ConfigFactory.parseString(text, options);
      if (!config.isResolved()) {
        throw refused("substitutions, ${...}, are not answered over the network; write the values");
      }
      List<SpecProblem> problems = new ArrayList<>();
      return SpecLoader.load(portable(config, problems), Path.of("/"), List.of(), problems);
    } catch (ConfigException e) {
      throw SpecLoader.refused(NAME, e);
    } catch (StackOverflowError e) {
      throw refused("is nested too deeply; is it an experiment file?");
    }
  }

  /** Whether {@code +=} stands outside texts and comments. */
  private static boolean appends(String text) {
    int at = 0;
    while (at < text.length()) {
      if (text.startsWith("+=", at)) {
        return true;
      }
      if (text.startsWith("\"\"\"", at)) {
        at = after(text, "\"\"\"", at + 3);
        while (at < text.length() && text.charAt(at) == '"') {
          at++;
        }
      } else if (text.charAt(at) == '"') {
        at = afterQuoted(text, at + 1);
      } else if (text.charAt(at) == '#' || text.startsWith("//", at)) {
        at = after(text, "\n", at);
      } else {
        at++;
      }
    }
    return false;
  }

  private static int after(String text, String end, int from) {
    int found = text.indexOf(end, from);
    return found < 0 ? text.length() : found + end.length();
  }

  private static int afterQuoted(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) != '"' && text.charAt(at) != '\n') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    return at + 1;
  }

  /** Without a path that means nothing elsewhere. */
  private static Config portable(Config config, List<SpecProblem> problems) {
    Optional<ConfigValue> path =
        Optional.ofNullable(config.root().get("experiment"))
            .flatMap(value -> child(value, "dataset"))
            .flatMap(value -> child(value, "path"));
    if (path.isEmpty() || !(path.get().unwrapped() instanceof String text) || absolute(text)) {
      return config;
    }
    problems.add(
        new SpecProblem(
            Origins.text(path.get().origin()),
            DATASET_PATH
                + " must be absolute, as it is on the workers; or leave it out, and they look under"
                + " their data directories"));
    return config.withoutPath(DATASET_PATH);
  }

  private static Optional<ConfigValue> child(ConfigValue value, String key) {
    return value instanceof ConfigObject object
        ? Optional.ofNullable(object.get(key))
        : Optional.empty();
  }

  private static boolean absolute(String text) {
    try {
      return Path.of(text).isAbsolute();
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static SpecException refused(String what) {
    return new SpecException(List.of(new SpecProblem(NAME, what)));
  }

  /** Answers every kind of include: one that it did not know would go to the library's own. */
  private static final class NoIncludes
      implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
      return this;
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
      throw refused("include is not answered over the network; write the keys themselves");
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
      return include(context, what.getPath());
    }

    @Override
    public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
      return include(context, what.toString());
    }

    @Override
    public ConfigObject includeResources(ConfigIncludeContext context, String what) {
      return include(context, what);
    }
  }
}
