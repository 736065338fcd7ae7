package dev.margrave.k8s.rehearsal;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.api.model.PodListBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * As much of a Kubernetes API server as the manifests' roles allow: it knows service accounts by
 * their tokens, asks the role bindings of every request, and lists pods. All else is forbidden or
 * not there.
 */
final class ApiServer {
  private static final String PASSWORD = "not-a-secret";
  private static final Pattern PODS =
      Pattern.compile("/api/v1/namespaces/([^/]+)/pods(?:/([^/]+))?");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Role> roles;
  private final List<RoleBinding> bindings;
  private final Supplier<List<io.fabric8.kubernetes.api.model.Pod>> pods;
  private final Map<String, String> accounts = new ConcurrentHashMap<>();
  private final Set<String> served = new ConcurrentSkipListSet<>();
  private final Set<String> refused = new ConcurrentSkipListSet<>();

  private ApiServer(
      List<Role> roles,
      List<RoleBinding> bindings,
      Supplier<List<io.fabric8.kubernetes.api.model.Pod>> pods) {
    this.roles = roles;
    this.bindings = bindings;
    this.pods = pods;
  }

  /**
   * Starts it at {@link PodNetwork#API}, port 443.
   *
   * @param folder gets {@code ca.crt}, by which clients know it
   */
  static ApiServer start(
      Path folder,
      List<Role> roles,
      List<RoleBinding> bindings,
      Supplier<List<io.fabric8.kubernetes.api.model.Pod>> pods) {
    ApiServer api = new ApiServer(roles, bindings, pods);
    try {
      HttpsServer server = HttpsServer.create(new InetSocketAddress(PodNetwork.API, 443), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(identity(folder)));
      server.createContext("/", api::handle);
      server.setExecutor(
          Executors.newFixedThreadPool(
              4,
              task -> {
                Thread thread = new Thread(task, "api-server");
                thread.setDaemon(true);
                return thread;
              }));
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    return api;
  }

  private static SSLContext identity(Path folder) throws IOException, GeneralSecurityException {
    Path store = folder.resolve("api.p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Tool.run(
        keytool,
        "-genkeypair",
        "-alias",
        "api",
        "-keyalg",
        "RSA",
        "-dname",
        "CN=kubernetes",
        "-ext",
        "SAN=IP:" + PodNetwork.API,
        "-ext",
        "bc:c",
        "-keystore",
        store.toString(),
        "-storetype",
        "PKCS12",
        "-storepass",
        PASSWORD);
    Tool.run(
        keytool,
        "-exportcert",
        "-rfc",
        "-alias",
        "api",
        "-keystore",
        store.toString(),
        "-storepass",
        PASSWORD,
        "-file",
        folder.resolve("ca.crt").toString());
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  /** A token of a service account, as a pod that mounts it has one. */
  String token(String account) {
    String token = "token-of-" + account + "-" + Long.toHexString(System.nanoTime());
    accounts.put(token, account);
    return token;
  }

  /** What was asked and allowed, as {@code account verb resource}. */
  Set<String> served() {
    return new TreeSet<>(served);
  }

  /** What was asked and forbidden. */
  Set<String> refused() {
    return new TreeSet<>(refused);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Optional<String> account = account(exchange);
      if (account.isEmpty()) {
        respond(exchange, 401, Map.of("kind", "Status", "reason", "Unauthorized"));
        return;
      }
      Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
      Matcher path = PODS.matcher(exchange.getRequestURI().getPath());
      boolean isPods = path.matches();
      String verb = verb(exchange.getRequestMethod(), query, isPods ? path.group(2) : null);
      String asked =
          "%s %s %s"
              .formatted(account.get(), verb, isPods ? "pods" : exchange.getRequestURI().getPath());
      if (!isPods || !allowed(account.get(), path.group(1), verb)) {
        refused.add(asked);
        respond(exchange, 403, Map.of("kind", "Status", "reason", "Forbidden", "message", asked));
        return;
      }
      served.add(asked);
      if (!verb.equals("list")) {
        respond(exchange, 501, Map.of("kind", "Status", "reason", "NotImplemented"));
        return;
      }
      Map<String, String> wanted = labels(query.getOrDefault("labelSelector", ""));
      respond(
          exchange,
          200,
          new PodListBuilder()
              .withItems(
                  pods.get().stream()
                      .filter(pod -> pod.getMetadata().getNamespace().equals(path.group(1)))
                      .filter(
                          pod ->
                              pod.getMetadata()
                                  .getLabels()
                                  .entrySet()
                                  .containsAll(wanted.entrySet()))
                      .toList())
              .build());
    }
  }

  private Optional<String> account(HttpExchange exchange) {
    String header =
        Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Authorization"), "");
    return Optional.ofNullable(accounts.get(header.replaceFirst("^Bearer ", "")));
  }

  private static String verb(String method, Map<String, String> query, String name) {
    return switch (method) {
      case "GET" -> name != null ? "get" : query.containsKey("watch") ? "watch" : "list";
      case "POST" -> "create";
      case "PUT" -> "update";
      default -> method.toLowerCase(java.util.Locale.ROOT);
    };
  }

  private boolean allowed(String account, String namespace, String verb) {
    return bindings.stream()
        .filter(binding -> binding.getMetadata().getNamespace().equals(namespace))
        .filter(
            binding ->
                binding.getSubjects().stream()
                    .anyMatch(
                        subject ->
                            subject.getKind().equals("ServiceAccount")
                                && namespace.equals(subject.getNamespace())
                                && subject.getName().equals(account)))
        .filter(binding -> binding.getRoleRef().getKind().equals("Role"))
        .flatMap(
            binding ->
                roles.stream()
                    .filter(
                        role ->
                            role.getMetadata().getNamespace().equals(namespace)
                                && role.getMetadata()
                                    .getName()
                                    .equals(binding.getRoleRef().getName())))
        .flatMap(role -> role.getRules().stream())
        .anyMatch(rule -> covers(rule, verb));
  }

  private static boolean covers(PolicyRule rule, String verb) {
    return rule.getApiGroups().contains("")
        && rule.getResources().contains("pods")
        && rule.getResourceNames().isEmpty()
        && rule.getVerbs().contains(verb);
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> query = new HashMap<>();
    if (raw != null) {
      for (String part : raw.split("&", -1)) {
        String[] sides = part.split("=", 2);
        query.put(
            sides[0], sides.length == 1 ? "" : URLDecoder.decode(sides[1], StandardCharsets.UTF_8));
      }
    }
    return query;
  }

  private static Map<String, String> labels(String selector) {
    Map<String, String> labels = new HashMap<>();
    for (String part : selector.split(",", -1)) {
      if (!part.isEmpty()) {
        String[] sides = part.split("=", 2);
        labels.put(sides[0], sides[1]);
      }
    }
    return labels;
  }

  private static void respond(HttpExchange exchange, int status, Object body) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(body);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
