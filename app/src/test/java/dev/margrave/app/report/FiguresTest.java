package dev.margrave.app.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.margrave.app.Samples;
import dev.margrave.app.text.Meaning;
import dev.margrave.app.text.Xml;
import dev.margrave.orchestrator.result.ArmRow;
import dev.margrave.orchestrator.result.ExperimentResults;
import dev.margrave.orchestrator.result.MarginPoint;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.artefact.SmallFile;
import dev.margrave.protocol.result.Provenance;
import dev.margrave.protocol.result.StageResult.ArmTrained;
import dev.margrave.protocol.worker.Effort;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What is drawn, and what the page makes of it. */
class FiguresTest {
  private static final String HOSTILE = "\"><img src=x onerror=alert(1)><script>'&\u0007";

  @TempDir Path folder;

  /** Two inputs, red and green, above two reconstructions, blue and white. */
  private static byte[] samples() throws IOException {
    BufferedImage sheet = new BufferedImage(132, 132, BufferedImage.TYPE_INT_ARGB);
    int[] colours = {0xffff0000, 0xff00ff00, 0xff0000ff, 0xffffffff};
    for (int i = 0; i < 4; i++) {
      for (int x = 0; x < 64; x++) {
        for (int y = 0; y < 64; y++) {
          sheet.setRGB(i % 2 * 68 + x, i / 2 * 68 + y, colours[i]);
        }
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(sheet, "png", out);
    return out.toByteArray();
  }

  private static byte[] confusion(String label) {
    return """
        {"split":"evaluate","components":3,"labels":["%s","square"],"counts":[[5,5],[0,10],[0,0]]}"""
        .formatted(label.replace("\"", "\\\"").replace("\u0007", "\\u0007"))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static StageFiles files(String label) {
    return (stage, file) -> {
      try {
        if (stage instanceof StageKey.TeacherSearch && file == SmallFile.CONFUSION) {
          return Optional.of(confusion(label));
        }
        return stage.text().equals("full-0") && file == SmallFile.SAMPLES
            ? Optional.of(samples())
            : Optional.empty();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  private static ExperimentResults with(String dataset, List<ArmRow> arms) {
    ExperimentResults passed = Samples.passed();
    return new ExperimentResults(
        passed.experiment(),
        dataset,
        passed.specHash(),
        passed.dataHash(),
        passed.overall(),
        passed.gates(),
        passed.teachers(),
        arms,
        passed.summaries());
  }

  private Map<String, byte[]> written(ExperimentResults results, StageFiles files, String into)
      throws IOException {
    Path to = folder.resolve(into);
    ReportWriter.write(results, 0.05, files, to);
    Map<String, byte[]> contents = new TreeMap<>();
    try (Stream<Path> all = Files.list(to)) {
      for (Path file : all.toList()) {
        contents.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return contents;
  }

  private static Element svg(byte[] content) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(content))
        .getDocumentElement();
  }

  private static String text(Element svg, String tag) {
    return svg.getElementsByTagName(tag).item(0).getTextContent();
  }

  @Test
  void theSameRunIsDrawnWithTheSameBytes() throws IOException {
    Map<String, byte[]> first = written(Samples.passed(), files("circle"), "first");
    Map<String, byte[]> second = written(Samples.passed(), files("circle"), "second");
    assertEquals(first.keySet(), second.keySet());
    assertTrue(first.size() >= 16, first.keySet().toString());
    first.forEach((name, content) -> assertArrayEquals(content, second.get(name), name));
  }

  @Test
  void everyDrawingIsXmlThatTellsItsNumbers() throws Exception {
    Map<String, byte[]> report = written(Samples.passed(), files("circle"), "report");
    for (String name : report.keySet()) {
      if (name.endsWith(".svg")) {
        Element svg = svg(report.get(name));
        assertEquals("svg", svg.getTagName());
        assertFalse(text(svg, "title").isBlank(), name);
        BufferedImage png =
            ImageIO.read(new ByteArrayInputStream(report.get(name.replace(".svg", ".png"))));
        assertEquals(2 * Integer.parseInt(svg.getAttribute("width")), png.getWidth(), name);
        assertTrue(colours(png) > 4, name + " is blank");
      }
    }
    assertTrue(
        text(svg(report.get("margins.svg")), "desc")
            .contains("full-0-0: (1.00, +0.3000) (2.00, +0.5683) (3.00, +0.8367) (4.00, +1.1050)"));
    assertTrue(
        text(svg(report.get("intervals.svg")), "desc")
            .contains("ablation, seed 0: −0.372  [−0.385, −0.359]  NEGATIVE misaligned"));
    assertTrue(
        text(svg(report.get("kl.svg")), "desc")
            .contains("full, 116/2 active, 46.12 nats: 2.0000 1.0000"));
    assertTrue(
        text(svg(report.get("reconstructions.svg")), "desc").contains("full: 0.0235"),
        text(svg(report.get("reconstructions.svg")), "desc"));
    // K = 10·10·0: I = H(k) + H(l) − H(k, l) = 0.6931 + 0.5623 − 1.0397 nats; 2 I / 1.2555.
    assertEquals(
        "Teacher of seed 0 by label, held out: normalised mutual information 0.344",
        text(svg(report.get("confusion-0.svg")), "title"));
    assertTrue(
        text(svg(report.get("confusion-0.svg")), "desc")
            .contains("component 1: 10 images, 100.0 %"));
  }

  private static long colours(BufferedImage image) {
    int[] pixels =
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    return Arrays.stream(pixels).distinct().count();
  }

  /** A level line as wide as the plot in the boundary's stroke, and the band's filling. */
  @Test
  void theBoundaryIsDrawn() throws Exception {
    Element svg = svg(written(Samples.passed(), StageFiles.NONE, "report").get("margins.svg"));
    List<Element> level = new ArrayList<>();
    NodeList lines = svg.getElementsByTagName("line");
    for (int i = 0; i < lines.getLength(); i++) {
      Element line = (Element) lines.item(i);
      if (line.getAttribute("style").contains("stroke:rgb(34,34,34);stroke-width:1.6")
          && line.getAttribute("y1").equals(line.getAttribute("y2"))) {
        level.add(line);
      }
    }
    assertEquals(1, level.size());
    double width =
        Double.parseDouble(level.get(0).getAttribute("x2"))
            - Double.parseDouble(level.get(0).getAttribute("x1"));
    assertTrue(width > 500, "the boundary is " + width + " long");
    NodeList paths = svg.getElementsByTagName("path");
    boolean band = false;
    for (int i = 0; i < paths.getLength(); i++) {
      band |= ((Element) paths.item(i)).getAttribute("style").startsWith("fill:rgb(240,196,25);");
    }
    assertTrue(band, "no band");
  }

  @Test
  void rescuesAndRestartsAreMarked() throws IOException {
    ArmRow full = Samples.passed().arms().get(0);
    ArmTrained was = full.result().orElseThrow();
    Provenance provenance = was.provenance();
    ArmTrained rescued =
        new ArmTrained(
            was.verdict(),
            was.negativeKind(),
            was.sampled(),
            was.atMean(),
            was.trainMarginNats(),
            was.permutationPValue(),
            was.audit(),
            was.statistics(),
            was.startedFrom(),
            was.checkpoint(),
            was.witnessSampled(),
            was.witnessAtMean(),
            was.guard(),
            new Provenance(
                provenance.specHash(),
                provenance.dataHash(),
                provenance.teacherHash(),
                provenance.engine(),
                provenance.nativeLibrary(),
                provenance.threads(),
                provenance.precision(),
                provenance.margraveVersion(),
                List.of(200L)));
    ArmRow marked =
        new ArmRow(
            Arm.FULL,
            0,
            0,
            Optional.of(rescued),
            Optional.empty(),
            3,
            full.effort(),
            full.margins(),
            List.of(0L, 120L));
    MarginCurve curve = MarginCurve.of(with("shapes", List.of(marked))).get(0);
    // 80 steps an epoch; the margin is 0.3 at epoch 1, and 1.105 at epoch 4.
    assertEquals(1, curve.rescues().size());
    assertEquals(2.5, curve.rescues().get(0).epoch(), 1e-12);
    assertEquals(0.3 + 0.805 * 0.5, curve.rescues().get(0).marginNats(), 1e-12);
    assertEquals(
        List.of(0.0, 1.5), curve.restarts().stream().map(MarginCurve.Point::epoch).toList());
    assertEquals(0.3, curve.restarts().get(0).marginNats(), 1e-12);
    byte[] without =
        written(with("shapes", List.of(full)), StageFiles.NONE, "a").get("margins.svg");
    byte[] with = written(with("shapes", List.of(marked)), StageFiles.NONE, "b").get("margins.svg");
    assertTrue(with.length > without.length, "marks and their key are missing");
  }

  @Test
  void thePageRefersToNothingAndRunsNothing() throws IOException {
    String page =
        new String(
            written(Samples.passed(), files("circle"), "report").get("report.html"),
            StandardCharsets.UTF_8);
    assertFalse(Pattern.compile("(?i)https?:").matcher(page).find());
    assertFalse(
        Pattern.compile("(?i)<(script|link|iframe|object|embed|base)").matcher(page).find());
    assertFalse(Pattern.compile("(?i)@import|url\\((?!#)").matcher(page).find());
    var references =
        Pattern.compile("(?i)\\s(?:xlink:)?(?:src|href)=\"([^\"]{0,30})").matcher(page);
    int pictures = 0;
    while (references.find()) {
      assertTrue(references.group(1).startsWith("data:image/png;base64,"), references.group(1));
      pictures++;
    }
    assertTrue(pictures >= 2, "inputs and reconstructions");
    assertTrue(page.contains("content=\"default-src 'none';"), "no policy");
    assertTrue(page.contains(Xml.escaped(Meaning.SENTENCE)));
    assertTrue(page.contains("prefers-color-scheme: dark"));
    assertTrue(page.contains("@media print"));
    assertTrue(page.contains("<td class=\"number\">+1.1050 ± 0.0080</td>"), page);
    assertEquals(6, page.split("<figure ", -1).length - 1);
  }

  @Test
  void hostileNamesAreText() throws Exception {
    ArmRow failed =
        new ArmRow(
            Arm.RESCUE, 0, 0, Optional.empty(), Optional.of(HOSTILE), 1, Effort.NONE, List.of());
    ExperimentResults results = with(HOSTILE, List.of(Samples.passed().arms().get(0), failed));
    Map<String, byte[]> report = written(results, files(HOSTILE), "report");
    String page = new String(report.get("report.html"), StandardCharsets.UTF_8);
    assertFalse(page.contains("<img"), "an element from a name");
    assertFalse(page.contains("<script"), "an element from a name");
    assertFalse(page.contains("\u0007"), "a control character");
    String escaped = "&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&lt;script&gt;&#39;&amp;\uFFFD";
    assertTrue(page.contains("<p>Data set " + escaped + ". "), page);
    assertTrue(page.contains("<td colspan=\"19\">none: " + escaped + "</td>"), page);
    svg(report.get("confusion-0.svg"));
    svg(report.get("reconstructions.svg"));
  }

  @Test
  void whatCannotBeReadIsSaidAndTheRestIsDrawn() throws IOException {
    StageFiles broken =
        (stage, file) -> {
          if (stage instanceof StageKey.TeacherSearch) {
            return Optional.of("{\"components\":3}".getBytes(StandardCharsets.UTF_8));
          }
          throw new UncheckedIOException(new IOException("the mount is gone"));
        };
    Figures figures = Figures.of(Samples.passed(), 0.05, broken);
    assertEquals(
        List.of("margins", "margins-by-arm", "intervals", "kl"),
        figures.drawn().stream().map(drawn -> drawn.figure().name()).toList());
    assertEquals(3, figures.missing().size());
    assertTrue(figures.missing().get(0).contains("the mount is gone"), figures.toString());
    assertTrue(figures.missing().get(1).contains("the mount is gone"), figures.toString());
    assertEquals(
        "There is no figure of the teachers' components by label: confusion.json is no table of"
            + " components and labels.",
        figures.missing().get(2));
  }

  private static StageFiles withPath(String json) {
    return (stage, file) ->
        stage.text().matches("(full|ablation)-0") && file == SmallFile.PATH
            ? Optional.of(
                json.replace("@", stage.text().startsWith("full") ? "0.75" : "-0.5")
                    .getBytes(StandardCharsets.UTF_8))
            : Optional.empty();
  }

  private static final String PATH =
      """
      {"split":"evaluate","components":3,"images":9,"teacherInformationNats":0.8,
       "escapeForce":0.6543,"points":[
       {"scale":0.0,"energyNats":0.0,"marginNats":-0.1},
       {"scale":0.5,"energyNats":1.0,"marginNats":0.5},
       {"scale":1.0,"energyNats":4.0,"marginNats":0.8}],
       "trained":{"energyNats":5.5,"marginNats":@}}
      """;

  @Test
  void marginsAreDrawnByTheirEnergyForASimplex() throws Exception {
    Map<String, byte[]> report = written(Samples.passed(), withPath(PATH), "report");
    Element svg = svg(report.get("margin-energy.svg"));
    String numbers = text(svg, "desc");
    assertTrue(
        numbers.contains("teacher 0, a from 0: (0.00, −0.1000) (1.00, +0.5000) (4.00, +0.8000)"),
        numbers);
    assertTrue(numbers.contains("full, seed 0: (5.50, +0.7500)"), numbers);
    assertTrue(numbers.contains("ablation, seed 0: (5.50, −0.5000)"), numbers);
    String drawn = new String(report.get("margin-energy.svg"), StandardCharsets.UTF_8);
    assertTrue(drawn.contains("fill:rgb(0,114,178)"), "no dot of the full arm");
    assertTrue(drawn.contains("fill:rgb(213,94,0)"), "no dot of the ablation");
    String page = new String(report.get("report.html"), StandardCharsets.UTF_8);
    assertTrue(page.contains("0.654 of teacher 0"), page);
    assertTrue(
        colours(ImageIO.read(new ByteArrayInputStream(report.get("margin-energy.png")))) > 20);
    written(Samples.passed(), StageFiles.NONE, "report");
    assertFalse(Files.exists(folder.resolve("report/margin-energy.svg")), "of an earlier report");
  }

  @Test
  void withoutASimplexNobodyMissesTheEnergies() {
    Figures none = Figures.of(Samples.passed(), 0.05, StageFiles.NONE);
    assertTrue(
        none.missing().stream().noneMatch(line -> line.contains("energ")),
        none.missing()::toString);
    Figures broken = Figures.of(Samples.passed(), 0.05, withPath("{\"points\":[]}"));
    assertTrue(
        broken
            .missing()
            .contains(
                "There is no figure of the margins by energy: path.json of full-0 is no path of"
                    + " margins and energies."),
        broken.missing()::toString);
  }

  @Test
  void aSteeredWeightIsInTheReport() throws IOException {
    ArmRow full = Samples.passed().arms().get(0);
    List<MarginPoint> points = new ArrayList<>();
    for (int epoch = 1; epoch <= 4; epoch++) {
      points.add(new MarginPoint(80L * epoch, epoch, 1, epoch < 3 ? 100 : 200, 0.1, 0.2, 0.01, 40));
    }
    ArmRow steered =
        new ArmRow(Arm.FULL, 0, 0, full.result(), Optional.empty(), 1, full.effort(), points);
    String markdown =
        new String(
            written(with("shapes", List.of(steered)), StageFiles.NONE, "a").get("report.md"),
            StandardCharsets.UTF_8);
    assertTrue(
        markdown.contains("- full, seed 0: λ 100.0 until epoch 2.00, 200.0 until epoch 4.00"),
        markdown);
    String constant =
        new String(
            written(with("shapes", List.of(full)), StageFiles.NONE, "b").get("report.md"),
            StandardCharsets.UTF_8);
    assertFalse(constant.contains("Margin guard"), constant);
  }

  @Test
  void withoutAnyResultThereIsAReportWithReasons() throws IOException {
    ArmRow nothing =
        new ArmRow(
            Arm.FULL, 0, 0, Optional.empty(), Optional.of("it broke"), 1, Effort.NONE, List.of());
    Map<String, byte[]> report =
        written(with("shapes", List.of(nothing)), StageFiles.NONE, "report");
    String markdown = new String(report.get("report.md"), StandardCharsets.UTF_8);
    assertTrue(
        markdown.contains(
            "- There is no figure of the margins over epochs: no margin was measured."),
        markdown);
    assertFalse(report.containsKey("margins.svg"));
    assertTrue(report.containsKey("report.html"));
  }

  @Test
  void figuresOfAnEarlierReportAreNotLeft() throws IOException {
    written(Samples.passed(), files("circle"), "report");
    Files.writeString(folder.resolve("report/mine.svg"), "mine");
    Map<String, byte[]> again = written(Samples.passed(), StageFiles.NONE, "report");
    assertFalse(again.containsKey("reconstructions.svg"));
    assertFalse(again.containsKey("confusion-0.png"));
    assertTrue(again.containsKey("mine.svg"));
    assertTrue(again.containsKey("kl.png"));
  }

  /** The longest names and verdicts there are: what is cut off leaves ink at the edge. */
  @Test
  void longNamesFitOntoTheirSheets() throws IOException {
    List<ArmRow> rows = new ArrayList<>();
    for (Arm arm : List.of(Arm.FULL, Arm.BASELINE_VANILLA, Arm.BASELINE_LAGGING_INFERENCE)) {
      rows.add(
          new ArmRow(
              arm,
              100,
              1_000_000,
              Optional.of(Samples.trained(arm, -0.4, false, '1', Optional.empty())),
              Optional.empty(),
              1,
              Effort.NONE,
              Samples.curve(-0.5, -0.4)));
    }
    Map<String, byte[]> files = written(with("cifar100", rows), StageFiles.NONE, "long");
    for (String figure : List.of("intervals.png", "kl.png", "margins-by-arm.png", "margins.png")) {
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(files.get(figure)));
      int paper = image.getRGB(0, 0);
      for (int y = 0; y < image.getHeight(); y++) {
        for (int x = image.getWidth() - 6; x < image.getWidth(); x++) {
          assertEquals(paper, image.getRGB(x, y), figure + " at " + x + ", " + y);
        }
      }
    }
  }
}
