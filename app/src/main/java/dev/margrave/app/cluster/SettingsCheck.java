package dev.margrave.app.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import dev.margrave.protocol.spec.loading.SpecProblem;
import dev.margrave.protocol.spec.loading.Suggestion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares the settings that somebody gave with the defaults: names of keys, and types of values.
 */
final class SettingsCheck {
  /** Of a value that cannot be put together. */
  static final String MIXED = "texts, lists and sections cannot stand together in one value";

  private static final String ROOT = "margrave";
  private static final Set<String> ROOTS = new TreeSet<>(Set.of("akka", ROOT));
  private static final String DEFAULTS = "reference.conf";

  /** Nothing reads it from here. */
  private static final List<String> OF_EXPERIMENTS = List.of(ROOT, "experiment-defaults");

  private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{([^}]*)}");

  /** In the library's words. */
  private static final String CIRCLE = "part of a cycle";

  /** Stands, with this origin, for what a substitution did not find. */
  private static final ConfigOrigin HOLE = ConfigOriginFactory.newSimple("without a value");

  /** A problem, and where it is. */
  private record Found(ConfigOrigin origin, String what) {
    SpecProblem problem() {
      return new SpecProblem(SettingsFiles.place(origin), what);
    }
  }

  private final List<Config> given;
  private final List<SpecProblem> problems;
  private final List<Found> found = new ArrayList<>();
  private final Config defaults = ConfigFactory.parseResources(DEFAULTS);

  /**
   * @param given as they were read, later ones over earlier ones
   * @param problems get those that there are
   */
  SettingsCheck(List<Config> given, List<SpecProblem> problems) {
    this.given = given;
    this.problems = problems;
  }

  /** In the order of files, lines and flags. */
  void run() {
    topLevel();
    ConfigValue known = defaults.withOnlyPath(ROOT).resolve().root().get(ROOT);
    resolved().ifPresent(all -> value(List.of(ROOT), all.root().get(ROOT), known));
    found.stream()
        .sorted(
            Comparator.comparing((Found one) -> file(one.origin()))
                .thenComparingInt(one -> one.origin().lineNumber())
                .thenComparing(Found::what))
        .map(Found::problem)
        .distinct()
        .forEach(problems::add);
  }

  private static String file(ConfigOrigin origin) {
    return origin.filename() == null ? origin.description() : origin.filename();
  }

  private void topLevel() {
    Set<String> sections = ((ConfigObject) defaults.root().get(ROOT)).keySet();
    for (Config one : given) {
      one.root().keySet().stream()
          .filter(key -> !ROOTS.contains(key))
          .forEach(
              key -> {
                String mend =
                    sections.contains(key)
                        ? "; did you mean '" + ROOT + "." + key + "'?"
                        : Suggestion.mend(key, ROOTS);
                found.add(new Found(one.root().get(key).origin(), unknown(List.of(key), mend)));
              });
    }
  }

  /**
   * What was given over the defaults, and not what the environment or the command line of the JVM
   * say besides. Empty when substitutions go in a circle.
   */
  private Optional<Config> resolved() {
    Config all = defaults.withFallback(ConfigFactory.systemProperties().withoutPath(ROOT));
    for (Config one : given) {
      all = one.withFallback(all);
    }
    Set<String> missing = new LinkedHashSet<>();
    while (true) {
      try {
        return Optional.of(all.resolve());
      } catch (ConfigException.UnresolvedSubstitution e) {
        Matcher name = SUBSTITUTION.matcher(e.getMessage());
        boolean circle = e.getMessage().contains(CIRCLE);
        if (circle || !name.find() || !missing.add(name.group(1))) {
          found.add(new Found(e.origin(), "a substitution stands for itself, by way of others"));
          return Optional.empty();
        }
        found.add(new Found(e.origin(), unresolved(name.group(1))));
        all = all.withFallback(hole(name.group(1)));
      } catch (ConfigException e) {
        found.add(new Found(e.origin(), MIXED));
        return Optional.empty();
      }
    }
  }

  private static String unresolved(String name) {
    return ("${%1$s} has no value: no key and no environment variable is called so;"
            + " set it, or write ${?%1$s} where it may be missing")
        .formatted(name);
  }

  private static Config hole(String name) {
    return ConfigFactory.empty()
        .withValue(name, ConfigValueFactory.fromAnyRef(null).withOrigin(HOLE));
  }

  private void value(List<String> path, ConfigValue value, ConfigValue byDefault) {
    String name = ConfigUtil.joinPath(path);
    SettingKind wanted = SettingKind.of(byDefault);
    if (path.equals(OF_EXPERIMENTS)) {
      refuse(path, value, name + " is not for services; an experiment's file holds such keys");
    } else if (value.origin().description().contains(HOLE.description())) {
      return;
    } else if (!wanted.accepts(value)) {
      String is = SettingKind.described(value);
      refuse(path, value, name + " is " + is + "; " + wanted.words() + " is wanted");
    } else if (value instanceof ConfigObject section && byDefault instanceof ConfigObject known) {
      section.forEach((key, inner) -> entry(path, key, inner, known));
    }
  }

  private void entry(List<String> section, String key, ConfigValue value, ConfigObject known) {
    List<String> path = new ArrayList<>(section);
    path.add(key);
    if (known.containsKey(key)) {
      value(path, value, known.get(key));
    } else {
      refuse(path, value, unknown(path, Suggestion.mend(key, new TreeSet<>(known.keySet()))));
    }
  }

  private static String unknown(List<String> path, String mend) {
    return "unknown key '" + ConfigUtil.joinPath(path) + "'" + mend;
  }

  /** Nothing when nobody gave it: a default may follow another key, which is refused itself. */
  private void refuse(List<String> path, ConfigValue value, String sentence) {
    said(path, value).ifPresent(origin -> found.add(new Found(origin, sentence)));
  }

  /** Where the key is, and not what a substitution has put there. */
  private Optional<ConfigOrigin> said(List<String> path, ConfigValue value) {
    for (int i = given.size() - 1; i >= 0; i--) {
      Reached reached = Reached.along(path, given.get(i).root());
      if (reached.value() != null) {
        boolean within = reached.depth() < path.size() && value.origin().lineNumber() > 0;
        return Optional.of(within ? value.origin() : reached.value().origin());
      }
    }
    return Optional.empty();
  }

  /**
   * How far one comes in what is not resolved yet.
   *
   * @param value null: the key is not there
   */
  private record Reached(ConfigValue value, int depth) {
    static Reached along(List<String> path, ConfigValue root) {
      ConfigValue value = root;
      int depth = 0;
      try {
        while (depth < path.size() && value instanceof ConfigObject object) {
          value = object.get(path.get(depth));
          depth++;
        }
      } catch (ConfigException.NotResolved e) {
        // A section that is put together of others: this is its place.
      }
      return new Reached(value, depth);
    }
  }
}
