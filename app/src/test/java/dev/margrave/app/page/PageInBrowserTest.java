package dev.margrave.app.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
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
    rig.stages = List.of(Samples.stage(FULL, StageStatus.FAILED, 1, "out of memory"));
    assertThat(page.locator("#announcer")).containsText("full-0 is failed");
    assertThat(page.locator("button.node")).containsText("failed");
    @SuppressWarnings("unchecked")
    List<String> nameless =
        (List<String>)
            page.evaluate(
                "() => [...document.querySelectorAll('button, a, input, img, table, section, nav')]"
                    + ".filter(e => !(e.textContent.trim() || e.ariaLabel || e.alt !== undefined ||"
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
