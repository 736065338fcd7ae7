package dev.margrave.orchestrator;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.margrave.orchestrator.experiment.ExperimentRegistry;
import dev.margrave.orchestrator.experiment.ExperimentSettings;
import dev.margrave.orchestrator.journal.JournalRetry;
import dev.margrave.orchestrator.journal.JournalSettings;
import dev.margrave.orchestrator.journal.Secret;
import dev.margrave.orchestrator.schedule.SchedulerSettings;
import dev.margrave.orchestrator.stage.LeaseSettings;
import dev.margrave.orchestrator.stage.RetrySettings;
import dev.margrave.orchestrator.stage.StageSettings;
import dev.margrave.orchestrator.view.ViewSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The section {@code margrave.orchestrator}; defaults, meanings and units are in {@code
 * reference.conf}.
 *
 * @param stagesInFlight stages of an experiment that are asked for at once
 * @param askAgain after which a supervisor without an answer asks again
 * @param journalTimeout after which a journal that does not answer is given up
 */
public record OrchestratorSettings(
    ExperimentRegistry.Limits limits,
    StageSettings stages,
    int stagesInFlight,
    Duration askAgain,
    Duration journalTimeout,
    SchedulerSettings scheduler,
    ViewSettings views,
    JournalSettings journal) {

  private static final String SECTION = "margrave.orchestrator";

  private static final Set<String> KEYS =
      Set.of(
          "maximum-experiments",
          "maximum-stages",
          "maximum-evaluations",
          "stages-in-flight",
          "ask-again",
          "lease",
          "reattach",
          "repeat-every",
          "journal-timeout",
          "retry.initial-delay",
          "retry.maximum-delay",
          "retry.jitter",
          "scheduler.maximum-queue",
          "scheduler.settle",
          "scheduler.listen",
          "scheduler.unreachable-after",
          "scheduler.forget-after",
          "scheduler.reservation-grace",
          "scheduler.patience",
          "scheduler.exclude-after",
          "scheduler.exclude-for",
          "views.interval",
          "journal.url",
          "journal.user",
          "journal.password",
          "journal.password-file",
          "journal.connections",
          "journal.sync-interval",
          "journal.connect-timeout",
          "journal.answer-timeout",
          "journal.retry.initial-delay",
          "journal.retry.maximum-delay",
          "journal.retry.jitter");

  /**
   * Reads the settings.
   *
   * @throws IllegalArgumentException naming all keys that are unknown, of the wrong type or out of
   *     range
   */
  public static OrchestratorSettings of(Config root) {
    Reader reader = new Reader(root.getConfig(SECTION));
    reader.refuseUnknown();
    Duration askAgain = reader.duration("ask-again");
    OrchestratorSettings settings =
        new OrchestratorSettings(
            new ExperimentRegistry.Limits(
                reader.count("maximum-experiments"), reader.count("maximum-stages")),
            new StageSettings(
                new RetrySettings(
                    reader.duration("retry.initial-delay"),
                    reader.duration("retry.maximum-delay"),
                    reader.fraction("retry.jitter"),
                    false),
                new LeaseSettings(
                    false,
                    reader.duration("lease"),
                    reader.duration("reattach"),
                    reader.duration("repeat-every")),
                askAgain,
                reader.count("maximum-evaluations")),
            reader.count("stages-in-flight"),
            askAgain,
            reader.duration("journal-timeout"),
            new SchedulerSettings(
                reader.count("scheduler.maximum-queue"),
                reader.duration("scheduler.settle"),
                reader.duration("scheduler.listen"),
                reader.duration("scheduler.unreachable-after"),
                reader.duration("scheduler.forget-after"),
                reader.duration("scheduler.reservation-grace"),
                reader.duration("scheduler.patience"),
                reader.count("scheduler.exclude-after"),
                reader.duration("scheduler.exclude-for")),
            new ViewSettings(reader.duration("views.interval")),
            journal(reader));
    reader.refuseProblems();
    return settings;
  }

  private static JournalSettings journal(Reader reader) {
    String url = reader.text("journal.url");
    if (!url.isEmpty() && !url.startsWith("jdbc:postgresql:")) {
      reader.problems.add(
          SECTION
              + ".journal.url = '"
              + url.replaceFirst("\\?.*", "")
              + "': jdbc:postgresql://host/database, or nothing, is wanted");
    }
    var server =
        new JournalSettings.Server(
            url,
            reader.text("journal.user"),
            reader.secret("journal.password"),
            reader.duration("journal.connect-timeout"),
            reader.duration("journal.answer-timeout"));
    return new JournalSettings(
        url.isEmpty() ? Optional.empty() : Optional.of(server),
        reader.count("journal.connections"),
        reader.duration("journal.sync-interval"),
        new JournalRetry(
            reader.duration("journal.retry.initial-delay"),
            reader.duration("journal.retry.maximum-delay"),
            reader.fraction("journal.retry.jitter")));
  }

  /** Where workers live in processes of their own. */
  public OrchestratorSettings clustered() {
    RetrySettings retry = stages.retry();
    LeaseSettings lease = stages.lease();
    return new OrchestratorSettings(
        limits,
        new StageSettings(
            new RetrySettings(retry.initialDelay(), retry.maximumDelay(), retry.jitter(), true),
            new LeaseSettings(true, lease.lease(), lease.reattach(), lease.repeatEvery()),
            stages.askAgain(),
            stages.maximumEvaluations()),
        stagesInFlight,
        askAgain,
        journalTimeout,
        scheduler,
        views,
        journal);
  }

  /** What concerns experiments. */
  public ExperimentSettings experiments() {
    return new ExperimentSettings(limits.maximumStages(), stagesInFlight, askAgain, views);
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

    String text(String key) {
      try {
        return config.getString(key);
      } catch (ConfigException e) {
        problems.add(SECTION + "." + key + ": a text is wanted");
        return "";
      }
    }

    /** Given itself, or by the file that holds it: what a deployment mounts. */
    Secret secret(String key) {
      String given = text(key);
      String file = text(key + "-file");
      if (file.isEmpty()) {
        return new Secret(given);
      }
      if (!given.isEmpty()) {
        problems.add(SECTION + "." + key + " and " + key + "-file: one of them is wanted");
      }
      try {
        return new Secret(Files.readString(Path.of(file)).strip());
      } catch (IOException e) {
        problems.add(SECTION + "." + key + "-file = '" + file + "': it cannot be read");
        return new Secret("");
      }
    }

    int count(String key) {
      try {
        int value = config.getInt(key);
        if (value < 1) {
          problems.add(SECTION + "." + key + " = " + value + ": at least 1 is wanted");
        }
        return value;
      } catch (ConfigException e) {
        problems.add(SECTION + "." + key + ": a whole number is wanted");
        return 1;
      }
    }

    double fraction(String key) {
      try {
        double value = config.getDouble(key);
        if (!(value >= 0 && value <= 1)) {
          problems.add(SECTION + "." + key + " = " + value + ": 0 to 1 is wanted");
        }
        return value;
      } catch (ConfigException e) {
        problems.add(SECTION + "." + key + ": a number from 0 to 1 is wanted");
        return 0;
      }
    }

    Duration duration(String key) {
      try {
        Duration value = config.getDuration(key);
        if (value.isNegative() || value.isZero()) {
          problems.add(SECTION + "." + key + " = " + value + ": more than 0 is wanted");
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
