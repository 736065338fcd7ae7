package dev.margrave.app.process;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.margrave.app.TinyExperiment;
import dev.margrave.app.page.Browser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody sees who starts a run and opens the page that it names. */
class PageOfARunTest {
  private static final Pattern ADDRESS = Pattern.compile("page (http://127\\.0\\.0\\.1:\\d+/)");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** From the journal's time of a margin to the page's. */
  private static final int LATEST_MS = 5_000;

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();

  private static String address(MargraveProcess run) throws IOException, InterruptedException {
    run.waitFor("page http://");
    Matcher matcher = ADDRESS.matcher(run.out());
    assertTrue(matcher.find(), run.out());
    return matcher.group(1);
  }

  private JsonNode view(String address) throws IOException, InterruptedException {
    return JSON.readTree(get(address + "api/v1/experiments/tiny"));
  }

  private String get(String address) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(address)).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  private HttpResponse<String> post(String address, String path, String json)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + "api/v1/experiments/" + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void theMarginMovesAndTheRunIsPausedResumedAndEnds() throws Exception {
    Path experiment = TinyExperiment.write(folder);
    try (Browser browser = Browser.open();
        MargraveProcess run =
            MargraveProcess.start(
                folder,
                "run",
                experiment,
                "--data-dir",
                folder.resolve("data"),
                "--set",
                "training.epochs=24",
                "--set",
                "arms=[full,ablation,rescue]",
                "--set",
                "seeds=[0,1]")) {
      String address = address(run);
      Page page = browser.page(address, ColorScheme.LIGHT);
      assertThat(page.locator("h1")).hasText("tiny");
      assertThat(page.locator("#key tbody tr")).not().hasCount(0);
      page.evaluate(
          "() => { window.late_ = []; document.getElementById('all-events').click();"
              + " const rows = () => document.querySelectorAll('#events-body li');"
              + " const seen = new Set([...rows()].map(li => li.textContent));"
              + " new MutationObserver(() => {"
              + " for (const li of rows()) {"
              + " if (li.textContent.includes('has a margin of') && !seen.has(li.textContent)) {"
              + " seen.add(li.textContent);"
              + " late_.push(Date.now() - Date.parse(li.firstChild.dateTime)); } } }"
              + ").observe(document.getElementById('events-body'), {childList: true, subtree: true});"
              + " }");
      page.waitForFunction("() => late_.length >= 6");
      double latest = ((Number) page.evaluate("() => Math.max(...late_)")).doubleValue();
      System.out.printf("page: a margin is seen %.0f ms after it was measured, at most%n", latest);
      assertTrue(latest < LATEST_MS, latest + " ms");
      Browser.picture(page, "page-early", false);
      pauseAndResume(page, address, run);
      darkAndNarrow(browser, address);
      assertThat(page.locator("#teachers-body caption")).containsText("teacher-0: the best");
      assertThat(page.locator("#samples-body img")).not().hasCount(0);
      Browser.picture(page, "page", true);
      page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
      Browser.picture(page, "page-dark", true);
      run.waitFor("gates: ");
      run.exitCode();
      assertThat(page.locator("#head .title")).containsText("finished");
      assertEquals(List.of(), browser.strangers);
      assertEquals(
          List.of(),
          // The process ends, and with it its server.
          browser.complaints.stream().filter(said -> !said.contains("net::ERR_")).toList());
    }
  }

  private void pauseAndResume(Page page, String address, MargraveProcess run) throws Exception {
    Locator button = page.locator("#act-pause");
    assertThat(button).hasText("Pause");
    button.click();
    assertThat(page.locator("#head .title")).containsText("paused");
    assertEquals("paused", view(address).path("status").asText());
    assertThat(button).hasText("Resume");
    assertThat(page.locator("#message")).containsText("is paused: its stages save their work");
    run.waitFor("experiment tiny is paused");
    button.click();
    assertThat(page.locator("#head .title")).containsText("running");
    assertEquals("running", view(address).path("status").asText());
    run.waitFor("experiment tiny goes on");
  }

  private static void darkAndNarrow(Browser browser, String address) throws IOException {
    Page dark = browser.page(address, ColorScheme.DARK);
    assertThat(dark.locator("#key tbody tr")).not().hasCount(0);
    assertThat(dark.locator("#teachers-body tbody tr")).not().hasCount(0);
    dark.close();
    Page narrow = browser.page(address, ColorScheme.LIGHT, 400, 860);
    assertThat(narrow.locator("#key tbody tr")).not().hasCount(0);
    assertEquals(
        400, ((Number) narrow.evaluate("() => document.documentElement.scrollWidth")).intValue());
    narrow.close();
  }

  @Test
  void aRunThatIsCancelledOnItsPageSaysHowToGoOn() throws Exception {
    Path experiment = TinyExperiment.write(folder);
    try (MargraveProcess run =
        MargraveProcess.start(
            folder,
            "run",
            experiment,
            "--data-dir",
            folder.resolve("data"),
            "--set",
            "training.epochs=200")) {
      String address = address(run);
      HttpResponse<String> extended = post(address, "tiny/extend", "{\"seeds\": [7]}");
      assertEquals(409, extended.statusCode());
      assertTrue(extended.body().contains("runs its experiment file as it is"), extended.body());
      assertEquals(200, post(address, "tiny/cancel", "{}").statusCode());
      assertEquals(3, run.exitCode());
      assertTrue(
          run.err().contains("experiment tiny was cancelled; what completed is kept. Go on with: "),
          run.err());
    }
  }

  /** To ask for one that was interrupted would wake its supervisor, and its stages. */
  @Test
  void otherExperimentsOfTheDirectoryAreLeftAlone() throws Exception {
    Path experiment = TinyExperiment.write(folder);
    Path data = folder.resolve("data");
    try (MargraveProcess other = run(experiment, data, "other")) {
      other.waitFor("full-0 started");
      other.terminate();
      assertTrue(other.endsWithin(Duration.ofSeconds(30)), other::toString);
    }
    try (MargraveProcess run = run(experiment, data, "tiny")) {
      String address = address(run);
      JsonNode listed = JSON.readTree(get(address + "api/v1/experiments")).get("experiments");
      assertEquals(1, listed.size(), listed::toString);
      assertEquals("tiny", listed.get(0).get("id").asText(), listed::toString);
      assertEquals(404, post(address, "other/resume", "{}").statusCode());
      run.waitFor("full-0 started");
      String metrics = get(address + "metrics");
      assertTrue(metrics.contains("experiment=\"tiny\""), metrics);
      assertFalse(metrics.contains("experiment=\"other\""), metrics);
      assertEquals(200, post(address, "tiny/cancel", "{}").statusCode());
      assertEquals(3, run.exitCode());
    }
  }

  private MargraveProcess run(Path experiment, Path data, String name) throws IOException {
    return MargraveProcess.start(
        folder,
        "run",
        experiment,
        "--data-dir",
        data,
        "--set",
        "name=" + name,
        "--set",
        "training.epochs=2000");
  }

  @Test
  void withoutAPageNothingListens() throws Exception {
    Path experiment = TinyExperiment.write(folder);
    try (MargraveProcess run =
        MargraveProcess.start(
            folder, "run", experiment, "--data-dir", folder.resolve("data"), "--no-page")) {
      run.waitFor("full-0 started");
      assertFalse(run.printed().contains("page http"), run.printed());
      assertFalse(Files.readString(folder.resolve("data/logs/margrave.log")).contains("8080"));
    }
  }
}
