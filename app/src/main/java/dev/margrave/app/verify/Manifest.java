package dev.margrave.app.verify;

import dev.margrave.app.report.RunDirectory;
import dev.margrave.protocol.artefact.DirectoryArtefactStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The hashes that a run's folder promises. */
final class Manifest {
  private static final Pattern LINE = Pattern.compile("([0-9a-f]{64})  (.+)");

  private final Path folder;
  private final Map<String, String> sums;

  private Manifest(Path folder, Map<String, String> sums) {
    this.folder = folder;
    this.sums = sums;
  }

  static Manifest read(RunDirectory directory) throws IOException {
    Map<String, String> sums = new LinkedHashMap<>();
    int number = 0;
    for (String line : Files.readAllLines(directory.path().resolve(RunDirectory.MANIFEST))) {
      number++;
      Matcher matcher = LINE.matcher(line);
      if (!matcher.matches()) {
        throw new MismatchException(
            "%s, line %d is no hash and file name: %s"
                .formatted(RunDirectory.MANIFEST, number, line));
      }
      sums.put(matcher.group(2), matcher.group(1));
    }
    return new Manifest(directory.path(), sums);
  }

  int size() {
    return sums.size();
  }

  /** Hashes every file that is named. */
  void check() throws IOException {
    for (Map.Entry<String, String> entry : sums.entrySet()) {
      Path file = folder.resolve(entry.getKey()).normalize();
      if (!file.startsWith(folder)) {
        throw new MismatchException(entry.getKey() + " leads out of " + folder);
      }
      if (!Files.isRegularFile(file)) {
        throw new MismatchException(entry.getKey() + " is missing");
      }
      String actual = DirectoryArtefactStore.sha256(file);
      if (!actual.equals(entry.getValue())) {
        throw new MismatchException(
            "%s has SHA-256 %s, the run left %s"
                .formatted(entry.getKey(), actual, entry.getValue()));
      }
    }
  }

  /** Whether the manifest names the file with that very hash. */
  void expect(Path file, String sha256) {
    String name = folder.relativize(file).toString().replace('\\', '/');
    if (!sha256.equals(sums.get(name))) {
      throw new MismatchException(
          "%s: %s says SHA-256 %s, the evidence says %s"
              .formatted(name, RunDirectory.MANIFEST, sums.get(name), sha256));
    }
  }
}
