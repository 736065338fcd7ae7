package dev.margrave.app.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.margrave.app.Console;
import dev.margrave.app.ExitCode;
import dev.margrave.app.UserException;
import dev.margrave.app.display.RunDisplay;
import dev.margrave.app.report.ReportWriter;
import dev.margrave.app.report.ResultsTable;
import dev.margrave.app.text.Json;
import dev.margrave.orchestrator.http.json.ExperimentJson;
import dev.margrave.orchestrator.http.json.Labels;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.view.ExperimentView;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;

/**
 * Follows an experiment on a server. Snapshots are asked for once a second, for progress, and at
 * once when the stream of events says that something happened. A server that does not answer is
 * waited for, however long: the experiment goes on without its watchers.
 */
final class Watch {
  private static final Duration SNAPSHOT_EVERY = Duration.ofSeconds(1);
  private static final Duration SHORTEST_WAIT = Duration.ofMillis(500);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private final ApiClient client;
  private final String experiment;
  private final Console console;
  private final boolean json;
  private final Bell bell = new Bell();

  Watch(ApiClient client, String experiment, Console console, boolean json) {
    this.client = client;
    this.experiment = experiment;
    this.console = console;
    this.json = json;
  }

  /** Shows it until it is over; returns the exit code. */
  int follow() {
    // What is wrong at the beginning is a mistake of the user, and not waited for.
    ExperimentView first = snapshot();
    RunDisplay display = RunDisplay.of(console, json, Clock.system(ZoneId.systemDefault()));
    WatchInterruption interruption =
        WatchInterruption.arm(
            display, console, experiment, RemoteCommand.command(client, "watch", experiment));
    ExperimentView last;
    EventFollower events = EventFollower.start(client, experiment, bell, display);
    try (display;
        events) {
      last = until(first, display);
    } finally {
      interruption.disarm();
    }
    return conclude(last);
  }

  private ExperimentView until(ExperimentView first, RunDisplay display) {
    ExperimentView view = first;
    Duration wait = SHORTEST_WAIT;
    display.show(view);
    while (!over(view)) {
      try {
        bell.await(SNAPSHOT_EVERY);
        view = snapshot();
        if (!wait.equals(SHORTEST_WAIT)) {
          display.say("the orchestrator answers again");
        }
        wait = SHORTEST_WAIT;
        display.show(view);
      } catch (UnreachableException e) {
        if (wait.equals(SHORTEST_WAIT)) {
          display.say(e.getMessage().replaceFirst(";.*", "") + "; waiting for it");
        }
        wait = longer(wait);
        bell.await(wait);
      } catch (ApiException e) {
        if (e.status() < 500) {
          throw e;
        }
        wait = longer(wait);
        bell.await(wait);
      }
    }
    return view;
  }

  private static Duration longer(Duration wait) {
    Duration twice = wait.multipliedBy(2);
    return twice.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : twice;
  }

  private ExperimentView snapshot() {
    String answer = client.get(ApiClient.experiment(experiment, ""));
    return ShownView.of(ApiClient.read(answer, ExperimentJson.class));
  }

  private static boolean over(ExperimentView view) {
    return switch (view.status()) {
      case RUNNING, PAUSED -> false;
      case CANCELLED, FINISHED, BROKEN -> true;
    };
  }

  private int conclude(ExperimentView last) {
    if (last.status() != ExperimentView.Status.FINISHED) {
      throw UserException.failed(
          last.problem()
              .orElse(
                  "%s is %s; what completed is kept, and `%s` tries the rest again"
                      .formatted(
                          experiment,
                          Labels.of(last.status()),
                          RemoteCommand.command(client, "retry", experiment))));
    }
    ExperimentResults results = evidence(client, experiment);
    if (json) {
      console.out().print(ReportWriter.json(results));
    } else {
      console.out().println();
      ResultsTable.lines(results).forEach(console.out()::println);
      console.out().println();
      console
          .out()
          .println(
              "Write its report with: "
                  + RemoteCommand.command(client, "report", experiment)
                  + " --out DIR");
    }
    console.out().flush();
    return ExitCode.of(results);
  }

  /** All that a finished experiment left. */
  static ExperimentResults evidence(ApiClient client, String experiment) {
    String answer = client.get(ApiClient.experiment(experiment, "/evidence"));
    try {
      return Json.read(answer, ExperimentResults.class);
    } catch (JsonProcessingException e) {
      throw UserException.failed(
          "the results at %s are of another version of Margrave; use the same version here"
              .formatted(client.server()),
          e);
    }
  }
}
