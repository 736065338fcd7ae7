package dev.margrave.app.verify;

import dev.margrave.app.BaseCommand;
import dev.margrave.app.ExitCode;
import dev.margrave.app.UserException;
import dev.margrave.app.report.RunDirectory;
import dev.margrave.app.text.Json;
import dev.margrave.app.text.Words;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code margrave verify}: checks a finished run from its files alone. */
@Command(
    name = "verify",
    sortOptions = false,
    header = "Check a finished run offline.",
    description = {
      "",
      "Recomputes every hash, certificate, verdict and gate from the tables in DIR, a run's folder"
          + " under <data-dir>/experiments, and names the first thing that differs.",
      ""
    },
    footer = {
      "",
      "Example:",
      "  margrave verify ~/.margrave/experiments/quickstart",
      "",
      "Exit codes: 0 everything holds, 1 something differs, 2 bad input."
    })
public final class VerifyCommand extends BaseCommand {
  @Parameters(paramLabel = "DIR", description = "A finished run's folder.")
  private Path folder;

  /** What {@code --json} prints; {@code mismatch} is null when everything holds. */
  record Verification(boolean verified, Optional<String> mismatch, int files, int certificates) {}

  @Override
  public Integer call() throws IOException {
    RunDirectory directory = new RunDirectory(folder.toAbsolutePath().normalize());
    if (!Files.isDirectory(directory.path())) {
      throw UserException.badInput(
          folder + ": there is no such folder; give a run's folder under <data-dir>/experiments");
    }
    if (!directory.finished()) {
      throw UserException.badInput(
          "%s: holds no %s, so no finished run; let it finish, or give a run's folder under"
                  .formatted(folder, RunDirectory.MANIFEST)
              + " <data-dir>/experiments");
    }
    Verification verification = verify(directory);
    if (json()) {
      console().out().print(Json.write(verification));
    } else if (verification.verified()) {
      console()
          .out()
          .println(
              "VERIFIED: %s have the hashes of the run, and %s, their verdicts and all gates come out"
                      .formatted(
                          Words.plural(verification.files(), "file"),
                          Words.plural(verification.certificates(), "certificate"))
                  + " the same.");
    } else {
      console().out().println("NOT VERIFIED: " + verification.mismatch().orElseThrow());
    }
    console().out().flush();
    return verification.verified() ? ExitCode.DONE : ExitCode.NOT_SHOWN;
  }

  private static Verification verify(RunDirectory directory) throws IOException {
    RunVerifier verifier = new RunVerifier(directory);
    try {
      verifier.verify();
      return new Verification(true, Optional.empty(), verifier.files(), verifier.certificates());
    } catch (MismatchException e) {
      return new Verification(
          false, Optional.of(e.getMessage()), verifier.files(), verifier.certificates());
    }
  }
}
