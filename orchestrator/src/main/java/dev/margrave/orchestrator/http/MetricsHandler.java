package dev.margrave.orchestrator.http;

import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpResponse;
import dev.margrave.metrics.MetricsRegistry;
import java.util.concurrent.CompletionStage;

/** What Prometheus reads. */
final class MetricsHandler {
  private static final ContentType TEXT = ContentTypes.parse(MetricsRegistry.TEXT);
  private static final ContentType OPEN_METRICS = ContentTypes.parse(MetricsRegistry.OPEN_METRICS);

  private final MetricsRegistry registry;
  private final BlockingPool pool;

  MetricsHandler(MetricsRegistry registry, BlockingPool pool) {
    this.registry = registry;
    this.pool = pool;
  }

  CompletionStage<HttpResponse> scrape(Call call) {
    String accept = call.accept().orElse("");
    return pool.call(
        () -> {
          MetricsRegistry.Scrape scrape = registry.scrape(accept);
          boolean open = scrape.contentType().equals(MetricsRegistry.OPEN_METRICS);
          return Responses.of(200, open ? OPEN_METRICS : TEXT, scrape.body());
        });
  }
}
