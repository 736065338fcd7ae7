package dev.margrave.workers.actor;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/**
 * Where orchestrators may be.
 *
 * @param configured {@code host:port}, or {@code dns:name:port} for all addresses of a name
 */
public record Contacts(List<String> configured) implements Supplier<List<String>> {
  private static final Pattern ADDRESS = Pattern.compile("(dns:)?([^:\\s]+):([0-9]{1,5})");

  /**
   * @throws IllegalArgumentException naming one that is no address
   */
  public Contacts {
    configured = List.copyOf(configured);
    for (String address : configured) {
      if (!ADDRESS.matcher(address).matches()) {
        throw new IllegalArgumentException(
            "margrave.worker.orchestrators: '"
                + address
                + "' is no address; host:port or dns:name:port is wanted, as in 10.0.0.1:25520");
      }
    }
    if (configured.isEmpty()) {
      throw new IllegalArgumentException(
          "margrave.worker.orchestrators is empty; name at least one, as in 10.0.0.1:25520");
    }
  }

  /** As {@code host:port}, names looked up anew. */
  @Override
  public List<String> get() {
    List<String> addresses = new ArrayList<>();
    for (String address : configured) {
      Matcher parts = ADDRESS.matcher(address);
      if (parts.matches() && parts.group(1) != null) {
        addresses.addAll(resolved(parts.group(2), parts.group(3)));
      } else {
        addresses.add(address);
      }
    }
    return addresses;
  }

  private static List<String> resolved(String name, String port) {
    try {
      return Arrays.stream(InetAddress.getAllByName(name))
          .map(address -> address.getHostAddress() + ":" + port)
          .sorted()
          .toList();
    } catch (UnknownHostException e) {
      LoggerFactory.getLogger(Contacts.class).warn("no address is known of {}", name);
      return List.of();
    }
  }
}
