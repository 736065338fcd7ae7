package dev.margrave.k8s.manifest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The secrets that {@code docs/kubernetes.md} tells users to make. */
final class DocumentedSecrets {
  private static final Path PAGE = Kustomize.CHECKOUT.resolve("docs/kubernetes.md");
  private static final Pattern ROW = Pattern.compile("\\| `(margrave-[a-z0-9]+)` \\|([^|]*)\\|.*");
  private static final Pattern KEY = Pattern.compile("`([^`]+)`");

  private DocumentedSecrets() {}

  /** Names, and the keys of each. */
  static Map<String, Set<String>> read() {
    Map<String, Set<String>> secrets = new TreeMap<>();
    try {
      for (String line : Files.readAllLines(PAGE)) {
        Matcher row = ROW.matcher(line);
        if (row.matches()) {
          Set<String> keys = new TreeSet<>();
          // What is in brackets says what a value is like.
          Matcher key = KEY.matcher(row.group(2).replaceAll("\\([^)]*\\)", ""));
          while (key.find()) {
            keys.add(key.group(1));
          }
          secrets.put(row.group(1), keys);
        }
      }
      return secrets;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
