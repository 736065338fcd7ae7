package dev.margrave.app.report;

import dev.margrave.app.text.Json;
import dev.margrave.orchestrator.result.ArmRow;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.TeacherRow;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.ArtefactStore;
import dev.margrave.protocol.artefact.DirectoryArtefactStore;
import dev.margrave.protocol.artefact.SmallFile;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.loading.CanonicalSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The directory of a finished run: all that is needed to check it without the journal, on any
 * machine.
 *
 * <pre>
 *   spec.conf       the experiment, defaults written out
 *   evidence.json   every number, curve and artefact reference that the run left
 *   results.json    the same for readers
 *   &lt;stage&gt;/...     teacher and witness tables, leaderboards, final checkpoints, pictures
 *   SHA256SUMS      of all of these but the pictures, as sha256sum -c reads it
 * </pre>
 *
 * @param path the directory, named after the experiment
 */
public record RunDirectory(Path path) {
  /** The manifest's name. */
  public static final String MANIFEST = "SHA256SUMS";

  private static final String SPEC = "spec.conf";
  private static final String EVIDENCE = "evidence.json";
  private static final String RESULTS = "results.json";

  /** Of an experiment under a data directory; also the root of its artefacts. */
  public static RunDirectory of(Path dataDirectory, String experiment) {
    return new RunDirectory(dataDirectory.resolve("experiments").resolve(experiment));
  }

  /** The experiment file. */
  public Path spec() {
    return path.resolve(SPEC);
  }

  /** The serialised {@link ExperimentResults}. */
  public Path evidence() {
    return path.resolve(EVIDENCE);
  }

  /** The results for readers. */
  public Path results() {
    return path.resolve(RESULTS);
  }

  /** Where the report goes when nobody says otherwise. */
  public Path report() {
    return path.resolve("report");
  }

  /** The small files of its stages, as they lie beside their artefacts. */
  public StageFiles stageFiles() {
    return (stage, file) -> small(path.resolve(stage.text()).resolve(file.file()));
  }

  private static Optional<byte[]> small(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        return Optional.empty();
      }
      if (Files.size(file) > ArtefactStore.MAXIMUM_SMALL_BYTES) {
        throw new IOException(
            "%s has more than %d bytes".formatted(file, ArtefactStore.MAXIMUM_SMALL_BYTES));
      }
      return Optional.of(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException("could not read " + file + ": " + e.getMessage(), e);
    }
  }

  /** Whether a finished run was written here. */
  public boolean finished() {
    return Files.isRegularFile(path.resolve(MANIFEST));
  }

  /** The file of an artefact: its path without the experiment's name in front. */
  public Path file(ArtefactRef artefact) {
    String relative = artefact.path().substring(artefact.path().indexOf('/') + 1);
    Path file = path.resolve(relative).normalize();
    if (!file.startsWith(path)) {
      throw new IllegalArgumentException("artefact '" + artefact.path() + "' leads out of " + path);
    }
    return file;
  }

  /** Writes everything but the artefacts, the manifest last. Idempotent. */
  public void write(ExperimentResults results, ExperimentSpec spec) throws IOException {
    Files.createDirectories(path);
    put(SPEC, CanonicalSpec.file(spec));
    put(EVIDENCE, Json.write(results));
    put(RESULTS, ReportWriter.json(results));
    SortedMap<String, String> sums = new TreeMap<>();
    for (String name : List.of(SPEC, EVIDENCE, RESULTS)) {
      sums.put(name, DirectoryArtefactStore.sha256(path.resolve(name)));
    }
    for (ArtefactRef artefact : artefacts(results)) {
      String name = path.relativize(file(artefact)).toString().replace('\\', '/');
      sums.put(name, artefact.sha256());
    }
    // Teachers' tables of labels are the same in every attempt; pictures are no evidence.
    for (TeacherRow row : results.teachers()) {
      String name =
          new StageKey.TeacherSearch(row.teacherSeed()).text() + "/" + SmallFile.CONFUSION.file();
      if (row.result().isPresent() && Files.isRegularFile(path.resolve(name))) {
        sums.put(name, DirectoryArtefactStore.sha256(path.resolve(name)));
      }
    }
    put(
        MANIFEST,
        sums.entrySet().stream()
            .map(entry -> entry.getValue() + "  " + entry.getKey() + "\n")
            .collect(Collectors.joining()));
  }

  /** All files that the results speak of. */
  public static List<ArtefactRef> artefacts(ExperimentResults results) {
    List<ArtefactRef> artefacts = new ArrayList<>();
    results.teachers().stream()
        .map(TeacherRow::result)
        .flatMap(found -> found.stream())
        .forEach(
            found -> {
              artefacts.add(found.teacher().train());
              artefacts.add(found.teacher().evaluate());
              artefacts.add(found.leaderboard());
            });
    results.arms().stream()
        .map(ArmRow::result)
        .flatMap(found -> found.stream())
        .flatMap(
            trained ->
                Stream.of(
                    trained.checkpoint().artefact(),
                    trained.witnessSampled(),
                    trained.witnessAtMean()))
        .forEach(artefacts::add);
    return artefacts;
  }

  private void put(String name, String text) throws IOException {
    Path temporary = path.resolve(name + ".part");
    Files.writeString(temporary, text);
    Files.move(
        temporary,
        path.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
