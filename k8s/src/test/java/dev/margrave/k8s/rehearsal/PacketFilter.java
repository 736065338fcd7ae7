package dev.margrave.k8s.rehearsal;

import dev.margrave.k8s.manifest.Manifests;
import dev.margrave.k8s.manifest.NetworkRules;
import io.fabric8.kubernetes.api.model.ContainerPort;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The manifests' network policies, as ways that are open between addresses. */
final class PacketFilter {
  private static final int DNS = 53;
  private static final int HTTPS = 443;
  private static final int POSTGRES = 5432;

  private final NetworkRules rules;

  PacketFilter(Manifests manifests) {
    this.rules = new NetworkRules(manifests);
  }

  /** Somebody with an address, and where connections to it may go. */
  private record Party(String address, NetworkRules.End end, List<Integer> ports, String protocol) {
    static Party of(Pod pod) {
      Map<String, Integer> ports = new LinkedHashMap<>();
      for (ContainerPort port : pod.container().getPorts()) {
        ports.put(port.getName(), port.getContainerPort());
      }
      return new Party(
          pod.address(),
          new NetworkRules.Pod(pod.name(), pod.namespace(), pod.labels(), ports),
          List.copyOf(ports.values()),
          "TCP");
    }
  }

  private static final List<Party> OTHERS =
      List.of(
          new Party(
              PodNetwork.API, new NetworkRules.Outside(PodNetwork.API), List.of(HTTPS), "TCP"),
          new Party(
              PodNetwork.OUTSIDE,
              new NetworkRules.Outside(PodNetwork.OUTSIDE),
              List.of(POSTGRES),
              "TCP"),
          new Party(
              PodNetwork.NAMES,
              new NetworkRules.Pod("dns", "kube-system", Map.of("k8s-app", "kube-dns"), Map.of()),
              List.of(DNS),
              "UDP"));

  /**
   * All ways that are open.
   *
   * @param strangers addresses of pods in another namespace, which has no policies
   */
  List<PodNetwork.Flow> flows(List<Pod> pods, List<String> strangers) {
    List<Party> inside = new ArrayList<>(pods.stream().map(Party::of).toList());
    for (String address : strangers) {
      var stranger = new NetworkRules.Pod(address, "elsewhere", Map.of(), Map.of());
      inside.add(new Party(address, stranger, List.of(), "TCP"));
    }
    List<Party> all = new ArrayList<>(inside);
    all.addAll(OTHERS);
    List<PodNetwork.Flow> flows = new ArrayList<>();
    for (Party from : inside) {
      for (Party to : all) {
        for (int port : to.ports()) {
          if (!from.equals(to) && rules.allows(from.end(), to.end(), port, to.protocol())) {
            flows.add(new PodNetwork.Flow(from.address(), to.address(), to.protocol(), port));
          }
        }
      }
    }
    return flows;
  }
}
