package dev.margrave.app.run;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.margrave.app.Console;
import dev.margrave.app.ExitCode;
import dev.margrave.app.UserException;
import dev.margrave.app.display.RunDisplay;
import dev.margrave.app.report.ReportWriter;
import dev.margrave.app.report.ResultsTable;
import dev.margrave.app.report.RunDirectory;
import dev.margrave.app.text.Shell;
import dev.margrave.orchestrator.experiment.SubmitReply;
import dev.margrave.orchestrator.http.HttpStartException;
import dev.margrave.orchestrator.journal.DataDirectory;
import dev.margrave.orchestrator.journal.JournalException;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.spec.loading.CanonicalSpec;
import dev.margrave.protocol.spec.loading.SpecException;
import dev.margrave.protocol.spec.loading.SpecLoader;
import dev.margrave.protocol.worker.Capabilities;
import dev.margrave.workers.engine.Engines;
import dev.margrave.workers.engine.Gpus;
import dev.margrave.workers.job.DatasetCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs an experiment in this process, shows it, writes its results; resumes what was there. */
public final class StandaloneRun {
  /** Each stage at work holds tables, a network and its batches in memory. */
  private static final int MOST_SLOTS = 8;

  /** For stages that a user cancelled to let go. */
  private static final Duration CANCEL_LIMIT = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(StandaloneRun.class);
  private static final String SLOTS = "margrave.worker.slots";

  private final RunOptions options;
  private final Console console;
  private final boolean json;
  private final Clock clock;
  private final Path log;

  private StandaloneRun(RunOptions options, Console console, boolean json, Clock clock) {
    this.options = options;
    this.console = console;
    this.json = json;
    this.clock = clock;
    this.log = LogFile.open(options.dataDirectory());
  }

  /**
   * Runs it.
   *
   * @return the exit code
   * @throws UserException for the user
   */
  static int execute(RunOptions options, Console console, boolean json) {
    boolean cpuEngine = Engines.here().gpus().isEmpty();
    Gpus gpus = gpus(options.spec().trainer().isPresent() && cpuEngine);
    Capabilities capabilities =
        new Capabilities(
            slots(ConfigFactory.load()),
            Math.min(1, gpus.count()),
            Runtime.getRuntime().maxMemory(),
            Engines.here().name(),
            gpus.computeCapability(),
            true,
            cpuEngine);
    DatasetCache datasets = new DatasetCache(options.dataDirectory());
    options.report().ifPresent(StandaloneRun::prepare);
    boolean over = finished(options);
    if (!over) {
      LocalFit.require(options.spec(), Engines.here().name(), gpus);
      // Before anything is written: most mistakes are about the data.
      datasets.get(
          options.spec().dataset(),
          LoadingLine.of(options.spec().dataset().name(), json ? console.err() : console.out()));
    }
    Clock clock = Clock.system(ZoneId.systemDefault());
    try {
      DataDirectory directory = DataDirectory.open(options.dataDirectory());
      StandaloneRun run = new StandaloneRun(options, console, json, clock);
      return run.execute(run.start(directory, datasets, capabilities), options.page() && !over);
    } catch (JournalException e) {
      throw UserException.badInput(e.getMessage(), e);
    }
  }

  /** Those that can be trained on. */
  private static Gpus gpus(boolean ofTrainers) {
    try {
      return ofTrainers
          ? Gpus.ofTrainers(0, System.getenv())
          : Gpus.of(Engines.here(), 0, System.getenv());
    } catch (IllegalArgumentException e) {
      throw UserException.badInput(e.getMessage(), e);
    }
  }

  /** Whether this very experiment left its results: nothing will be trained. */
  private static boolean finished(RunOptions options) {
    RunDirectory directory = youngest(options.dataDirectory(), options.spec().name());
    if (options.fresh() || !directory.finished()) {
      return false;
    }
    try {
      return CanonicalSpec.hash(SpecLoader.load(directory.spec(), List.of()))
          .equals(CanonicalSpec.hash(options.spec()));
    } catch (SpecException e) {
      return false;
    }
  }

  /** Of the last fresh start: an older one is not gone on with. */
  private static RunDirectory youngest(Path dataDirectory, String name) {
    int generation = 1;
    while (Files.exists(folder(dataDirectory, name, generation + 1).path())) {
      generation++;
    }
    return folder(dataDirectory, name, generation);
  }

  private static RunDirectory folder(Path dataDirectory, String name, int generation) {
    return RunDirectory.of(dataDirectory, new ExperimentId(name, generation).text());
  }

  /** As {@link #wantedSlots}, at most eight: orchestrator and trainings share this process. */
  static int slots(Config settings) {
    return Math.min(MOST_SLOTS, wantedSlots(settings));
  }

  /** Stages at once: as the settings say, one per core if they say 0. */
  public static int wantedSlots(Config settings) {
    int wanted = settings.getInt(SLOTS);
    if (wanted < 0) {
      throw UserException.badInput(
          "%s is %d; 0, for one per core, or more is wanted".formatted(SLOTS, wanted));
    }
    return wanted == 0 ? Runtime.getRuntime().availableProcessors() : wanted;
  }

  private Node start(DataDirectory directory, DatasetCache datasets, Capabilities capabilities) {
    try {
      return Node.start(directory, datasets, capabilities, clock);
    } catch (IllegalArgumentException e) {
      directory.close();
      throw UserException.badInput(e.getMessage(), e);
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  private static void prepare(Path report) {
    try {
      Files.createDirectories(report);
    } catch (IOException e) {
      throw UserException.badInput(
          "--out %s: cannot be made (%s); choose another folder".formatted(report, e), e);
    }
    if (!Files.isWritable(report)) {
      throw UserException.badInput(
          "--out %s: cannot be written; choose another folder".formatted(report));
    }
  }

  /** Without it the run goes on all the same. */
  private void openPage(Node node, ExperimentId experiment, RunDisplay display) {
    try {
      display.say("page " + node.openPage(experiment, clock));
    } catch (HttpStartException | IllegalArgumentException e) {
      LOG.warn("the page could not be opened", e);
      display.say("no page: " + e.getMessage());
    }
  }

  private int execute(Node node, boolean showPage) {
    RunDisplay display = RunDisplay.of(console, json, clock);
    Interruption interruption = Interruption.arm(node, display, console, options.again());
    ExperimentView last;
    Optional<Path> report = Optional.empty();
    try (display) {
      SubmitReply.Accepted accepted = submit(node);
      if (showPage) {
        openPage(node, accepted.experiment(), display);
      }
      last = follow(node, accepted.experiment(), display);
      if (last.status() == ExperimentView.Status.CANCELLED) {
        node.drain(CANCEL_LIMIT);
      }
      // Before anybody is waited for: what is finished is written.
      if (last.status() == ExperimentView.Status.FINISHED) {
        report = last.results().map(this::write);
      }
      node.farewell();
    } finally {
      if (interruption.disarm()) {
        node.stop();
      }
    }
    return conclude(last, report);
  }

  private SubmitReply.Accepted submit(Node node) {
    SubmitReply reply = node.submit(options.spec(), options.fresh());
    if (reply instanceof SubmitReply.Accepted accepted) {
      return accepted;
    }
    if (reply instanceof SubmitReply.SpecChanged changed) {
      List<String> difference =
          CanonicalSpec.difference(changed.previousSpec(), CanonicalSpec.text(options.spec()));
      throw UserException.badInput(
          changed.message() + "\n" + String.join("\n", difference).indent(2).stripTrailing());
    }
    if (reply instanceof SubmitReply.Broken broken) {
      throw UserException.failed(broken.message());
    }
    throw UserException.badInput(((SubmitReply.Refused) reply).message());
  }

  private static ExperimentView follow(Node node, ExperimentId experiment, RunDisplay display) {
    Follower follower = new Follower(display);
    node.watch(experiment, follower);
    return follower.last();
  }

  /** The run's folder and its report; where that is. */
  private Path write(ExperimentResults results) {
    RunDirectory directory = RunDirectory.of(options.dataDirectory(), results.experiment().text());
    Path report = options.report().orElse(directory.report());
    try {
      directory.write(results, options.spec());
      ReportWriter.write(
          results, options.spec().alignment().safetyMarginNats(), directory.stageFiles(), report);
      return report;
    } catch (IOException e) {
      throw UserException.failed(
          "the results could not be written (%s); make room or choose another --out and run the same"
                  .formatted(e)
              + " command again: nothing is trained twice",
          e);
    }
  }

  private int conclude(ExperimentView last, Optional<Path> report) {
    if (last.status() == ExperimentView.Status.BROKEN) {
      throw UserException.failed(last.problem().orElse("the run broke; see " + log));
    }
    if (last.status() == ExperimentView.Status.CANCELLED) {
      throw UserException.failed(
          "experiment %s was cancelled; what completed is kept. Go on with: %s"
              .formatted(last.experiment(), options.again()));
    }
    ExperimentResults results = last.results().orElseThrow();
    if (json) {
      console.out().print(ReportWriter.json(results));
    } else {
      Path folder = RunDirectory.of(options.dataDirectory(), results.experiment().text()).path();
      console.out().println();
      ResultsTable.lines(results).forEach(console.out()::println);
      console.out().println();
      console.out().println("Report: " + report.orElseThrow().resolve(ReportWriter.PAGE));
      console
          .out()
          .println(
              "Check it offline with: %s verify %s"
                  .formatted(Shell.COMMAND, Shell.quoted(folder.toString())));
    }
    console.out().flush();
    if (!results.complete()) {
      console.err().println("margrave: a stage failed; its log is in " + log);
    }
    return ExitCode.of(results);
  }
}
