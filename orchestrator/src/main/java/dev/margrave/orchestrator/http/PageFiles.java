package dev.margrave.orchestrator.http;

import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.HttpCharsets;
import akka.http.javadsl.model.MediaTypes;
import akka.util.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The page's files, all of them, in memory: what is not in this table is not served. */
final class PageFiles {
  /** The plotting library, from its WebJar. */
  static final String PLOT = "META-INF/resources/webjars/uplot/1.6.30/dist/";

  private static final String OWN = "dev/margrave/orchestrator/page/";
  private static final int TAG_BYTES = 12;

  private static final ContentType HTML = MediaTypes.TEXT_HTML.toContentType(HttpCharsets.UTF_8);
  private static final ContentType STYLE = MediaTypes.TEXT_CSS.toContentType(HttpCharsets.UTF_8);
  private static final ContentType SCRIPT =
      MediaTypes.applicationWithFixedCharset("javascript", HttpCharsets.UTF_8).toContentType();
  private static final ContentType IMAGE = MediaTypes.IMAGE_SVG_XML.toContentType();

  /** The modules of the page, each a file of its own. */
  private static final List<String> MODULES =
      List.of(
          "api",
          "app",
          "curves",
          "dom",
          "events",
          "experiment",
          "gates",
          "graph",
          "key",
          "live",
          "plot",
          "samples",
          "stages",
          "steer",
          "teachers",
          "theme",
          "words",
          "workers");

  /**
   * One file.
   *
   * @param tag by which a browser says which version it has
   */
  record File(ByteString content, ContentType type, String tag) {}

  private final Map<String, File> files;

  private PageFiles(Map<String, File> files) {
    this.files = Map.copyOf(files);
  }

  /** Reads them from the jars. */
  static PageFiles load() {
    Map<String, File> files = new HashMap<>();
    files.put("/", read(OWN + "index.html", HTML));
    files.put("/page/page.css", read(OWN + "page.css", STYLE));
    files.put("/page/icon.svg", read(OWN + "icon.svg", IMAGE));
    for (String module : MODULES) {
      files.put("/page/" + module + ".js", read(OWN + module + ".js", SCRIPT));
    }
    files.put("/page/uplot.js", read(PLOT + "uPlot.esm.js", SCRIPT));
    files.put("/page/uplot.css", read(PLOT + "uPlot.min.css", STYLE));
    return new PageFiles(files);
  }

  private static File read(String resource, ContentType type) {
    try (InputStream in = PageFiles.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not on the class path");
      }
      byte[] content = in.readAllBytes();
      return new File(ByteString.fromArrayUnsafe(content), type, tag(content));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String tag(byte[] content) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
      return '"' + HexFormat.of().formatHex(hash, 0, TAG_BYTES) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The file at a path. */
  Optional<File> find(String path) {
    return Optional.ofNullable(files.get(path));
  }

  /** The paths of all. */
  List<String> paths() {
    return files.keySet().stream().sorted().toList();
  }
}
