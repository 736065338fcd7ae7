package dev.margrave.k8s.manifest;

import static dev.margrave.k8s.manifest.Selectors.orEmpty;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.networking.v1.IPBlock;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Who may open a connection to whom, as NetworkPolicies say it: a pod that no policy of a direction
 * selects is free in it; of one that is selected, what any of them names is allowed, and nothing
 * else. What the node itself sends, as the kubelet's probes, is held off by none, and is not asked
 * here.
 */
public final class NetworkRules {
  private static final String INGRESS = "Ingress";
  private static final String EGRESS = "Egress";

  private final List<NetworkPolicy> policies;
  private final Map<String, Map<String, String>> namespaces = new HashMap<>();

  /** The rules among rendered objects. */
  public NetworkRules(Manifests manifests) {
    policies = manifests.all(NetworkPolicy.class);
    for (Namespace each : manifests.all(Namespace.class)) {
      namespaces.put(each.getMetadata().getName(), orEmpty(each.getMetadata().getLabels()));
    }
  }

  /** One end of a connection. */
  public sealed interface End {}

  /**
   * A pod of the cluster.
   *
   * @param ports by their names
   */
  public record Pod(
      String name, String namespace, Map<String, String> labels, Map<String, Integer> ports)
      implements End {
    public Pod {
      labels = Map.copyOf(labels);
      ports = Map.copyOf(ports);
    }

    /** One of a workload's. */
    public static Pod of(Manifests.Workload workload, String name) {
      Map<String, Integer> ports = new HashMap<>();
      workload
          .template()
          .getSpec()
          .getContainers()
          .forEach(
              container ->
                  orEmpty(container.getPorts())
                      .forEach(port -> ports.put(port.getName(), port.getContainerPort())));
      return new Pod(
          name,
          workload.owner().getMetadata().getNamespace(),
          workload.template().getMetadata().getLabels(),
          ports);
    }
  }

  /** An address that is no pod's: of a node, or beyond the cluster. */
  public record Outside(String address) implements End {}

  /** Whether a TCP connection may be opened. */
  public boolean allows(End from, End to, int port) {
    return allows(from, to, port, "TCP");
  }

  /** Whether a connection may be opened, by TCP, UDP or SCTP. */
  public boolean allows(End from, End to, int port, String protocol) {
    return from.equals(to)
        || (lets(EGRESS, from, to, to, port, protocol)
            && lets(INGRESS, to, from, to, port, protocol));
  }

  /** Whether what selects a pod lets it speak to its peer, in one direction. */
  private boolean lets(
      String direction, End selected, End peer, End receiver, int port, String protocol) {
    if (!(selected instanceof Pod pod)) {
      return true;
    }
    List<NetworkPolicy> selecting =
        policies.stream()
            .filter(each -> each.getMetadata().getNamespace().equals(pod.namespace()))
            .filter(each -> Selectors.matches(each.getSpec().getPodSelector(), pod.labels()))
            .filter(each -> types(each).contains(direction))
            .toList();
    return selecting.isEmpty()
        || selecting.stream()
            .flatMap(policy -> rules(policy, direction).stream())
            .anyMatch(
                rule ->
                    meansPort(rule.ports(), receiver, port, protocol)
                        && meansPeer(rule.peers(), pod.namespace(), peer));
  }

  private static List<String> types(NetworkPolicy policy) {
    List<String> types = orEmpty(policy.getSpec().getPolicyTypes());
    if (!types.isEmpty()) {
      return types;
    }
    return orEmpty(policy.getSpec().getEgress()).isEmpty()
        ? List.of(INGRESS)
        : List.of(INGRESS, EGRESS);
  }

  private record Rule(List<NetworkPolicyPeer> peers, List<NetworkPolicyPort> ports) {}

  private static List<Rule> rules(NetworkPolicy policy, String direction) {
    return direction.equals(INGRESS)
        ? orEmpty(policy.getSpec().getIngress()).stream()
            .map(rule -> new Rule(orEmpty(rule.getFrom()), orEmpty(rule.getPorts())))
            .toList()
        : orEmpty(policy.getSpec().getEgress()).stream()
            .map(rule -> new Rule(orEmpty(rule.getTo()), orEmpty(rule.getPorts())))
            .toList();
  }

  private static boolean meansPort(
      List<NetworkPolicyPort> ports, End receiver, int port, String protocol) {
    return ports.isEmpty()
        || ports.stream()
            .filter(each -> Objects.requireNonNullElse(each.getProtocol(), "TCP").equals(protocol))
            .anyMatch(each -> meansPort(each, receiver, port));
  }

  private static boolean meansPort(NetworkPolicyPort wanted, End receiver, int port) {
    IntOrString number = wanted.getPort();
    if (number == null) {
      return true;
    }
    if (number.getStrVal() != null) {
      return receiver instanceof Pod pod
          && Objects.equals(pod.ports().get(number.getStrVal()), port);
    }
    int last = Objects.requireNonNullElse(wanted.getEndPort(), number.getIntVal());
    return number.getIntVal() <= port && port <= last;
  }

  private boolean meansPeer(List<NetworkPolicyPeer> peers, String home, End end) {
    return peers.isEmpty() || peers.stream().anyMatch(peer -> meansPeer(peer, home, end));
  }

  private boolean meansPeer(NetworkPolicyPeer peer, String home, End end) {
    if (peer.getIpBlock() != null) {
      // Of pods' addresses a policy says nothing that all networks understand alike.
      return end instanceof Outside outside && contains(peer.getIpBlock(), outside.address());
    }
    if (!(end instanceof Pod pod)) {
      return false;
    }
    boolean there =
        peer.getNamespaceSelector() == null
            ? pod.namespace().equals(home)
            : Selectors.matches(peer.getNamespaceSelector(), labels(pod.namespace()));
    return there
        && (peer.getPodSelector() == null
            || Selectors.matches(peer.getPodSelector(), pod.labels()));
  }

  /** Every namespace has its name as a label. */
  private Map<String, String> labels(String namespace) {
    Map<String, String> labels = new HashMap<>(namespaces.getOrDefault(namespace, Map.of()));
    labels.put("kubernetes.io/metadata.name", namespace);
    return labels;
  }

  private static boolean contains(IPBlock block, String address) {
    return contains(block.getCidr(), address)
        && orEmpty(block.getExcept()).stream().noneMatch(each -> contains(each, address));
  }

  private static boolean contains(String cidr, String address) {
    int slash = cidr.indexOf('/');
    byte[] network = bytes(cidr.substring(0, slash));
    byte[] asked = bytes(address);
    int rest = network.length * Byte.SIZE - Integer.parseInt(cidr.substring(slash + 1));
    return network.length == asked.length
        && new BigInteger(1, network)
            .shiftRight(rest)
            .equals(new BigInteger(1, asked).shiftRight(rest));
  }

  private static byte[] bytes(String address) {
    if (!address.matches("[0-9a-fA-F.:]+")) {
      throw new IllegalArgumentException(address + " is no address");
    }
    try {
      return InetAddress.getByName(address).getAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(address + " is no address", e);
    }
  }
}
