package dev.margrave.app.page;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The system's Chromium without a window. Keeps what pages say on the console. */
public final class Browser implements AutoCloseable {
  private static final double PATIENCE_MS = 60_000;
  private static final Set<String> DOCUMENTED = Set.of("page", "page-dark");
  private static final int WIDTH = 1440;
  private static final int HEIGHT = 1000;

  private final Playwright playwright;
  private final com.microsoft.playwright.Browser chromium;

  /** Errors and warnings on the console, violations of the policy among them; and exceptions. */
  public final List<String> complaints = new CopyOnWriteArrayList<>();

  /** Requests to anywhere but the server. */
  public final List<String> strangers = new CopyOnWriteArrayList<>();

  private Browser(Path executable) {
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    chromium =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions().setExecutablePath(executable).setHeadless(true));
  }

  /** Opens it; a test without one is skipped, and says so. */
  public static Browser open() {
    Optional<Path> executable =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .map(folder -> Path.of(folder, "chromium"))
            .filter(Files::isExecutable)
            .findFirst();
    Assumptions.assumeTrue(
        executable.isPresent(), "chromium is not there: the page was not tested in a browser");
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
    return new Browser(executable.get());
  }

  /** A page in a session of its own. */
  public Page page(String address, ColorScheme colours) {
    return page(address, colours, WIDTH, HEIGHT);
  }

  /** The same in a window of that size, in CSS pixels. */
  public Page page(String address, ColorScheme colours, int width, int height) {
    Page page = unopened(address, colours, width, height);
    page.navigate(address);
    return page;
  }

  /** A page that is still to be opened, for a test that meddles with it before. */
  public Page unopened(String address) {
    return unopened(address, ColorScheme.LIGHT, WIDTH, HEIGHT);
  }

  private Page unopened(String address, ColorScheme colours, int width, int height) {
    BrowserContext session =
        chromium.newContext(
            new com.microsoft.playwright.Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setColorScheme(colours));
    session.setDefaultTimeout(PATIENCE_MS);
    Page page = session.newPage();
    page.onConsoleMessage(
        message -> {
          if (List.of("error", "warning").contains(message.type())) {
            complaints.add(message.text());
          }
        });
    page.onPageError(complaints::add);
    page.onDialog(
        dialog -> {
          complaints.add("a dialog was opened: " + dialog.message());
          dialog.dismiss();
        });
    page.onRequest(
        request -> {
          if (!request.url().startsWith(address) && !request.url().startsWith("data:")) {
            strangers.add(request.url());
          }
        });
    return page;
  }

  /** Keeps a picture under target; with -Dmargrave.screenshots=docs, in docs/images too. */
  public static void picture(Page page, String name, boolean whole) throws IOException {
    byte[] picture = page.screenshot(new Page.ScreenshotOptions().setFullPage(whole));
    Path folder = Files.createDirectories(Path.of("target", "screenshots"));
    Files.write(folder.resolve(name + ".png"), picture);
    boolean wanted = "docs".equals(System.getProperty("margrave.screenshots"));
    if (wanted && DOCUMENTED.contains(name)) {
      Files.write(Path.of("..", "docs", "images", name + ".png"), picture);
    }
  }

  @Override
  public void close() {
    chromium.close();
    playwright.close();
  }
}
