package dev.margrave.app.client;

import dev.margrave.app.UserException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which server, and who asks. */
final class ServerOptions {
  /** As {@code margrave.http.port} has it. */
  static final String DEFAULT_SERVER = "http://127.0.0.1:8080";

  @Option(
      names = "--server",
      paramLabel = "URL",
      defaultValue = "${env:MARGRAVE_SERVER:-" + DEFAULT_SERVER + "}",
      description = "The orchestrator (default: MARGRAVE_SERVER, or else " + DEFAULT_SERVER + ").")
  private String server;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      defaultValue = "${env:MARGRAVE_TOKEN:-}",
      description =
          "Sent to a server that wants one; better set MARGRAVE_TOKEN, which other users do not see.")
  private String token;

  /** The server, ready to be asked. */
  ApiClient client() {
    return client(server, token);
  }

  /** The same for a command that has the options in another way. */
  static ApiClient client(String server, String token) {
    Optional<String> given = Optional.ofNullable(token).filter(text -> !text.isBlank());
    return new ApiClient(address(server), given.map(String::strip));
  }

  private static URI address(String text) {
    try {
      URI address = new URI(text.strip().replaceAll("/+$", ""));
      boolean http = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
      if (http && address.getHost() != null && address.getPath().isEmpty()) {
        return address;
      }
    } catch (URISyntaxException e) {
      throw wrong(text, e);
    }
    throw wrong(text, null);
  }

  private static UserException wrong(String text, Throwable cause) {
    return UserException.badInput(
        "--server %s: an address is wanted, as in %s".formatted(text, DEFAULT_SERVER), cause);
  }
}
