package dev.margrave.app.data;

import dev.margrave.app.BaseCommand;
import dev.margrave.app.ExitCode;
import dev.margrave.app.text.Json;
import dev.margrave.app.text.Numbers;
import dev.margrave.workers.data.CheckReport;
import dev.margrave.workers.data.DatasetChecker;
import dev.margrave.workers.data.LoadProgress;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code margrave data check PATH}. */
@Command(
    name = "check",
    header = "Read a data set through and say what it is.",
    footer = {
      "",
      "Examples:",
      "  margrave data check ~/downloads/cifar-100-binary.tar.gz",
      "  margrave data check --size 32 ~/pictures"
    })
final class DataCheckCommand extends BaseCommand {
  @Parameters(paramLabel = "PATH", description = "A folder or an archive.")
  private Path path;

  @Option(
      names = "--size",
      paramLabel = "N",
      description = "What pictures are brought to, as by dataset.size (64 if left out).")
  private Integer size;

  @Option(
      names = "--channels",
      paramLabel = "N",
      description = "1 grey, 3 colour, as by dataset.channels (3 if left out).")
  private Integer channels;

  /** What {@code --json} prints. */
  private record Report(
      String location,
      List<String> datasets,
      String images,
      int classes,
      CheckReport.SplitReport train,
      CheckReport.SplitReport evaluate,
      String contentHash,
      CheckReport.Publication publication,
      int shared) {}

  @Override
  public Integer call() {
    CheckReport report =
        DatasetChecker.check(path, optional(size), optional(channels), LoadProgress.NONE);
    if (json()) {
      console().out().print(Json.write(json(report)));
    } else {
      print(report, console().out());
    }
    console().out().flush();
    return ExitCode.DONE;
  }

  private static OptionalInt optional(Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  private static Report json(CheckReport report) {
    return new Report(
        report.location().toString(),
        report.datasets(),
        report.shape().toString(),
        report.classes(),
        report.train(),
        report.evaluate(),
        report.contentHash(),
        report.publication(),
        report.shared());
  }

  private static void print(CheckReport report, PrintWriter out) {
    out.println(
        "%s: %s, whole".formatted(report.location(), String.join(" or ", report.datasets())));
    out.println();
    row(out, "images", report.shape() + ", " + report.classes() + " classes");
    row(out, "train", split(report.train()));
    row(out, "evaluate", split(report.evaluate()));
    row(
        out,
        "published files",
        switch (report.publication()) {
          case PUBLISHED -> "yes, by their digests";
          case DIFFERENT -> "no: they bear the published names but are other files";
          case NOT_COMPARABLE -> "unpacked or named otherwise: there is no digest to compare with";
        });
    row(out, "in both splits", Numbers.count(report.shared()) + " images");
    row(out, "SHA-256", report.contentHash());
  }

  private static String split(CheckReport.SplitReport split) {
    return "%s images, %s to %s per class"
        .formatted(
            Numbers.count(split.images()),
            Numbers.count(split.fewestPerClass()),
            Numbers.count(split.mostPerClass()));
  }

  private static void row(PrintWriter out, String name, String value) {
    out.println("  %-16s %s".formatted(name, value));
  }
}
