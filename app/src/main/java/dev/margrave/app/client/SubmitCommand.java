package dev.margrave.app.client;

import dev.margrave.app.ExitCode;
import dev.margrave.orchestrator.http.json.SubmittedJson;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.loading.SpecLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code margrave submit}: hands an experiment to an orchestrator. */
@Command(
    name = "submit",
    sortOptions = false,
    header = "Submit an experiment to an orchestrator.",
    description = {
      "",
      "The file is read and checked here, with its includes and this shell's environment, and sent",
      "with every default written out. A relative dataset.path is made absolute here, as run does:",
      "the workers must find the data at that very path. Without dataset.path they look under their",
      "own data directories.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  margrave submit config/experiments/cifar100-paper.conf --set dataset.path=/data/cifar100",
      "  margrave submit mine.conf --set seeds=[7,8] --watch",
      "",
      "Exit codes: 0 submitted; with --watch as of run."
    })
public final class SubmitCommand extends RemoteCommand {
  @Parameters(paramLabel = "FILE", description = "An experiment file (HOCON).")
  private Path file;

  @Option(
      names = "--set",
      paramLabel = "key=value",
      description = "Overrides a key of the file, as --set training.epochs=4; may be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(names = "--fresh", description = "Start anew beside the experiment of that name.")
  private boolean fresh;

  @Option(names = "--watch", description = "Follow it to its end.")
  private boolean watch;

  @Override
  int call(ApiClient client) {
    ExperimentSpec spec = SpecLoader.load(file, overrides);
    String answer =
        client.post("/experiments?fresh=" + fresh, "application/hocon", SpecText.of(spec));
    SubmittedJson submitted = ApiClient.read(answer, SubmittedJson.class);
    if (!watch) {
      print(answer, words(client, spec, submitted));
      return ExitCode.DONE;
    }
    words(client, spec, submitted).forEach(line -> console().err().println(line));
    return new Watch(client, submitted.id(), console(), json()).follow();
  }

  private static List<String> words(ApiClient client, ExperimentSpec spec, SubmittedJson said) {
    List<String> words = new ArrayList<>();
    words.add(said.id() + (said.resumed() ? " was there already and goes on" : " is submitted"));
    spec.dataset().path().ifPresent(path -> words.add("The workers look for its data at " + path));
    words.add("Watch it with: " + command(client, "watch", said.id()));
    return words;
  }

  @Override
  String experiment() {
    return "";
  }
}
