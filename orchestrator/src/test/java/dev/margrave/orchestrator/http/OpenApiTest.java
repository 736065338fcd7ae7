package dev.margrave.orchestrator.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The description is of what is answered: every operation, parameter, body and role. */
class OpenApiTest {
  private static Map<String, Object> description;

  @BeforeAll
  static void read() throws IOException {
    LoaderOptions strict = new LoaderOptions();
    strict.setAllowDuplicateKeys(false);
    try (InputStream in = OpenApiTest.class.getResourceAsStream("openapi.yaml")) {
      description = map(new Yaml(new SafeConstructor(strict)).load(in));
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object node) {
    return node == null ? Map.of() : (Map<String, Object>) node;
  }

  private static List<?> list(Object node) {
    return node == null ? List.of() : (List<?>) node;
  }

  private static List<Endpoint> answered() {
    return Endpoints.of(
        new ExperimentHandlers(null, null),
        new HistoryHandlers(null, null, null, null, 1),
        new StageHandlers(null, null, null),
        new MetricsHandler(null, null));
  }

  private static Map<String, Map<String, Object>> described() {
    Map<String, Map<String, Object>> operations = new TreeMap<>();
    map(description.get("paths"))
        .forEach(
            (path, methods) ->
                map(methods)
                    .forEach(
                        (method, operation) ->
                            operations.put(
                                method.toUpperCase(Locale.ROOT) + " " + path, map(operation))));
    return operations;
  }

  @Test
  void everyRouteIsDescribedAndNoOther() {
    assertEquals("3.1.0", description.get("openapi"));
    assertEquals(
        answered().stream()
            .map(endpoint -> endpoint.method() + " " + endpoint.template())
            .collect(Collectors.toCollection(TreeSet::new)),
        new TreeSet<>(described().keySet()));
  }

  @Test
  void parametersBodiesAndRolesAreThose() {
    Map<String, Map<String, Object>> described = described();
    for (Endpoint endpoint : answered()) {
      String name = endpoint.method() + " " + endpoint.template();
      Map<String, Object> operation = described.get(name);
      Set<String> query =
          list(operation.get("parameters")).stream()
              .map(OpenApiTest::map)
              .filter(parameter -> "query".equals(parameter.get("in")))
              .map(parameter -> parameter.get("name").toString())
              .collect(Collectors.toSet());
      assertEquals(endpoint.query(), query, name);
      assertEquals(
          Set.copyOf(endpoint.body()),
          map(map(operation.get("requestBody")).get("content")).keySet(),
          name);
      String role = endpoint.role().map(Role::name).orElse("open");
      assertEquals(List.of(role.toLowerCase(Locale.ROOT)), operation.get("tags"), name);
    }
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    references(description)
        .forEach(
            reference -> {
              Object node = description;
              for (String name : reference.substring(2).split("/", -1)) {
                node = map(node).get(name);
              }
              assertTrue(node != null, reference);
            });
  }

  private static Set<String> references(Object node) {
    Set<String> found = new TreeSet<>();
    if (node instanceof Map<?, ?> fields) {
      fields.forEach(
          (key, value) -> {
            if (key.equals("$ref")) {
              found.add(value.toString());
            } else {
              found.addAll(references(value));
            }
          });
    } else if (node instanceof List<?> items) {
      items.forEach(item -> found.addAll(references(item)));
    }
    return found;
  }

  @Test
  void itIsServed() {
    try (HttpRig rig =
        new HttpRig("tokens = [{ name = ci, role = read, token = 0123456789abcdef }]")) {
      HttpRig.Answer answer = rig.get("/api/openapi.yaml");
      assertEquals(200, answer.status());
      assertTrue(answer.response().body().startsWith("openapi: 3.1.0\n"));
      assertTrue(answer.header("content-type").startsWith("application/yaml"));
    }
  }
}
