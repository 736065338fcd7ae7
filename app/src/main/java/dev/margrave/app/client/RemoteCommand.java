package dev.margrave.app.client;

import dev.margrave.app.BaseCommand;
import dev.margrave.app.UserException;
import dev.margrave.app.text.Shell;
import dev.margrave.orchestrator.http.json.ExperimentsJson;
import dev.margrave.orchestrator.http.json.SummaryJson;
import dev.margrave.protocol.spec.loading.Suggestion;
import java.util.List;
import picocli.CommandLine.Mixin;

/** A command that asks a server; what the server refuses becomes one sentence. */
abstract class RemoteCommand extends BaseCommand {
  @Mixin private ServerOptions options;

  @Override
  public final Integer call() {
    ApiClient client = options.client();
    try {
      return call(client);
    } catch (ApiException e) {
      throw refusal(client, e, experiment());
    } catch (UnreachableException e) {
      throw UserException.failed(e.getMessage(), e);
    }
  }

  abstract int call(ApiClient client);

  /** The experiment that was named; empty when none was. */
  abstract String experiment();

  /** Prints the answer as it came, or in words. */
  final void print(String answer, List<String> words) {
    if (json()) {
      console().out().print(ApiClient.pretty(answer));
    } else {
      words.forEach(console().out()::println);
    }
    console().out().flush();
  }

  /** A command about an experiment there, to be typed. */
  static String command(ApiClient client, String command, String experiment) {
    String server = client.server().toString();
    return "%s %s %s%s"
        .formatted(
            Shell.COMMAND,
            command,
            Shell.quoted(experiment),
            server.equals(ServerOptions.DEFAULT_SERVER) ? "" : " --server " + Shell.quoted(server));
  }

  /** For the user. */
  static UserException refusal(ApiClient client, ApiException e, String experiment) {
    if (e.status() == 401) {
      return UserException.badInput(
          "%s wants another token (%s); give it with --token, or set MARGRAVE_TOKEN"
              .formatted(client.server(), e.getMessage()));
    }
    if (e.unknownExperiment()) {
      return UserException.badInput(
          "no experiment is called '%s' at %s%s"
              .formatted(experiment, client.server(), mend(client, experiment)));
    }
    return e.status() >= 500 ? UserException.failed(e.text()) : UserException.badInput(e.text());
  }

  private static String mend(ApiClient client, String experiment) {
    try {
      List<String> names =
          ApiClient.read(client.get("/experiments"), ExperimentsJson.class).experiments().stream()
              .map(SummaryJson::id)
              .toList();
      if (names.isEmpty()) {
        return "; none was submitted there yet";
      }
      return Suggestion.nearest(experiment, names)
          .map(near -> "; did you mean '" + near + "'?")
          .orElse("; `" + Shell.COMMAND + " list` shows those that are there");
    } catch (ApiException | UnreachableException e) {
      return "";
    }
  }
}
