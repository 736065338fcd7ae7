package dev.margrave.app.verify;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.margrave.app.BaseCommand;
import dev.margrave.app.EngineOption;
import dev.margrave.app.ExitCode;
import dev.margrave.app.UserException;
import dev.margrave.app.report.RunDirectory;
import dev.margrave.app.text.Json;
import dev.margrave.app.text.Words;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code margrave verify}: checks a finished run from its files alone. */
@Command(
    name = "verify",
    sortOptions = false,
    header = "Check a finished run offline.",
    description = {
      "",
      "Recomputes every hash, certificate, verdict and gate from the tables in DIR, a run's folder"
          + " under <data-dir>/experiments, and names the first thing that differs. With"
          + " --recompute also measures every arm anew: its final checkpoint on the held-out and"
          + " the training images.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  margrave verify ~/.margrave/experiments/quickstart",
      "  margrave verify ~/.margrave/experiments/quickstart --recompute",
      "",
      "Exit codes: 0 everything holds, 1 something differs, 2 bad input, or no data or checkpoint"
          + " to recompute from."
    })
public final class VerifyCommand extends BaseCommand {
  @Parameters(paramLabel = "DIR", description = "A finished run's folder.")
  private Path folder;

  @Option(
      names = "--recompute",
      description =
          "Also load each final checkpoint, encode the images anew and compare every table and"
              + " number. Takes minutes on large data.")
  private boolean recompute;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description =
          "The data set's folder or archive, for --recompute (default: looked for under"
              + " <data-dir>/datasets).")
  private Path data;

  @Mixin private EngineOption engine;

  /**
   * What {@code --json} prints.
   *
   * @param mismatch null when everything holds
   * @param recomputed null when that was not asked for, or something differs
   */
  record Verification(
      boolean verified,
      Optional<String> mismatch,
      int files,
      int certificates,
      @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<RunVerifier.Recomputed> recomputed) {}

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
    if (data != null && !recompute) {
      throw UserException.badInput(
          "--data is read by --recompute alone; add that, or leave --data out");
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
                  + " the same."
                  + verification.recomputed().map(VerifyCommand::words).orElse(""));
    } else {
      console().out().println("NOT VERIFIED: " + verification.mismatch().orElseThrow());
    }
    console().out().flush();
    return verification.verified() ? ExitCode.DONE : ExitCode.NOT_SHOWN;
  }

  private static String words(RunVerifier.Recomputed recomputed) {
    return " Measured anew from %s and the data, %s agree with the tables and numbers recorded: %s. The teachers are as recorded; a search is not repeated."
        .formatted(
            Words.plural(recomputed.arms(), "final checkpoint"),
            Words.plural(recomputed.arms(), "arm"),
            recomputed.compared());
  }

  private Verification verify(RunDirectory directory) throws IOException {
    RunVerifier verifier = new RunVerifier(directory);
    PrintWriter lines = json() ? console().err() : console().out();
    try {
      Optional<RunVerifier.Recomputed> recomputed = Optional.empty();
      if (recompute) {
        engine.require();
        recomputed =
            Optional.of(
                verifier.recompute(dataDirectory(), Optional.ofNullable(data), lines::println));
      } else {
        verifier.verify();
      }
      return new Verification(
          true, Optional.empty(), verifier.files(), verifier.certificates(), recomputed);
    } catch (MismatchException e) {
      return new Verification(
          false,
          Optional.of(e.getMessage()),
          verifier.files(),
          verifier.certificates(),
          Optional.empty());
    }
  }
}
