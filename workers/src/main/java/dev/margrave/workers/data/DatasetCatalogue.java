package dev.margrave.workers.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * The data sets there are, from the resource {@code catalogue.json}: where their publishers offer
 * them, with sizes and digests. Those of CIFAR are on its home page (MD5), and those of CIFAR and
 * MNIST in the download lists of torchvision (MD5) and TensorFlow Datasets (size, SHA-256); those
 * of Tiny-ImageNet are what its readers recorded, all the same.
 */
public final class DatasetCatalogue {
  private static final List<CatalogueEntry> ENTRIES = read();

  private DatasetCatalogue() {}

  /** All data sets, the built-in one first. */
  public static List<CatalogueEntry> entries() {
    return ENTRIES;
  }

  /**
   * The data set of that name.
   *
   * @throws DataException naming those there are
   */
  public static CatalogueEntry entry(String name) {
    return ENTRIES.stream()
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new DataException(
                    "there is no data set called '"
                        + name
                        + "'; known are "
                        + ENTRIES.stream()
                            .map(CatalogueEntry::name)
                            .collect(Collectors.joining(", "))));
  }

  private static List<CatalogueEntry> read() {
    try (InputStream in = DatasetCatalogue.class.getResourceAsStream("catalogue.json")) {
      List<CatalogueEntry> entries = new ArrayList<>();
      for (JsonNode node : new ObjectMapper().readTree(in)) {
        List<RemoteFile> files = new ArrayList<>();
        node.required("files").forEach(file -> files.add(file(file)));
        entries.add(
            new CatalogueEntry(
                node.required("name").textValue(),
                node.required("title").textValue(),
                node.required("images").textValue(),
                node.required("classes").intValue(),
                node.required("homepage").textValue(),
                node.required("citation").textValue(),
                files));
      }
      return List.copyOf(entries);
    } catch (IOException e) {
      throw new UncheckedIOException("the data set catalogue cannot be read", e);
    }
  }

  private static RemoteFile file(JsonNode node) {
    return new RemoteFile(
        node.required("name").textValue(),
        URI.create(node.required("url").textValue()),
        node.has("bytes") ? OptionalLong.of(node.get("bytes").longValue()) : OptionalLong.empty(),
        Optional.ofNullable(node.path("sha256").textValue()),
        Optional.ofNullable(node.path("md5").textValue()));
  }
}
