package dev.margrave.app.data;

import dev.margrave.app.BaseCommand;
import dev.margrave.app.ExitCode;
import dev.margrave.app.text.Json;
import dev.margrave.app.text.TextTable;
import dev.margrave.workers.data.CatalogueEntry;
import dev.margrave.workers.data.DatasetCatalogue;
import dev.margrave.workers.data.Datasets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Command;

/** {@code margrave data list}. */
@Command(name = "list", header = "List the data sets that an experiment can name.")
final class DataListCommand extends BaseCommand {

  /**
   * One entry of {@code --json}; {@code folder} is null when nothing is there, {@code classes} 0
   * where they are the user's.
   */
  record Row(
      String name,
      String title,
      String images,
      int classes,
      boolean builtIn,
      OptionalLong bytes,
      Optional<String> folder,
      String homepage,
      String citation) {}

  @Override
  public Integer call() {
    List<Row> rows = DatasetCatalogue.entries().stream().map(this::row).toList();
    if (json()) {
      console().out().print(Json.write(rows));
    } else {
      TextTable table = TextTable.of("name", "images", ">download", "where", "what");
      rows.forEach(
          row ->
              table.row(
                  row.name(),
                  row.images(),
                  row.bytes().isPresent() && !row.builtIn()
                      ? Bytes.text(row.bytes().getAsLong())
                      : "",
                  where(row),
                  row.title()));
      table.lines().forEach(console().out()::println);
    }
    console().out().flush();
    return ExitCode.DONE;
  }

  private Row row(CatalogueEntry entry) {
    Path folder = Datasets.directory(dataDirectory(), entry.name());
    return new Row(
        entry.name(),
        entry.title(),
        entry.images(),
        entry.classes(),
        entry.builtIn(),
        entry.bytes(),
        Files.isDirectory(folder) ? Optional.of(folder.toString()) : Optional.empty(),
        entry.homepage(),
        entry.citation());
  }

  private static String where(Row row) {
    if (row.builtIn()) {
      return "built in";
    }
    if (row.folder().isPresent()) {
      return "here";
    }
    return DatasetCatalogue.entry(row.name()).yours() ? "your own" : "to fetch";
  }
}
