package dev.margrave.orchestrator.http;

import akka.http.javadsl.model.HttpResponse;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * One operation of the interface. {@code openapi.yaml} describes each of them; a test compares.
 *
 * @param template {@code /api/v1/experiments/{id}}
 * @param role that a caller needs; empty: none
 * @param query the parameters that it takes
 * @param body the media types that it takes; empty: it takes no body
 */
record Endpoint(
    String method,
    String template,
    Optional<Role> role,
    Set<String> query,
    List<String> body,
    Handler handler) {

  /** What it does. */
  interface Handler {
    CompletionStage<HttpResponse> handle(Call call);
  }

  static Endpoint get(String template, Handler handler, String... query) {
    return new Endpoint("GET", template, Optional.of(Role.READ), Set.of(query), List.of(), handler);
  }

  static Endpoint post(String template, Handler handler, List<String> body, String... query) {
    return new Endpoint("POST", template, Optional.of(Role.WRITE), Set.of(query), body, handler);
  }

  static Endpoint delete(String template, Handler handler) {
    return new Endpoint("DELETE", template, Optional.of(Role.WRITE), Set.of(), List.of(), handler);
  }

  Endpoint open() {
    return new Endpoint(method, template, Optional.empty(), query, body, handler);
  }

  /**
   * Whether it lies at a path.
   *
   * @param segments of the path, decoded
   * @return what stands for the names in braces; empty when it lies elsewhere
   */
  Optional<Map<String, String>> match(List<String> segments) {
    List<String> wanted = Arrays.asList(template.substring(1).split("/", -1));
    if (wanted.size() != segments.size()) {
      return Optional.empty();
    }
    Map<String, String> names = new HashMap<>();
    for (int i = 0; i < wanted.size(); i++) {
      String want = wanted.get(i);
      if (want.startsWith("{")) {
        names.put(want.substring(1, want.length() - 1), segments.get(i));
      } else if (!want.equals(segments.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(names);
  }
}
