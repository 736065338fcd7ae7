package dev.margrave.app;

import dev.margrave.app.text.Problems;
import dev.margrave.app.text.Shell;
import dev.margrave.protocol.artefact.ArtefactMismatchException;
import dev.margrave.protocol.spec.loading.SpecException;
import dev.margrave.protocol.spec.loading.Suggestion;
import dev.margrave.workers.data.DataException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into one sentence and an exit code. */
final class Errors {
  private Errors() {}

  /** The command line itself is wrong. */
  static int onParameter(ParameterException thrown, String[] arguments) {
    CommandLine line = thrown.getCommandLine();
    PrintWriter err = line.getErr();
    Optional<String> unknown = unknownOption(line, arguments);
    err.println("margrave: " + unknown.orElse(thrown.getMessage()));
    if (unknown.isEmpty() && thrown instanceof UnmatchedArgumentException unmatched) {
      List<String> suggestions = unmatched.getSuggestions();
      if (!suggestions.isEmpty()) {
        err.println("Did you mean " + String.join(" or ", suggestions) + "?");
      }
    }
    err.println("See '" + line.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.BAD_INPUT;
  }

  /** A mistyped option is the better thing to say than that the right one is missing. */
  private static Optional<String> unknownOption(CommandLine line, String[] arguments) {
    Set<String> known = line.getCommandSpec().optionsMap().keySet();
    return Arrays.stream(arguments)
        .filter(word -> word.startsWith("--") && word.length() > 2)
        .map(word -> word.split("=", 2)[0])
        .filter(option -> !known.contains(option))
        .findFirst()
        .map(
            option ->
                "unknown option '%s'%s"
                    .formatted(
                        option,
                        Suggestion.nearest(option, known)
                            .map(near -> "; did you mean '" + near + "'?")
                            .orElse("")));
  }

  /** What picocli leaves to its caller: the machine is too small, or the program is damaged. */
  static int onError(Throwable thrown, Console console, String[] arguments) {
    report(thrown, console.err(), Arrays.asList(arguments).contains("--verbose"));
    return ExitCode.FAILED;
  }

  /** A command failed. */
  static int onExecution(Exception failure, CommandLine line, ParseResult parsed) {
    Throwable thrown =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    MargraveCommand root = (MargraveCommand) line.getCommandSpec().root().userObject();
    report(thrown, line.getErr(), root.verbose());
    return exitCode(thrown);
  }

  private static void report(Throwable thrown, PrintWriter err, boolean verbose) {
    err.println("margrave: " + sentence(thrown));
    if (verbose) {
      thrown.printStackTrace(err);
    } else if (exitCode(thrown) == ExitCode.FAILED && !(thrown instanceof UserException)) {
      err.println("With --verbose it shows where.");
    }
    err.flush();
  }

  private static int exitCode(Throwable thrown) {
    if (thrown instanceof UserException user) {
      return user.exitCode();
    }
    boolean input =
        thrown instanceof SpecException
            || thrown instanceof DataException
            || thrown instanceof FileSystemException;
    return input ? ExitCode.BAD_INPUT : ExitCode.FAILED;
  }

  /** One sentence; of a bad experiment file, one line for each problem. */
  static String sentence(Throwable thrown) {
    if (thrown instanceof SpecException spec) {
      return Problems.text("the experiment has", spec.problems());
    }
    if (thrown instanceof NoSuchFileException missing) {
      return missing.getFile() + ": there is no such file or directory";
    }
    if (thrown instanceof AccessDeniedException denied) {
      return denied.getFile() + ": permission denied";
    }
    if (thrown instanceof FileSystemException file && file.getReason() != null) {
      return file.getFile() + ": " + file.getReason();
    }
    if (thrown instanceof DataException) {
      // A worker does not know how this program was called.
      return thrown.getMessage().replace("`margrave ", "`" + Shell.COMMAND + " ");
    }
    if (thrown instanceof OutOfMemoryError) {
      return "the memory did not suffice (%s); give more, as MARGRAVE_JAVA_OPTIONS=-Xmx4g, and run the"
              .formatted(thrown.getMessage())
          + " same command again";
    }
    if (thrown instanceof LinkageError) {
      return "a part of the program could not be loaded (%s); build it anew: remove app/target and run"
              .formatted(thrown)
          + " the same command again";
    }
    if (thrown instanceof ArtefactMismatchException || thrown.getMessage() != null) {
      return thrown.getMessage();
    }
    return "something unforeseen: " + thrown.getClass().getSimpleName();
  }
}
