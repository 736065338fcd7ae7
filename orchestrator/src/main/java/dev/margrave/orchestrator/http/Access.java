package dev.margrave.orchestrator.http;

import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Who may come in. Without tokens only this machine's own programs may: a web page that somebody
 * looks at here must reach nothing, neither under a name that was pointed at this machine
 * afterwards nor by sending a form.
 */
final class Access {
  private static final String BEARER = "bearer ";

  private final List<Token> tokens;

  Access(List<Token> tokens) {
    this.tokens = List.copyOf(tokens);
  }

  /**
   * Looks at where the request comes from.
   *
   * @throws ProblemException when it comes from elsewhere
   */
  void admit(HttpRequest request) {
    String host = request.getUri().getHost().address().toLowerCase(Locale.ROOT);
    if (tokens.isEmpty() && !loopback(host)) {
      throw Problem.Kind.HOST_REFUSED.thrown(
          "the host '%s' is not this machine's own name; use 127.0.0.1 or localhost, or set"
                  .formatted(Texts.shown(host))
              + " margrave.http.tokens");
    }
    Optional<String> origin = request.getHeader("Origin").map(HttpHeader::value);
    String authority = request.getHeader("Host").map(HttpHeader::value).orElse("");
    if (origin.isPresent() && !same(origin.get(), authority)) {
      throw Problem.Kind.HOST_REFUSED.thrown(
          "a page of %s may not ask here".formatted(Texts.shown(origin.get())));
    }
  }

  /** Names and addresses that never leave the machine. */
  static boolean loopback(String host) {
    return host.equals("localhost")
        || host.endsWith(".localhost")
        || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}")
        || host.equals("::1")
        || host.equals("[::1]")
        || host.equals("0:0:0:0:0:0:0:1");
  }

  private static boolean same(String origin, String authority) {
    int scheme = origin.indexOf("://");
    return scheme > 0 && origin.substring(scheme + 3).equalsIgnoreCase(authority);
  }

  /**
   * Looks at the token.
   *
   * @return whose it is
   * @throws ProblemException when there is none, or it does not suffice
   */
  String authorise(HttpRequest request, Role wanted) {
    if (tokens.isEmpty()) {
      return "anybody";
    }
    String header = request.getHeader("Authorization").map(HttpHeader::value).orElse("");
    if (!header.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
      throw Problem.Kind.UNAUTHORIZED.thrown("send 'Authorization: Bearer' and a token");
    }
    Token token =
        find(header.substring(BEARER.length()).strip())
            .orElseThrow(() -> Problem.Kind.UNAUTHORIZED.thrown("the token is not known here"));
    if (!token.role().covers(wanted)) {
      throw Problem.Kind.FORBIDDEN.thrown(
          "the token '%s' may only read; this needs one that may write".formatted(token.name()));
    }
    return token.name();
  }

  /** All are compared, so that the time tells nothing. */
  private Optional<Token> find(String sent) {
    Token found = null;
    for (Token token : tokens) {
      if (token.matches(sent)) {
        found = token;
      }
    }
    return Optional.ofNullable(found);
  }
}
