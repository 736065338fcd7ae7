package dev.margrave.orchestrator.http;

import akka.http.javadsl.server.Directives;
import akka.http.javadsl.server.Route;

/** What the port answers, put together in one place. */
final class RootRoute {
  private RootRoute() {}

  /** What comes before the interface must leave alone what it does not know: the rest is its. */
  static Route of(PageRoute page, Api api) {
    return Directives.concat(page.route(), Directives.handle(api::answer));
  }
}
