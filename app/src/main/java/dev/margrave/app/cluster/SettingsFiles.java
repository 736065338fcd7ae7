package dev.margrave.app.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import dev.margrave.app.UserException;
import dev.margrave.app.text.Problems;
import dev.margrave.protocol.spec.loading.Origins;
import dev.margrave.protocol.spec.loading.SpecProblem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the settings of a service: files and overrides over the defaults of every {@code
 * reference.conf}. Everything that is wrong is reported together, with its place and its mend; a
 * value is never repeated, for it may be a secret.
 */
public final class SettingsFiles {
  private static final String FLAG = "--set ";

  /** What may follow a key. */
  private static final String AFTER_KEY = "[\\s=:{+\\[]";

  private SettingsFiles() {}

  /**
   * Loads settings. Substitutions see all files and overrides, the defaults and the environment.
   *
   * @param files HOCON, later ones over earlier ones
   * @param overrides {@code key=value}, over all files, later ones over earlier ones
   * @throws UserException with all that is wrong
   */
  public static Config load(List<Path> files, List<String> overrides) {
    List<SpecProblem> problems = new ArrayList<>();
    List<Config> given = new ArrayList<>();
    for (Path file : files) {
      read(file, problems).ifPresent(given::add);
    }
    for (String override : overrides) {
      parse(override, problems).ifPresent(given::add);
    }
    refuse(problems);
    new SettingsCheck(given, problems).run();
    refuse(problems);
    Config all = ConfigFactory.empty();
    for (Config one : given) {
      all = one.withFallback(all);
    }
    return ConfigFactory.load(all);
  }

  private static void refuse(List<SpecProblem> problems) {
    if (!problems.isEmpty()) {
      throw UserException.badInput(Problems.text("the settings have", problems));
    }
  }

  private static Optional<Config> read(Path file, List<SpecProblem> problems) {
    String name = file.toString();
    if (!Files.exists(file)) {
      problems.add(
          new SpecProblem(name, "there is no such file; give the path of a file with settings"));
      return Optional.empty();
    }
    if (Files.isDirectory(file) || !Files.isReadable(file)) {
      problems.add(
          new SpecProblem(
              name, "cannot be read; give a file with settings that this user may read"));
      return Optional.empty();
    }
    try {
      return Optional.of(
          ConfigFactory.parseFile(
              file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false)));
    } catch (ConfigException e) {
      problems.add(unread(name, e));
      return Optional.empty();
    }
  }

  private static Optional<Config> parse(String override, List<SpecProblem> problems) {
    String flag = FLAG + override.strip().split(AFTER_KEY, 2)[0];
    if (!override.contains("=")) {
      problems.add(
          new SpecProblem(flag, "key=value is wanted, as --set margrave.cluster.port=25520"));
      return Optional.empty();
    }
    try {
      return Optional.of(
          ConfigFactory.parseString(
              override, ConfigParseOptions.defaults().setOriginDescription(flag)));
    } catch (ConfigException e) {
      problems.add(unread(flag, e));
      return Optional.empty();
    }
  }

  /** The library's own words hold parts of the file. */
  private static SpecProblem unread(String name, ConfigException e) {
    String where = e.origin() == null ? name : place(e.origin());
    if (e instanceof ConfigException.IO) {
      return new SpecProblem(
          where,
          where.equals(name)
              ? "cannot be read"
              : "is included by " + name + ", but cannot be read");
    }
    if (e instanceof ConfigException.Parse) {
      return new SpecProblem(
          where,
          "is no HOCON here, or just above: look for a bracket or a quote that is missing; a text with"
              + " special characters stands in double quotes");
    }
    return new SpecProblem(where, SettingsCheck.MIXED);
  }

  /** {@code file:line}, or the flag that said it. */
  static String place(ConfigOrigin origin) {
    String text = Origins.text(origin);
    return text.startsWith(FLAG) ? text.replaceFirst(":\\d+$", "") : text;
  }
}
