package dev.margrave.protocol.spec.loading;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import dev.margrave.protocol.spec.ExperimentSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads experiment files: HOCON over the defaults in {@code margrave.experiment-defaults} of {@code
 * reference.conf}. Everything that is wrong is reported together, with its place and its mend.
 */
public final class SpecLoader {
  /** Longest list that a file may hold: more is a typo, or an attack. */
  public static final int MAXIMUM_ENTRIES = 1000;

  private static final String ROOT = "experiment";
  private static final String DEFAULTS = "margrave.experiment-defaults";

  /** Larger files are something else, given by mistake. */
  private static final long MAXIMUM_BYTES = 1 << 20;

  private SpecLoader() {}

  /**
   * Loads an experiment file.
   *
   * @param file HOCON; a relative {@code dataset.path} in it is taken from its folder
   * @param overrides {@code key=value}, later ones win; the key with or without the leading {@code
   *     experiment.}; a relative {@code dataset.path} is taken from the working directory
   * @throws SpecException with all that is wrong
   */
  public static ExperimentSpec load(Path file, List<String> overrides) {
    return load(parse(file), file.toAbsolutePath().getParent(), overrides);
  }

  /** The same for a text; {@code name} stands for the file in messages. */
  public static ExperimentSpec parse(String name, String text, List<String> overrides) {
    try {
      ConfigParseOptions options =
          ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF).setOriginDescription(name);
      return load(
          resolve(ConfigFactory.parseString(text, options)),
          Path.of("").toAbsolutePath(),
          overrides);
    } catch (ConfigException e) {
      throw refused(name, e);
    }
  }

  private static ExperimentSpec load(Config config, Path folder, List<String> overrides) {
    return load(config, folder, overrides, new ArrayList<>());
  }

  /** {@code problems} may hold some already; they are reported together with the others. */
  static ExperimentSpec load(
      Config config, Path folder, List<String> overrides, List<SpecProblem> problems) {
    ConfigObject root = config.root();
    for (Map.Entry<String, ConfigValue> entry : root.entrySet()) {
      if (!entry.getKey().equals(ROOT)) {
        problems.add(
            new SpecProblem(
                Origins.text(entry.getValue().origin()),
                "unknown key '"
                    + entry.getKey()
                    + "'"
                    + Suggestion.mend(entry.getKey(), Set.of(ROOT))));
      }
    }
    ConfigValue value = root.get(ROOT);
    if (!(value instanceof ConfigObject section)) {
      ConfigOrigin origin = value == null ? root.origin() : value.origin();
      problems.add(
          new SpecProblem(
              Origins.text(origin),
              "the section 'experiment { ... }' is missing; put the keys there"));
      throw new SpecException(problems);
    }
    ConfigObject experiment = absolutePath(section, folder);
    for (String override : overrides) {
      experiment = override(experiment, override, problems);
    }
    ConfigObject defaults = ConfigFactory.defaultReference().getObject(DEFAULTS);
    ExperimentSpec spec = new SpecReader(experiment, defaults, value.origin(), problems).read();
    if (!problems.isEmpty()) {
      throw new SpecException(problems);
    }
    return spec;
  }

  private static Config parse(Path file) {
    String name = file.toString();
    try {
      if (!Files.exists(file)) {
        throw refused(name, "there is no such file; give the path of an experiment file");
      }
      if (!Files.isRegularFile(file)) {
        throw refused(name, "this is no file; give the path of an experiment file");
      }
      if (Files.size(file) > MAXIMUM_BYTES) {
        throw refused(
            name,
            "has %d bytes, an experiment file has at most %d; is it the right file?"
                .formatted(Files.size(file), MAXIMUM_BYTES));
      }
      ConfigParseOptions options =
          ConfigParseOptions.defaults().setAllowMissing(false).setSyntax(ConfigSyntax.CONF);
      return resolve(ConfigFactory.parseFile(file.toFile(), options));
    } catch (ConfigException e) {
      throw refused(name, e);
    } catch (IOException e) {
      throw refused(name, "cannot be read: " + e.getMessage());
    }
  }

  /** Substitutions see the file itself and the environment. */
  private static Config resolve(Config config) {
    return config.resolve(ConfigResolveOptions.defaults().setUseSystemEnvironment(true));
  }

  private static ConfigObject override(
      ConfigObject experiment, String override, List<SpecProblem> problems) {
    String flag = "--set " + override;
    int equals = override.indexOf('=');
    if (equals < 1) {
      problems.add(new SpecProblem(flag, "has no key; write --set training.epochs=4"));
      return experiment;
    }
    String key = override.substring(0, equals).trim();
    String text = override.substring(equals + 1).trim();
    try {
      String path = key.startsWith(ROOT + ".") ? key.substring(ROOT.length() + 1) : key;
      List<String> names = ConfigUtil.splitPath(path);
      ConfigValue value = names.equals(List.of("dataset", "path")) ? absolute(text) : value(text);
      ConfigValue placed = withOrigin(value, flag);
      for (int i = names.size() - 1; i > 0; i--) {
        placed = withOrigin(placed.atKey(names.get(i)).root(), flag);
      }
      return ConfigValueFactory.fromMap(Map.of())
          .withValue(names.get(0), placed)
          .withFallback(experiment);
    } catch (ConfigException e) {
      problems.add(new SpecProblem(flag, "cannot be read: " + e.getMessage()));
      return experiment;
    }
  }

  /** Lists, sections and quoted texts are HOCON; everything else is taken as it stands. */
  private static ConfigValue value(String text) {
    boolean structured = text.startsWith("[") || text.startsWith("{") || text.startsWith("\"");
    return structured
        ? ConfigFactory.parseString("value = " + text).getValue("value")
        : ConfigValueFactory.fromAnyRef(text);
  }

  /** Lists and sections pass it on to what they hold. */
  private static ConfigValue withOrigin(ConfigValue value, String flag) {
    ConfigOrigin origin = ConfigOriginFactory.newSimple(flag);
    if (value instanceof ConfigObject object) {
      ConfigObject marked = ConfigValueFactory.fromMap(Map.of());
      for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
        marked = marked.withValue(entry.getKey(), withOrigin(entry.getValue(), flag));
      }
      return marked.withOrigin(origin);
    }
    if (value instanceof ConfigList list) {
      List<ConfigValue> marked = new ArrayList<>();
      list.forEach(entry -> marked.add(withOrigin(entry, flag)));
      return ConfigValueFactory.fromIterable(marked).withOrigin(origin);
    }
    return value.withOrigin(origin);
  }

  private static ConfigObject absolutePath(ConfigObject experiment, Path folder) {
    Optional<ConfigObject> dataset =
        Optional.ofNullable(experiment.get("dataset"))
            .filter(ConfigObject.class::isInstance)
            .map(ConfigObject.class::cast);
    ConfigValue path = dataset.map(object -> object.get("path")).orElse(null);
    if (path == null || !(path.unwrapped() instanceof String text)) {
      return experiment;
    }
    ConfigValue absolute =
        ConfigValueFactory.fromAnyRef(folder.resolve(text).normalize().toString())
            .withOrigin(path.origin());
    return experiment.withValue("dataset", dataset.orElseThrow().withValue("path", absolute));
  }

  private static ConfigValue absolute(String text) {
    return ConfigValueFactory.fromAnyRef(Path.of(text).toAbsolutePath().normalize().toString());
  }

  static SpecException refused(String name, ConfigException e) {
    String where = e.origin() == null ? name : Origins.text(e.origin());
    String message = e.getMessage();
    String described = e.origin() == null ? "" : e.origin().description() + ": ";
    if (message.startsWith(described)) {
      message = message.substring(described.length());
    }
    return new SpecException(List.of(new SpecProblem(where, message)));
  }

  private static SpecException refused(String name, String what) {
    return new SpecException(List.of(new SpecProblem(name, what)));
  }
}
