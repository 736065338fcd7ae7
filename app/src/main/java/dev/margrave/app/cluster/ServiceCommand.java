package dev.margrave.app.cluster;

import com.typesafe.config.Config;
import dev.margrave.app.BaseCommand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** A command that runs until it is stopped, with settings of its own. */
abstract class ServiceCommand extends BaseCommand {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Settings (HOCON), over the defaults; see config/deployments. May be repeated: later files"
              + " go over earlier ones.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "key=value",
      description =
          "Overrides a setting, over all files, as --set margrave.cluster.port=25520; may be"
              + " repeated.")
  private List<String> overrides = new ArrayList<>();

  /** All settings. */
  final Config settings() {
    return SettingsFiles.load(files, overrides);
  }
}
