package dev.margrave.app.data;

import dev.margrave.app.BaseCommand;
import dev.margrave.app.ExitCode;
import dev.margrave.app.UserException;
import dev.margrave.app.text.Json;
import dev.margrave.protocol.spec.loading.Suggestion;
import dev.margrave.workers.data.CatalogueEntry;
import dev.margrave.workers.data.DatasetCatalogue;
import dev.margrave.workers.data.DatasetFetcher;
import dev.margrave.workers.data.Datasets;
import dev.margrave.workers.data.FetchProgress;
import dev.margrave.workers.data.FetchedFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code margrave data fetch NAME}. */
@Command(
    name = "fetch",
    header = "Fetch a data set from its publisher.",
    description = {
      "",
      "Goes on where an earlier fetch stopped, and checks what arrives against the published digest.",
      ""
    },
    footer = {"", "Example:", "  margrave data fetch cifar100"})
final class DataFetchCommand extends BaseCommand {
  @Parameters(paramLabel = "NAME", description = "As 'margrave data list' shows it.")
  private String name;

  @Override
  public Integer call() throws InterruptedException {
    CatalogueEntry entry = entry();
    Path folder = Datasets.directory(dataDirectory(), entry.name());
    PrintWriter out = json() ? console().err() : console().out();
    if (entry.yours() && !json()) {
      out.println(
          entry.name()
              + " is your own: there is nothing to fetch; set dataset.path to its folder.");
    }
    if (entry.builtIn() && !json()) {
      out.println(entry.name() + " is built in: there is nothing to fetch.");
    }
    Meter meter = new Meter(out, console().terminal() && !json());
    List<FetchedFile> files;
    try {
      files = new DatasetFetcher().fetch(entry, folder, meter);
    } finally {
      meter.end();
    }
    if (json()) {
      console().out().print(Json.write(files.stream().map(Fetched::of).toList()));
    } else {
      files.forEach(file -> out.println(sentence(file)));
    }
    console().out().flush();
    return ExitCode.DONE;
  }

  private CatalogueEntry entry() {
    List<String> names = Datasets.names();
    if (!names.contains(name)) {
      throw UserException.badInput(
          "no data set is called '" + name + "'" + Suggestion.mend(name, names));
    }
    return DatasetCatalogue.entry(name);
  }

  private static String sentence(FetchedFile file) {
    String check =
        switch (file.verified()) {
          case SHA256 -> "its SHA-256 is the published one";
          case MD5 -> "its MD5 is the published one";
          case RECORDED -> "no digest is published, its SHA-256 was recorded";
        };
    return "%s: %s, %s%s"
        .formatted(
            file.path(),
            Bytes.text(file.bytes()),
            file.alreadyThere() ? "was there already, " : "",
            check);
  }

  /** One file of {@code --json}. */
  private record Fetched(
      String path, long bytes, String sha256, String verified, boolean alreadyThere) {
    static Fetched of(FetchedFile file) {
      return new Fetched(
          file.path().toString(),
          file.bytes(),
          file.sha256(),
          file.verified().toString(),
          file.alreadyThere());
    }
  }

  /** One line that is overwritten on a terminal; elsewhere a line for each tenth. */
  private static final class Meter implements FetchProgress {
    private static final int BAR = 30;

    private final PrintWriter out;
    private final boolean terminal;
    private String file = "";
    private long shown = -1;
    private boolean open;

    Meter(PrintWriter out, boolean terminal) {
      this.out = out;
      this.terminal = terminal;
    }

    @Override
    public void at(String name, long bytes, OptionalLong total) {
      double fraction =
          total.isPresent() && total.getAsLong() > 0 ? (double) bytes / total.getAsLong() : 0;
      long step = terminal ? Math.round(1000 * fraction) : (long) (10 * fraction);
      long unknown = bytes / (terminal ? 1_000_000 : 50_000_000);
      long now = total.isPresent() ? step : unknown;
      if (name.equals(file) && now == shown) {
        return;
      }
      file = name;
      shown = now;
      String size =
          total.isPresent()
              ? Bytes.text(bytes) + " of " + Bytes.text(total.getAsLong())
              : Bytes.text(bytes);
      if (terminal) {
        int full = (int) Math.round(BAR * Math.min(1, fraction));
        out.print(
            "\r%s  %s%s  %s   ".formatted(name, "━".repeat(full), "─".repeat(BAR - full), size));
        open = true;
      } else {
        out.println(name + ": " + size);
      }
      out.flush();
    }

    void end() {
      if (open) {
        out.println();
        out.flush();
      }
    }
  }
}
