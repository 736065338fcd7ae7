package dev.margrave.app.report;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.margrave.app.text.Json;
import dev.margrave.protocol.artefact.SmallFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * confusion.json of a teacher search: components by labels.
 *
 * @param components K
 * @param labels L names
 * @param counts {@code [K][L]}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Confusion(int components, List<String> labels, List<List<Integer>> counts) {

  /**
   * Reads it.
   *
   * @throws IOException when it is no such file
   */
  static Confusion read(byte[] json) throws IOException {
    try {
      Confusion confusion = Json.read(new String(json, StandardCharsets.UTF_8), Confusion.class);
      confusion.check();
      return confusion;
    } catch (IOException | RuntimeException e) {
      throw new IOException(
          "%s is no table of components and labels".formatted(SmallFile.CONFUSION.file()), e);
    }
  }

  private void check() {
    boolean table =
        components > 0
            && !labels.isEmpty()
            && counts.size() == components
            && counts.stream()
                .allMatch(
                    row ->
                        row.size() == labels.size() && row.stream().allMatch(count -> count >= 0));
    if (!table) {
      throw new IllegalArgumentException("counts are not [components][labels]");
    }
  }

  /** Images of a component. */
  long total(int component) {
    return counts.get(component).stream().mapToLong(Integer::longValue).sum();
  }

  /** Of a component's images those of that label; 0 when it has none. */
  double share(int component, int label) {
    long total = total(component);
    return total == 0 ? 0 : counts.get(component).get(label) / (double) total;
  }

  /** The label that most of a component's images have. */
  int mostFrequentLabel(int component) {
    List<Integer> row = counts.get(component);
    int most = 0;
    for (int label = 1; label < row.size(); label++) {
      if (row.get(label) > row.get(most)) {
        most = label;
      }
    }
    return most;
  }

  /**
   * Normalised mutual information 2·I(k; label) / (H(k) + H(label)): 0 when they are independent, 1
   * when each determines the other. 0 when one of them never varies.
   */
  double normalisedMutualInformation() {
    double[] byComponent = new double[components];
    double[] byLabel = new double[labels.size()];
    double n = 0;
    for (int k = 0; k < components; k++) {
      for (int label = 0; label < byLabel.length; label++) {
        int count = counts.get(k).get(label);
        byComponent[k] += count;
        byLabel[label] += count;
        n += count;
      }
    }
    double joint = 0;
    for (List<Integer> row : counts) {
      joint += entropy(row.stream().mapToDouble(Integer::doubleValue).toArray(), n);
    }
    double component = entropy(byComponent, n);
    double label = entropy(byLabel, n);
    return component + label == 0 || n == 0
        ? 0
        : Math.max(0, 2 * (component + label - joint) / (component + label));
  }

  /** Σ −(c/n) ln(c/n). */
  private static double entropy(double[] counts, double n) {
    double entropy = 0;
    for (double count : counts) {
      if (count > 0) {
        entropy -= count / n * StrictMath.log(count / n);
      }
    }
    return entropy;
  }
}
