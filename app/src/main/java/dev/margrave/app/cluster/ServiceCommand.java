package dev.margrave.app.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import dev.margrave.app.BaseCommand;
import dev.margrave.app.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** A command that runs until it is stopped, with settings of its own. */
abstract class ServiceCommand extends BaseCommand {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings (HOCON), over the defaults; see config/deployments.")
  private Path file;

  @Option(
      names = "--set",
      paramLabel = "key=value",
      description = "Overrides a setting, as --set margrave.cluster.port=25520; may be repeated.")
  private List<String> overrides = new ArrayList<>();

  /** All settings. */
  final Config settings() {
    Config config = ConfigFactory.empty();
    for (String override : overrides) {
      config = parsed("--set " + override, override).withFallback(config);
    }
    if (file != null) {
      config = config.withFallback(read(file));
    }
    try {
      return ConfigFactory.load(config);
    } catch (ConfigException e) {
      throw UserException.badInput("the settings: " + e.getMessage(), e);
    }
  }

  private static Config parsed(String what, String text) {
    if (!text.contains("=")) {
      throw UserException.badInput(what + ": key=value is wanted");
    }
    try {
      return ConfigFactory.parseString(text);
    } catch (ConfigException e) {
      throw UserException.badInput(what + ": " + e.getMessage(), e);
    }
  }

  private static Config read(Path file) {
    if (!Files.isReadable(file)) {
      throw UserException.badInput(
          "--config " + file + ": cannot be read; name a file that is there");
    }
    try {
      return ConfigFactory.parseFile(
          file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
    } catch (ConfigException e) {
      throw UserException.badInput("--config " + file + ": " + e.getMessage(), e);
    }
  }
}
