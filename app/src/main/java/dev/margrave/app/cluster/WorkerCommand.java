package dev.margrave.app.cluster;

import com.typesafe.config.Config;
import dev.margrave.app.EngineOption;
import dev.margrave.app.UserException;
import java.time.Clock;
import java.time.ZoneId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code margrave worker}: runs stages for a cluster of orchestrators. */
@Command(
    name = "worker",
    sortOptions = false,
    header = "Run stages for orchestrators elsewhere.",
    description = {
      "",
      "Runs until it is stopped; then it checkpoints what it does and hands it back. Any number may",
      "run. Checkpoints must be where all of them reach them: the same data directory on a shared",
      "mount, or margrave.artefacts.location.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  margrave worker",
      "  margrave worker --engine libtorch",
      "  margrave worker --set margrave.worker.slots=1 --set"
          + " margrave.worker.orchestrators=[\"10.0.0.1:25520\"]"
    })
public final class WorkerCommand extends ServiceCommand {
  @Mixin private EngineOption engine;

  @Override
  public Integer call() {
    engine.require();
    Config config = settings();
    LogStream.open();
    try {
      WorkerProcess worker =
          WorkerProcess.start(config, dataDirectory(), Clock.system(ZoneId.systemDefault()));
      Runtime.getRuntime().addShutdownHook(new Thread(worker::handBack, "margrave-hand-back"));
      console().out().println("worker " + worker.name());
      console().out().flush();
      worker.awaitEnd();
      return 0;
    } catch (IllegalArgumentException e) {
      throw UserException.badInput(e.getMessage(), e);
    }
  }
}
