package dev.margrave.app.certify;

import dev.margrave.app.BaseCommand;
import dev.margrave.app.ExitCode;
import dev.margrave.app.UserException;
import dev.margrave.app.text.Json;
import dev.margrave.certificate.Certificate;
import dev.margrave.certificate.CertificateFiles;
import dev.margrave.certificate.CertificateSettings;
import dev.margrave.certificate.Verdict;
import dev.margrave.certificate.Witness;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code margrave certify}: the certificate of arrays that any framework wrote. */
@Command(
    name = "certify",
    sortOptions = false,
    header = "Certify a teacher and a witness table in .npy files.",
    description = {
      "",
      "T.npy holds the teacher's probabilities, [n, K]; W.npy the witness's, [n, K], or [S, n, K] for"
          + " S samples of the latent code per input. float32 or float64, of any framework.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  margrave certify --teacher T.npy --witness W.npy",
      "  margrave certify --teacher T.npy --witness logW.npy --log-probabilities --json",
      "",
      "Exit codes: 0 certified, 1 not certified, 2 bad input."
    })
public final class CertifyCommand extends BaseCommand {
  @Option(
      names = "--teacher",
      required = true,
      paramLabel = "T.npy",
      description = "Teacher table.")
  private Path teacher;

  @Option(
      names = "--witness",
      required = true,
      paramLabel = "W.npy",
      description = "Witness table.")
  private Path witness;

  @Option(
      names = "--log-probabilities",
      description = "The witness table holds natural logarithms of probabilities.")
  private boolean logProbabilities;

  @Option(
      names = "--safety-margin",
      paramLabel = "τ",
      defaultValue = "" + CertificateSettings.DEFAULT_SAFETY_MARGIN_NATS,
      description = "What the margin must exceed, in nats (default: ${DEFAULT-VALUE}).")
  private double safetyMarginNats;

  @Option(
      names = "--confidence",
      paramLabel = "P",
      defaultValue = "" + CertificateSettings.DEFAULT_CONFIDENCE,
      description = "Of the lower bounds, at least 0.5 and below 1 (default: ${DEFAULT-VALUE}).")
  private double confidence;

  @Option(
      names = "--teacher-floor",
      paramLabel = "P",
      description =
          "No probability of the teacher lies below it, on any input; with --witness-floor it makes"
              + " the distribution-free bound available.")
  private Double teacherFloor;

  @Option(
      names = "--witness-floor",
      paramLabel = "P",
      description = "No probability of the witness lies below it, on any input.")
  private Double witnessFloor;

  @Override
  public Integer call() {
    Certificate certificate = certify();
    if (json()) {
      console().out().print(Json.write(CertificateJson.of(certificate)));
    } else {
      CertificateText.lines(certificate).forEach(console().out()::println);
    }
    console().out().flush();
    return certificate.verdict() == Verdict.CERTIFIED ? ExitCode.DONE : ExitCode.NOT_SHOWN;
  }

  private Certificate certify() {
    requireFile(teacher);
    requireFile(witness);
    try {
      CertificateSettings settings =
          new CertificateSettings(
              safetyMarginNats,
              confidence,
              optional(teacherFloor),
              optional(witnessFloor),
              Runtime.getRuntime().availableProcessors());
      Witness.Scale scale =
          logProbabilities ? Witness.Scale.LOG_PROBABILITIES : Witness.Scale.PROBABILITIES;
      return CertificateFiles.certify(teacher, witness, scale, settings);
    } catch (FileSystemException e) {
      throw UserException.badInput(FileProblem.sentence(e), e);
    } catch (IOException | IllegalArgumentException e) {
      throw UserException.badInput(e.getMessage(), e);
    }
  }

  private static void requireFile(Path table) {
    if (Files.isDirectory(table)) {
      throw UserException.badInput(table + ": this is a folder; give the path of a .npy file");
    }
  }

  private static OptionalDouble optional(Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
