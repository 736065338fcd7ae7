package dev.margrave.app;

import dev.margrave.app.certify.CertifyCommand;
import dev.margrave.app.client.CancelCommand;
import dev.margrave.app.client.ExtendCommand;
import dev.margrave.app.client.ListCommand;
import dev.margrave.app.client.PauseCommand;
import dev.margrave.app.client.ReportCommand;
import dev.margrave.app.client.ResumeCommand;
import dev.margrave.app.client.RetryCommand;
import dev.margrave.app.client.StatusCommand;
import dev.margrave.app.client.SubmitCommand;
import dev.margrave.app.client.WatchCommand;
import dev.margrave.app.cluster.OrchestratorCommand;
import dev.margrave.app.cluster.WorkerCommand;
import dev.margrave.app.data.DataCommand;
import dev.margrave.app.run.QuickstartCommand;
import dev.margrave.app.run.RunCommand;
import dev.margrave.app.verify.VerifyCommand;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command itself: what all its subcommands have in common. */
@Command(
    name = "margrave",
    versionProvider = Version.class,
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    header = "Certificates against constant collapse of variational autoencoders.",
    description = {
      "",
      "Trains teacher-guided VAEs as supervised, durable stages, and certifies on which side of the"
          + " collapse boundary each one stands.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  margrave quickstart",
      "  margrave run config/experiments/cifar100-small.conf --set dataset.path=data",
      "  margrave certify --teacher T.npy --witness W.npy",
      "",
      "Exit codes: 0 done, every gate PASS; 1 a gate is not PASS; 2 bad input; 3 the run failed;",
      "130 interrupted, state kept."
    },
    subcommands = {
      QuickstartCommand.class,
      RunCommand.class,
      OrchestratorCommand.class,
      WorkerCommand.class,
      SubmitCommand.class,
      ListCommand.class,
      StatusCommand.class,
      WatchCommand.class,
      PauseCommand.class,
      ResumeCommand.class,
      CancelCommand.class,
      RetryCommand.class,
      ExtendCommand.class,
      ReportCommand.class,
      VerifyCommand.class,
      CertifyCommand.class,
      DataCommand.class
    })
public final class MargraveCommand implements Runnable {
  private static final int USAGE_WIDTH = 100;

  @Spec private CommandSpec spec;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description =
          "Where the journal, checkpoints, artefacts and data sets live (default: ~/.margrave).")
  private Path dataDirectory;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "Print results as JSON on standard output.")
  private boolean json;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help and end.")
  @SuppressWarnings("UnusedVariable") // Picocli asks the option, nobody the field.
  private boolean help;

  @Option(names = "--version", versionHelp = true, description = "Show the version and end.")
  @SuppressWarnings("UnusedVariable")
  private boolean version;

  private final Console console;

  private MargraveCommand(Console console) {
    this.console = console;
  }

  /** The command line, ready to execute. */
  public static CommandLine commandLine(Console console) {
    CommandLine line = new CommandLine(new MargraveCommand(console));
    line.setOut(console.out());
    line.setErr(console.err());
    line.setColorScheme(CommandLine.Help.defaultColorScheme(console.colour() ? Ansi.ON : Ansi.OFF));
    line.setUsageHelpWidth(USAGE_WIDTH);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(Errors::onParameter);
    line.setExecutionExceptionHandler(Errors::onExecution);
    return line;
  }

  /** Without a subcommand. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command was given");
  }

  Console console() {
    return console;
  }

  Path dataDirectory() {
    Path directory =
        dataDirectory == null
            ? Path.of(System.getProperty("user.home"), ".margrave")
            : dataDirectory;
    return directory.toAbsolutePath().normalize();
  }

  boolean json() {
    return json;
  }

  boolean verbose() {
    return verbose;
  }
}
