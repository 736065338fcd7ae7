package dev.margrave.app.report;

import dev.margrave.app.text.Xml;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;

/**
 * A figure of the report. Letters are drawn as outlines, so what it says stands in its description
 * too: for those who do not see it, and for programs.
 *
 * @param name of its files, without ending
 * @param title what it shows, in a few words
 * @param caption how to read it
 * @param description its numbers, a line each
 */
record Figure(String name, String title, String caption, String description, Sheet sheet) {
  /** PNGs are twice as fine as they are shown. */
  private static final int BITMAP_SCALE = 2;

  private static final Pattern HEAD = Pattern.compile("(?s)^.*?<svg[^>]*>");
  private static final Pattern LONG_DECIMALS = Pattern.compile("(\\d\\.\\d\\d)\\d+");

  byte[] png() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BitmapEncoder.saveBitmap(sheet.enlarged(BITMAP_SCALE), out, BitmapFormat.PNG);
    return out.toByteArray();
  }

  /** A file of its own. */
  String svg() throws IOException {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        + element(
            " xmlns=\"http://www.w3.org/2000/svg\""
                + " xmlns:xlink=\"http://www.w3.org/1999/xlink\"")
        + "\n";
  }

  /** An element of an HTML page, which refers to nothing. */
  String inline() throws IOException {
    return element("");
  }

  private String element(String namespaces) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    VectorGraphicsEncoder.saveVectorGraphic(sheet, out, VectorGraphicsFormat.SVG);
    String drawn = out.toString(StandardCharsets.UTF_8).replace("\r\n", "\n").strip();
    String head =
        """
        <svg%s viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="%s-title">
        <title id="%s-title">%s</title>
        <desc>%s</desc>"""
            .formatted(
                namespaces,
                sheet.getWidth(),
                sheet.getHeight(),
                sheet.getWidth(),
                sheet.getHeight(),
                name,
                name,
                Xml.escaped(title),
                Xml.escaped(description.strip()));
    String body = HEAD.matcher(drawn).replaceFirst("");
    // Two figures on one page must not share the names of their clippings.
    return head
        + LONG_DECIMALS
            .matcher(body)
            .replaceAll("$1")
            .replace("id=\"clip", "id=\"" + name + "-clip")
            .replace("url(#clip", "url(#" + name + "-clip");
  }
}
