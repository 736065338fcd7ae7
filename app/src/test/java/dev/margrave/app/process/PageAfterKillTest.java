package dev.margrave.app.process;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.margrave.app.TinyExperiment;
import dev.margrave.app.page.Browser;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A page that is looked at while its orchestrator is killed and started anew. */
@Timeout(300)
class PageAfterKillTest {
  @TempDir Path folder;

  private MargraveProcess orchestrator(int http, int cluster) throws Exception {
    MargraveProcess process =
        MargraveProcess.start(
            folder,
            "orchestrator",
            "--data-dir",
            folder.resolve("data"),
            "--set",
            "margrave.http.port=" + http,
            "--set",
            "margrave.cluster.port=" + cluster);
    process.waitFor("API at");
    return process;
  }

  @Test
  void itsEventsHaveNoGapAndNoRepeat() throws Exception {
    int http = Ports.free();
    int cluster = Ports.free();
    MargraveProcess orchestrator = orchestrator(http, cluster);
    try (Browser browser = Browser.open();
        MargraveProcess worker =
            MargraveProcess.start(
                folder,
                "worker",
                "--data-dir",
                folder.resolve("data"),
                "--set",
                "margrave.worker.orchestrators=[\"127.0.0.1:" + cluster + "\"]")) {
      submit(http);
      Page page = browser.page("http://127.0.0.1:" + http + "/", ColorScheme.LIGHT);
      page.locator("#all-events").check();
      assertThat(page.locator("#events-body")).containsText("full-0 has a margin of");
      orchestrator.kill();
      assertThat(page.locator("#connection")).containsText("no connection");
      orchestrator = orchestrator(http, cluster);
      assertThat(page.locator("#connection")).hasText("live");
      assertThat(page.locator("#events-body")).containsText("tiny is finished");
      List<String> seen = page.locator("#events-body li").allTextContents();
      assertTrue(seen.size() > 20, () -> "events: " + seen.size());
      page.reload();
      page.locator("#all-events").check();
      assertThat(page.locator("#events-body li")).hasCount(seen.size());
      assertEquals(page.locator("#events-body li").allTextContents(), seen);
      worker.terminate();
      assertTrue(worker.endsWithin(Duration.ofSeconds(30)), worker::toString);
    } finally {
      orchestrator.close();
    }
  }

  private void submit(int http) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http + "/api/v1/experiments"))
            .header("Content-Type", "application/hocon")
            .POST(HttpRequest.BodyPublishers.ofFile(TinyExperiment.write(folder)))
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertTrue(answer.statusCode() < 300, answer::body);
  }
}
