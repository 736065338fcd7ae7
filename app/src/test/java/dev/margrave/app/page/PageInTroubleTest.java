package dev.margrave.app.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import dev.margrave.app.Samples;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.orchestrator.view.StageStatus;
import dev.margrave.orchestrator.view.StageView;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page in Chromium while answers fail, come late or come in another order. */
class PageInTroubleTest {
  private static final StageKey FULL = StageKey.parse("full-0");
  private static final StageKey ABLATION = StageKey.parse("ablation-0");
  private static final String VIEW = "**/experiments/demo";
  private Browser browser;
  private ShownOrchestrator rig;

  @BeforeEach
  void open() {
    browser = Browser.open();
    rig = new ShownOrchestrator("");
    rig.measured(List.of(FULL, ABLATION), 20);
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

  private static void fail(Route route) {
    route.fulfill(new Route.FulfillOptions().setStatus(503).setBody("{\"detail\":\"not now\"}"));
  }

  @Test
  void aRequestThatFailedIsForgottenWhenTheNextIsAnswered() {
    Page page = browser.page(rig.page(), ColorScheme.LIGHT);
    assertThat(page.locator("#connection")).hasText("live");
    page.route("**/api/v1/workers", PageInTroubleTest::fail);
    assertThat(page.locator("#connection")).containsText("no connection");
    page.unroute("**/api/v1/workers");
    assertThat(page.locator("#connection")).hasText("live");
  }

  @Test
  void aFinishedExperimentIsFoundAgainAfterARestart() {
    rig.status = ExperimentView.Status.FINISHED;
    Page page = browser.page(rig.page(), ColorScheme.LIGHT);
    assertThat(page.locator("#connection")).hasText("live");
    // The stream is over by then.
    IntStream.range(0, 4).forEach(turn -> page.waitForResponse(VIEW, () -> {}));
    int port = rig.port();
    rig.shut();
    assertThat(page.locator("#connection")).containsText("no connection");
    rig.open(port);
    assertThat(page.locator("#connection")).hasText("live");
  }

  @Test
  void anExperimentThatIsNotThereIsShownOnceItIs() {
    rig.known = List.of();
    Page page = browser.page(rig.page() + "#/experiments/demo", ColorScheme.LIGHT);
    assertThat(page.locator("main")).containsText("There is no experiment called demo.");
    assertThat(page.locator("#connection")).hasText("live");
    rig.known = List.of(ShownOrchestrator.DEMO);
    assertThat(page.locator("h1")).hasText("demo");
    assertThat(page.locator("#key tbody tr")).hasCount(1);
  }

  @Test
  void anAddressThatCannotBeReadIsNone() {
    Page page = browser.page(rig.page() + "#/experiments/%", ColorScheme.LIGHT);
    assertThat(page.locator("h1")).hasText("demo");
    assertThat(page.locator("#connection")).hasText("live");
    assertEquals(List.of(), browser.complaints);
  }

  @Test
  void pointsThatComeWhileACurveIsLoadedStay() {
    List<Route> held = new ArrayList<>();
    Page page = browser.unopened(rig.page());
    page.route("**/margins*", held::add);
    page.navigate(rig.page());
    page.waitForCondition(() -> !held.isEmpty());
    APIResponse before = held.get(0).fetch();
    rig.measure(FULL, 21, 25);
    page.locator("#all-events").click();
    assertThat(page.locator("#events-body li")).hasCount(5);
    held.get(0).fulfill(new Route.FulfillOptions().setResponse(before));
    assertThat(page.locator("#key tbody tr")).containsText("25.00");
    page.locator("#plot").focus();
    // The last point that is drawn, and how many there are before it.
    page.keyboard().press("ArrowLeft");
    assertThat(page.locator("#readout")).containsText("epoch 25.00");
    for (int epoch = 24; epoch >= 1; epoch--) {
      page.keyboard().press("ArrowLeft");
      assertThat(page.locator("#readout")).containsText("epoch " + epoch + ".00");
    }
  }

  @Test
  void aCurveThatCouldNotBeHadIsAskedForAgain() {
    Page page = browser.page(rig.page(), ColorScheme.LIGHT);
    assertThat(page.locator("#key tbody tr")).hasCount(1);
    page.route("**/margins*", PageInTroubleTest::fail);
    page.locator("#arms input[value=ablation]").check();
    assertThat(page.locator("#key")).hasText("The margins of ablation are on their way.");
    page.unroute("**/margins*");
    assertThat(page.locator("#key caption")).containsText("ablation");
  }

  @Test
  void anOlderAnswerNeverFollowsANewerOne() {
    Page page = browser.unopened(rig.page());
    page.addInitScript(
        "window.most_ = 0; let now = 0; const real = window.fetch;"
            + " window.fetch = async (url, options) => {"
            + " if (!url.endsWith('experiments/demo')) { return real(url, options); }"
            + " now += 1; most_ = Math.max(most_, now);"
            + " await new Promise(resolve => { setTimeout(resolve, 300); });"
            + " try { return await real(url, options); } finally { now -= 1; } };");
    page.navigate(rig.page());
    for (int n = 1; n <= 10; n++) {
      rig.happen(Optional.of(FULL), "stage-started", "thing " + n, "{}");
      assertThat(page.locator("#events-body li")).hasCount(n);
    }
    rig.status = ExperimentView.Status.PAUSED;
    assertThat(page.locator("#act-pause")).hasText("Resume");
    assertEquals(1, page.evaluate("() => most_"));
  }

  @Test
  void onlyWhatIsShownIsAskedForAndWhatIsAwayNotAtOnceAgain() {
    List<StageView> stages = new ArrayList<>();
    for (int seed = 0; seed < 9; seed++) {
      stages.add(Samples.done(StageKey.parse("teacher-" + seed), Samples.teacher()));
      stages.add(Samples.done(StageKey.parse("full-" + seed), Samples.teacher()));
    }
    rig.stages = stages;
    AtomicInteger times = new AtomicInteger();
    Set<String> asked = new TreeSet<>();
    Page page = browser.unopened(rig.page());
    page.route(
        "**/artefacts",
        route -> {
          asked.add(route.request().url().replaceFirst(".*/stages/([^/]*)/.*", "$1"));
          times.incrementAndGet();
          fail(route);
        });
    page.navigate(rig.page());
    IntStream.range(0, 4).forEach(turn -> page.waitForResponse(VIEW, () -> {}));
    assertEquals(
        Set.of("teacher-0", "full-0", "full-1", "full-2", "full-3", "full-4", "full-5"), asked);
    assertEquals(7, times.get());
  }

  @Test
  void whatAProgramSaidIsShownAsText() throws Exception {
    rig.stages =
        List.of(Samples.stage(FULL, StageStatus.FAILED, 3, "the trainer ended with exit code 3"));
    Page page = browser.unopened(rig.page());
    page.route(
        "**/full-0/artefacts",
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setContentType("application/json")
                    .setBody("{\"stage\":\"full-0\",\"artefacts\":[\"trainer-output\"]}")));
    StringBuilder said = new StringBuilder();
    IntStream.range(0, 100).forEach(line -> said.append("line ").append(line).append('\n'));
    page.route(
        "**/full-0/trainer-output",
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setContentType("text/plain; charset=UTF-8")
                    .setBody(said + "<b>ValueError</b>: loss is NaN\n")));
    page.navigate(rig.page());
    Locator shown = page.locator("#samples-body pre");
    assertThat(shown).containsText("<b>ValueError</b>: loss is NaN");
    assertThat(shown).containsText("line 99");
    assertThat(shown).not().containsText("line 70");
    assertThat(page.locator("#samples-body figcaption"))
        .hasText("full, seed 0: what its program said last");
    Browser.picture(page, "page-trainer-output", true);
  }

  @Test
  void anAnswerThatComesLateIsNotShownInAnotherExperiment() {
    rig.known = List.of(ShownOrchestrator.DEMO, new ExperimentId("other", 1));
    Page page = browser.page(rig.page() + "#/experiments/demo", ColorScheme.LIGHT);
    List<Route> held = new ArrayList<>();
    page.route("**/pause", held::add);
    page.locator("#act-pause").click();
    page.waitForCondition(() -> !held.isEmpty());
    page.locator("#experiments a").last().click();
    Locator name = page.locator("h1");
    assertThat(name).hasText("other");
    page.evaluate(
        "() => { window.names_ = []; new MutationObserver(() =>"
            + " names_.push(document.querySelector('h1')?.textContent ?? 'none'))"
            + ".observe(document.getElementById('main'),"
            + " {childList: true, subtree: true, characterData: true}); }");
    Response answer = page.waitForResponse("**/pause", () -> held.get(0).resume());
    assertEquals(200, answer.status());
    page.waitForResponse("**/experiments/other", () -> {});
    page.waitForResponse("**/experiments/other", () -> {});
    assertEquals(
        0, page.evaluate("() => names_.filter(name => name !== 'other').length"), "of other names");
    assertThat(name).hasText("other");
  }
}
