package dev.margrave.app.run;

import dev.margrave.app.text.Shell;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** The command that goes on with an interrupted run: the one that was given, without --fresh. */
final class Again {
  private Again() {}

  static String command(CommandSpec spec) {
    List<String> given = spec.root().commandLine().getParseResult().originalArgs();
    List<String> words = new ArrayList<>(List.of(Shell.COMMAND));
    given.stream().filter(word -> !word.equals("--fresh")).map(Shell::quoted).forEach(words::add);
    return String.join(" ", words);
  }
}
