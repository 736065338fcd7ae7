package dev.margrave.app.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import dev.margrave.app.Samples;
import dev.margrave.orchestrator.service.Control;
import dev.margrave.orchestrator.service.ControlReply;
import dev.margrave.orchestrator.service.WorkerStatus;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page in Chromium, over the real server and experiments that no run would make so soon. */
class PageInBrowserTest {
  private static final String HOSTILE =
      "<img src=x onerror=alert(1)><script>alert(2)</script>\"'>&lt;";
  private static final StageKey TEACHER = StageKey.parse("teacher-0");
  private static final StageKey FULL = StageKey.parse("full-0");
  private Browser browser;
  private ShownOrchestrator rig;

  @BeforeEach
  void open() {
    browser = Browser.open();
    rig = new ShownOrchestrator("");
  }

  @AfterEach
  void close() {
    if (rig != null) {
      rig.close();
    }
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  void textOfOthersIsShownAsText() throws IOException {
    rig.problem = Optional.of("problem " + HOSTILE);
    rig.status = ExperimentView.Status.BROKEN;
    rig.stages =
        List.of(
            Samples.stage(TEACHER, StageStatus.FAILED, 1, "reason " + HOSTILE),
            Samples.stage(FULL, StageStatus.BLOCKED, 0, "blocked " + HOSTILE));
    rig.workers.add(
        new WorkerStatus(
            "w " + HOSTILE,
            "akka://" + HOSTILE,
            "excluded",
            "because " + HOSTILE,
            "nd4j",
            2,
            0,
            "",
            1L << 34,
            List.of(new StageId(ShownOrchestrator.DEMO, FULL))));
    rig.happen(Optional.of(FULL), "stage-attempt-ended", "event " + HOSTILE, "{}");
    Page page = browser.page(rig.page(), ColorScheme.LIGHT);
    assertThat(page.locator("#events-body li")).containsText("event " + HOSTILE);
    assertThat(page.locator("#head")).containsText("problem " + HOSTILE);
    assertThat(page.locator("#workers-body tbody th")).hasText("w " + HOSTILE);
    page.locator("button.node", new Page.LocatorOptions().setHasText("teacher")).click();
    assertThat(page.locator("#details")).containsText("reason " + HOSTILE);
    assertEquals(0, page.locator("img[src=x], script:not([src])").count());
    rig.reply = new ControlReply.Refused("refused " + HOSTILE);
    page.locator("#act-retry").click();
    assertThat(page.locator("#message")).containsText("refused " + HOSTILE);
    Browser.picture(page, "page-hostile", true);
    // The refusal is a 409, which Chromium notes by itself.
    assertEquals(
        List.of(),
        browser.complaints.stream().filter(said -> !said.contains("409 (Conflict)")).toList());
    assertEquals(List.of(), browser.strangers);
  }

  @Test
  void everythingIsReachedByTheKeyboard() {
    rig.stages =
        List.of(
            Samples.done(TEACHER, Samples.teacher()),
            Samples.running(FULL, 80, Optional.of(Samples.evaluation(1, 0.3))));
    rig.happen(Optional.of(FULL), "stage-assigned", "attempt 1 of full-0 went to w", "{}");
    Page page = browser.page(rig.page(), ColorScheme.DARK);
    assertThat(page.locator("#events-body li")).hasCount(1);
    assertThat(page.locator("#connection")).hasText("live");
    List<String> reached = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      page.keyboard().press("Tab");
      String here =
          (String)
              page.evaluate(
                  "() => { const e = document.activeElement; if (e === document.body) return '';"
                      + " const outline = getComputedStyle(e).outlineStyle !== 'none'"
                      + "   || getComputedStyle(e.nextElementSibling ?? e).outlineStyle !== 'none';"
                      + " return (outline ? '' : 'NO FOCUS SHOWN ') + (e.id || e.value ||"
                      + " e.querySelector('.node-name')?.textContent || e.textContent.trim()); }");
      if (here.isEmpty()) {
        break;
      }
      reached.add(here);
    }
    assertEquals("skip", reached.get(0), reached::toString);
    assertTrue(reached.stream().noneMatch(name -> name.startsWith("NO FOCUS")), reached::toString);
    for (String wanted :
        List.of(
            "theme",
            "act-pause",
            "act-retry",
            "act-cancel",
            "full",
            "near",
            "plot",
            "key",
            "graph",
            "teacher",
            "all-events")) {
      assertTrue(reached.contains(wanted), wanted + " is not in " + reached);
    }
    page.locator("#skip").focus();
    page.keyboard().press("Enter");
    assertEquals("main", page.evaluate("() => document.activeElement.id"));
    page.locator("#act-cancel").focus();
    page.keyboard().press("Enter");
    assertThat(page.locator("#confirm")).isVisible();
    assertEquals("confirm-no", page.evaluate("() => document.activeElement.id"));
    page.keyboard().press("Escape");
    assertThat(page.locator("#confirm")).isHidden();
    assertEquals("act-cancel", page.evaluate("() => document.activeElement.id"));
    assertEquals(List.of(), rig.controls);
    page.keyboard().press("Enter");
    page.keyboard().press("Tab");
    page.keyboard().press("Enter");
    assertThat(page.locator("#message")).hasText("experiment demo is paused");
    assertEquals(List.of(new Control.Cancel()), rig.controls);
    assertEquals(List.of(), browser.complaints);
  }

  @Test
  void whatIsHeardIsSaidAndWhatIsSeenHasAName() {
    rig.stages = List.of(Samples.running(FULL, 80, Optional.empty()));
    Page page = browser.page(rig.page(), ColorScheme.LIGHT);
    assertThat(page.locator("button.node")).hasCount(1);
    assertThat(page.locator("#message")).hasText("");
    assertThat(page.locator("#message")).not().hasCSS("display", "none");
    rig.stages = List.of(Samples.stage(FULL, StageStatus.FAILED, 1, "out of memory"));
    assertThat(page.locator("#announcer")).containsText("full-0 is failed");
    assertThat(page.locator("button.node")).containsText("failed");
    @SuppressWarnings("unchecked")
    List<String> nameless =
        (List<String>)
            page.evaluate(
                "() => [...document.querySelectorAll('button, a, input, img, table, section, nav')]"
                    + ".filter(e => !(e.textContent.trim() || e.ariaLabel ||"
                    + " e.getAttribute('alt') !== null ||"
                    + " e.labels?.length || e.getAttribute('aria-labelledby')))"
                    + ".map(e => e.outerHTML)");
    assertEquals(List.of(), nameless);
    assertEquals(1, page.locator("main").count());
    assertEquals(1, page.locator("h1").count());
    assertEquals("en", page.locator("html").getAttribute("lang"));
    assertEquals(page.locator("table").count(), page.locator("table > caption").count());
  }

  @Test
  void aTokenIsAskedForOnceAndSent() {
    try (ShownOrchestrator guarded =
        new ShownOrchestrator(
            "tokens = [{ name = page, role = write, token = 0123456789abcdef }]")) {
      guarded.stages = List.of(Samples.running(FULL, 80, Optional.empty()));
      guarded.happen(Optional.of(FULL), "stage-assigned", "behind the token", "{}");
      Page page = browser.page(guarded.page(), ColorScheme.LIGHT);
      assertThat(page.locator("#token")).isVisible();
      page.locator("#token-value").fill("0123456789abcdeX");
      page.keyboard().press("Enter");
      assertThat(page.locator("#token-text")).containsText("the token is not known here");
      page.locator("#token-value").fill("0123456789abcd\u2013f");
      page.keyboard().press("Enter");
      assertThat(page.locator("#token-text")).containsText("This is no token");
      page.locator("#token-value").fill("0123456789abcdef");
      page.keyboard().press("Enter");
      assertThat(page.locator("#events-body li"))
          .hasText(java.util.regex.Pattern.compile("behind"));
      assertThat(page.locator("#token")).isHidden();
      page.locator("#act-pause").click();
      assertThat(page.locator("#message")).hasText("experiment demo is paused");
      assertEquals(
          "0123456789abcdef", page.evaluate("() => sessionStorage.getItem('margrave-token')"));
      assertEquals(
          0,
          page.evaluate(
              "() => [...Object.values(localStorage)].filter(v => v.includes('0123')).length"));
      page.reload();
      assertThat(page.locator("#events-body li")).hasCount(1);
    }
  }

  @Test
  void theStreamSurvivesARestartWithoutAGapOrARepeat() {
    rig.stages = List.of(Samples.running(FULL, 80, Optional.empty()));
    happen(1, 40);
    Page page = browser.page(rig.page(), ColorScheme.LIGHT);
    assertThat(page.locator("#events-body li")).hasCount(40);
    int port = rig.port();
    rig.shut();
    assertThat(page.locator("#connection")).containsText("no connection");
    happen(41, 60);
    rig.open(port);
    happen(61, 70);
    assertThat(page.locator("#events-body li")).hasCount(70);
    assertThat(page.locator("#connection")).hasText("live");
    assertEquals(
        IntStream.iterate(70, n -> n - 1).limit(70).mapToObj(n -> "thing " + n + ".").toList(),
        page.locator("#events-body li").allTextContents().stream()
            .map(text -> text.replaceFirst("^\\S+ ", ""))
            .toList());
  }

  private void happen(int from, int to) {
    IntStream.rangeClosed(from, to)
        .forEach(n -> rig.happen(Optional.empty(), "stage-started", "thing " + n + ".", "{}"));
  }

  @Test
  void manyLongRunsAreShownAndGoOn() throws IOException {
    LongRuns runs = new LongRuns(rig);
    Page page = browser.page(rig.page(), ColorScheme.LIGHT);
    assertThat(page.locator("#key tbody tr")).hasCount(LongRuns.RUNS);
    assertThat(page.locator("#key tbody tr").first()).containsText("100.00");
    for (int step = LongRuns.POINTS + 1; step <= LongRuns.POINTS + 20; step++) {
      runs.measure(step);
    }
    assertThat(page.locator("#key tbody tr").first()).containsText("100.20");
    Browser.picture(page, "page-twenty-runs", false);
    assertEquals(List.of(), browser.complaints);
  }

  @Test
  void aZoomIsKeptWhilePointsComeIn() {
    rig.measured(List.of(FULL), 50);
    Page page = browser.page(rig.page(), ColorScheme.LIGHT);
    assertThat(page.locator("#key tbody tr")).containsText("50.00");
    BoundingBox plot = page.locator("#plot .u-over").boundingBox();
    page.mouse().move(plot.x + plot.width * 0.4, plot.y + 100);
    page.mouse().down();
    page.mouse().move(plot.x + plot.width * 0.6, plot.y + 100);
    page.mouse().up();
    assertTrue(epochAt(page, plot, 2) > 15, page.locator("#readout").textContent());
    rig.measure(FULL, 51, 60);
    assertThat(page.locator("#key tbody tr")).containsText("60.00");
    page.locator("#theme").click();
    assertTrue(epochAt(page, plot, 2) > 15, page.locator("#readout").textContent());
    assertTrue(epochAt(page, plot, plot.width - 2) < 40, page.locator("#readout").textContent());
    page.mouse().dblclick(plot.x + 50, plot.y + 50);
    assertEquals(1, epochAt(page, plot, 2));
    assertEquals(60, epochAt(page, plot, plot.width - 2));
    assertEquals(List.of(), browser.complaints);
  }

  /** The epoch that is read out there. */
  private static double epochAt(Page page, BoundingBox plot, double x) {
    page.mouse().move(plot.x + x, plot.y + plot.height / 2);
    return Double.parseDouble(
        page.locator("#readout").textContent().replaceFirst(".*epoch ([0-9.]+):.*", "$1"));
  }

  @Test
  void aLineShowsItsPointsWhileTheyAreFew() {
    rig.measured(List.of(FULL), 3);
    Page page = browser.unopened(rig.page());
    page.addInitScript(
        "window.arcs_ = 0; const arc = Path2D.prototype.arc;"
            + " Path2D.prototype.arc = function (...all) { arcs_ += 1; arc.apply(this, all); };");
    page.navigate(rig.page());
    page.waitForFunction("() => arcs_ >= 3");
    rig.measure(FULL, 4, 20);
    assertThat(page.locator("#key tbody tr")).containsText("20.00");
    page.evaluate("() => { arcs_ = 0; }");
    rig.measure(FULL, 21, 21);
    assertThat(page.locator("#key tbody tr")).containsText("21.00");
    assertEquals(0, page.evaluate("() => arcs_"));
  }

  @Test
  void theValuesOfThePlotAreReadWithKeys() {
    StageKey second = StageKey.parse("full-1");
    rig.measured(List.of(FULL, second), 30);
    Page page = browser.page(rig.page(), ColorScheme.LIGHT);
    assertThat(page.locator("#key tbody tr")).hasCount(2);
    Locator plot = page.locator("#plot");
    assertThat(plot).hasAttribute("aria-label", "Margins of full by epoch");
    assertThat(plot)
        .hasAccessibleDescription(
            "Left and right go from point to point, up and down from run to run.");
    plot.focus();
    Locator readout = page.locator("#readout");
    page.keyboard().press("ArrowLeft");
    assertThat(readout).hasText("seed 0, epoch 30.00: +0.2000 nats");
    page.keyboard().press("ArrowLeft");
    assertThat(readout).hasText("seed 0, epoch 29.00: +0.1900 nats");
    assertThat(readout).hasAttribute("aria-live", "polite");
    page.keyboard().press("ArrowDown");
    assertThat(readout).hasText("seed 1, epoch 29.00: +0.1900 nats");
    rig.measure(FULL, 31, 32);
    assertThat(page.locator("#key tbody tr").first()).containsText("32.00");
    assertThat(readout).hasText("seed 1, epoch 29.00: +0.1900 nats");
    page.keyboard().press("ArrowUp");
    page.keyboard().press("ArrowRight");
    assertThat(readout).hasText("seed 0, epoch 30.00: +0.2000 nats");
    assertEquals(List.of(), browser.complaints);
  }

  @Test
  void ofManyRunsTheFirstAreDrawnAndTheChosenOne() {
    List<StageKey> runs = new ArrayList<>();
    IntStream.range(0, 40).forEach(seed -> runs.add(StageKey.parse("full-" + seed)));
    rig.measured(runs, 5);
    Page page = browser.page(rig.page(), ColorScheme.LIGHT);
    Locator rows = page.locator("#key tbody tr");
    assertThat(rows).hasCount(24);
    assertThat(rows.last()).containsText("seed 23");
    assertThat(page.locator("#key")).containsText("16 more runs of full are not drawn");
    page.locator("button.node[title=full-39]").click();
    assertThat(rows.last()).containsText("seed 39");
    assertThat(rows).hasCount(24);
    assertThat(page.locator("#gates-body tbody td")).hasCount(40);
  }

  @Test
  void anArmThatThePageDoesNotKnowIsShownLast() {
    StageKey ablation = StageKey.parse("ablation-0");
    rig.measured(List.of(ablation, FULL), 5);
    Page page = browser.unopened(rig.page());
    page.route(
        "**/experiments/demo",
        route -> {
          APIResponse answer = route.fetch();
          route.fulfill(
              new Route.FulfillOptions()
                  .setResponse(answer)
                  .setBody(answer.text().replace("ablation", "baseline-of-9")));
        });
    page.navigate(rig.page());
    assertThat(page.locator("#arms .switch span")).hasText(new String[] {"full", "baseline-of-9"});
    assertThat(page.locator("button.node .node-name"))
        .hasText(new String[] {"full", "baseline-of-9"});
    assertThat(page.locator("#gates-body tbody th"))
        .hasText(new String[] {"full", "baseline-of-9"});
    // Below each other: none hides another.
    assertTrue(
        page.locator("button.node").last().boundingBox().y
            > page.locator("button.node").first().boundingBox().y + 40);
    // The page asks again and again, and the server ends first.
    page.unrouteAll();
  }

  @Test
  void evaluationsDoNotPushOutWhatHappensSeldom() {
    rig.measured(List.of(FULL), 2);
    rig.happen(Optional.of(FULL), "stage-rescue-started", "a rescue begins", "{}");
    rig.measure(FULL, 3, 1500);
    Page page = browser.page(rig.page(), ColorScheme.LIGHT);
    Locator events = page.locator("#events-body li");
    assertThat(events).containsText(new String[] {"a rescue begins"});
    page.locator("#all-events").click();
    assertThat(events.first()).containsText("measured at epoch 1500.");
    rig.measure(FULL, 1501, 2700);
    assertThat(events.first()).containsText("measured at epoch 2700.");
    assertThat(events).hasCount(200);
    page.locator("#all-events").click();
    assertThat(events).containsText(new String[] {"a rescue begins"});
  }

  @Test
  void whatIsNoTextIsSeenToo() {
    StageKey ablation = StageKey.parse("ablation-0");
    rig.stages =
        List.of(
            Samples.done(TEACHER, Samples.teacher()),
            Samples.running(FULL, 80, Optional.empty()),
            Samples.running(ablation, 80, Optional.empty()));
    for (ColorScheme colours : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      Page page = browser.page(rig.page(), colours);
      assertThat(page.locator("button.node")).hasCount(3);
      double contrast =
          ((Number)
                  page.evaluate(
                      "() => { const light = text => { const [r, g, b] = text.match(/[\\d.]+/g)"
                          + ".map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 :"
                          + " ((v + 0.055) / 1.055) ** 2.4);"
                          + " return 0.2126 * r + 0.7152 * g + 0.0722 * b; };"
                          + " const edge = light(getComputedStyle([...document.querySelectorAll("
                          + "'button.node')].at(-1), '::before').borderBottomColor);"
                          + " const card = light(getComputedStyle(document.querySelector('.card'))"
                          + ".backgroundColor);"
                          + " return (Math.max(edge, card) + 0.05) / (Math.min(edge, card) + 0.05); }"))
              .doubleValue();
      assertTrue(contrast >= 3, colours + ": " + contrast);
    }
  }

  @Test
  void aPhoneShowsItAllWithoutScrollingSideways() throws IOException {
    rig.stages =
        List.of(
            Samples.done(TEACHER, Samples.teacher()),
            Samples.running(FULL, 80, Optional.of(Samples.evaluation(1, 0.3))),
            Samples.stage(
                StageKey.parse("ablation-0"), StageStatus.WAITING, 0, "every slot is taken"),
            Samples.stage(StageKey.parse("rescue-0"), StageStatus.PENDING, 0, ""),
            Samples.stage(StageKey.parse("rescue-from-collapse-0"), StageStatus.PENDING, 0, ""));
    Page page = browser.page(rig.page(), ColorScheme.LIGHT, 400, 860);
    Locator nodes = page.locator("button.node");
    assertThat(nodes).hasCount(5);
    assertEquals(
        400, ((Number) page.evaluate("() => document.documentElement.scrollWidth")).intValue());
    Browser.picture(page, "page-narrow", true);
  }

  @Test
  void theThemeIsChosenAndKept() {
    rig.stages = List.of(Samples.running(FULL, 80, Optional.empty()));
    Page page = browser.page(rig.page(), ColorScheme.DARK);
    assertThat(page.locator("button.node")).hasCount(1);
    String dark = background(page);
    page.locator("#theme").click();
    assertThat(page.locator("#theme")).hasText("Theme: light");
    String light = background(page);
    assertTrue(!light.equals(dark), light);
    page.reload();
    assertThat(page.locator("#theme")).hasText("Theme: light");
    assertEquals(light, background(page));
  }

  private static String background(Page page) {
    return (String)
        page.evaluate("() => getComputedStyle(document.documentElement).backgroundColor");
  }
}
