package dev.margrave.k8s.rehearsal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The network of a cluster: a namespace for each pod, each with one wire to the node, which
 * forwards what the packet filter lets through. In a network namespace of this process's own.
 */
final class PodNetwork {
  /** Where the Kubernetes API is. */
  static final String API = "10.96.0.1";

  /** Where names are answered. */
  static final String NAMES = "10.96.0.10";

  /** A machine outside of the cluster. */
  static final String OUTSIDE = "10.0.0.10";

  private static final String GATEWAY = "169.254.1.1";

  /** One way that is open. */
  record Flow(String from, String to, String protocol, int port) {
    private String rule() {
      return "ip saddr %s ip daddr %s %s dport %d accept"
          .formatted(from, to, protocol.toLowerCase(Locale.ROOT), port);
    }
  }

  private PodNetwork() {}

  /** Makes the node. */
  static PodNetwork open() {
    Tool.run("mount", "-t", "tmpfs", "tmpfs", "/run");
    Tool.run("mkdir", "-p", "/run/netns");
    Tool.run("ip", "link", "set", "lo", "up");
    for (String address : List.of(API, NAMES, OUTSIDE)) {
      Tool.run("ip", "address", "add", address + "/32", "dev", "lo");
    }
    write(Path.of("/proc/sys/net/ipv4/ip_forward"), "1");
    PodNetwork network = new PodNetwork();
    network.filter(List.of());
    return network;
  }

  /** Makes a network namespace for a pod. */
  void connect(String namespace, String address) {
    String wire = wire(address);
    Tool.run("ip", "netns", "add", namespace);
    Tool.run("ip", "link", "add", wire, "type", "veth", "peer", "name", "eth0", "netns", namespace);
    Tool.run("ip", "-n", namespace, "address", "add", address + "/32", "dev", "eth0");
    Tool.run("ip", "-n", namespace, "link", "set", "lo", "up");
    Tool.run("ip", "-n", namespace, "link", "set", "eth0", "up");
    Tool.run("ip", "-n", namespace, "route", "add", GATEWAY, "dev", "eth0", "scope", "link");
    Tool.run("ip", "-n", namespace, "route", "add", "default", "via", GATEWAY);
    Tool.run("ip", "link", "set", wire, "up");
    Tool.run("ip", "address", "add", GATEWAY + "/32", "dev", wire);
    Tool.run("ip", "route", "add", address + "/32", "dev", wire);
  }

  /** From now on nothing reaches it and nothing comes from it; nobody is told. */
  void cut(String address) {
    Tool.run("ip", "route", "replace", "blackhole", address + "/32");
    Tool.run("ip", "link", "set", wire(address), "down");
  }

  /** Takes it away, and the wire with it. */
  void disconnect(String namespace, String address) {
    Tool.run("ip", "link", "delete", wire(address));
    Tool.run("ip", "netns", "delete", namespace);
  }

  private static String wire(String address) {
    return "pod" + address.substring(address.indexOf('.') + 1).replace('.', '-');
  }

  /** From now on pods speak only so, and connections that are open go on. */
  void filter(List<Flow> flows) {
    StringBuilder rules = new StringBuilder("table inet cluster {}\nflush table inet cluster\n");
    rules.append("table inet cluster {\n");
    for (String hook : List.of("forward", "input")) {
      rules.append("chain ").append(hook).append(" { type filter hook ").append(hook);
      rules.append(" priority 0; policy drop; ct state established,related accept;");
      if (hook.equals("input")) {
        rules.append(" iifname lo accept;");
      }
      flows.forEach(flow -> rules.append(' ').append(flow.rule()).append(';'));
      rules.append(" }\n");
    }
    rules.append("}\n");
    Tool.runWithInput(rules.toString(), "nft", "-f", "-");
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
