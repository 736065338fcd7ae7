package dev.margrave.k8s.rehearsal;

import dev.margrave.k8s.container.Container;
import dev.margrave.k8s.manifest.Manifests;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * A cluster without Kubernetes: controllers, kubelets, names, a network with its policies and an
 * API server, all in this process, that start real containers as real manifests say.
 */
final class RehearsalCluster implements Workload.Hands {
  /** What ends a pod that is told to, by its name and how often that name was there. */
  record Ended(String pod, Kubelet.End end) {}

  /** The most memory that a pod's container had, of how much it may have, in bytes. */
  record Memory(String pod, long peakBytes, long limitBytes) {}

  private static final long STEP_MS = 200;
  private static final int FIRST_ADDRESS = 10;

  private final Path folder;
  private final String namespace;
  private final Containers containers;
  private final PodNetwork network;
  private final PacketFilter filter;
  private final List<Service> services;
  private final ApiServer api;
  private final Map<String, Map<String, String>> secrets;
  private final Map<Pod, Kubelet> pods = new ConcurrentHashMap<>();
  private final List<Ended> ended = new CopyOnWriteArrayList<>();
  private final List<Memory> peaks = new CopyOnWriteArrayList<>();
  private volatile List<Workload> workloads = List.of();
  private volatile Map<String, ConfigMap> configMaps = Map.of();
  private final List<String> strangers = new ArrayList<>();
  private int created;
  private volatile Optional<RuntimeException> broken = Optional.empty();

  /**
   * Starts the cluster, without pods.
   *
   * @param manifests of which the API server takes its roles and the packet filter its rules
   * @param secrets that the user made, by name and key
   */
  RehearsalCluster(
      Path folder,
      PodNetwork network,
      Manifests manifests,
      String namespace,
      Containers containers,
      Map<String, Map<String, String>> secrets) {
    this.folder = folder;
    this.namespace = namespace;
    this.containers = containers;
    this.secrets = secrets;
    this.network = network;
    this.filter = new PacketFilter(manifests);
    this.services = manifests.all(Service.class);
    this.api =
        ApiServer.start(
            folder,
            manifests.all(Role.class),
            manifests.all(RoleBinding.class),
            () -> pods().stream().map(Pod::shown).toList());
    NameServer.start(PodNetwork.NAMES, this::addresses);
    Thread controllers = new Thread(this::control, "controllers");
    controllers.setDaemon(true);
    controllers.start();
  }

  /** As {@code kubectl apply}: from now on the controllers work towards this. */
  synchronized void apply(Manifests manifests) {
    configMaps =
        manifests.all(ConfigMap.class).stream()
            .collect(Collectors.toMap(map -> map.getMetadata().getName(), map -> map));
    List<Workload> wanted = new ArrayList<>();
    manifests.all(Deployment.class).forEach(one -> wanted.add(Workload.of(one)));
    manifests.all(StatefulSet.class).forEach(one -> wanted.add(Workload.of(one)));
    workloads = List.copyOf(wanted);
  }

  /** As {@code kubectl delete}: all pods end, and no others come. */
  synchronized void delete() {
    workloads = List.of();
    pods().forEach(this::terminate);
  }

  private void control() {
    try {
      while (true) {
        synchronized (this) {
          workloads.forEach(workload -> workload.reconcile(this));
        }
        Thread.sleep(STEP_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      broken = Optional.of(e);
    }
  }

  /** All that are not gone, by name. */
  List<Pod> pods() {
    return pods.keySet().stream()
        .filter(pod -> !pod.isGone())
        .sorted(java.util.Comparator.comparing(Pod::name))
        .toList();
  }

  @Override
  public List<Pod> pods(String workload) {
    return pods().stream().filter(pod -> pod.workload().equals(workload)).toList();
  }

  @Override
  public synchronized void create(String workload, String called, PodTemplateSpec template) {
    int number = created++;
    String name = called.isEmpty() ? workload + "-" + Integer.toString(number + 1000, 36) : called;
    String address = "10.244.0." + (FIRST_ADDRESS + number);
    Pod pod = new Pod(namespace, name, workload, template, address);
    network.connect(network(pod), address);
    Path own = folder.resolve("pods").resolve(number + "-" + name);
    try {
      Files.createDirectories(own);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    PodVolumes volumes =
        new PodVolumes(
            new PodVolumes.Given(secrets, configMaps, folder.resolve("claims")), pod, own);
    List<Container.Bind> binds = new ArrayList<>(volumes.binds());
    binds.addAll(volumes.names());
    binds.addAll(volumes.serviceAccount(api, folder.resolve("ca.crt")));
    Map<String, String> environment = volumes.environment();
    Events.say("%s at %s, %s".formatted(name, address, pod.container().getImage()));
    pods.put(
        pod, new Kubelet(pod, () -> containers.start(pod, network(pod), binds, environment, own)));
    refresh();
  }

  /** How the network namespace of a pod is called. */
  String network(Pod pod) {
    return "pod-" + pod.address().substring(pod.address().lastIndexOf('.') + 1);
  }

  @Override
  public void terminate(Pod pod) {
    if (pod.isEnding()) {
      return;
    }
    recordPeak(pod);
    pod.end();
    Events.say(pod.name() + " is told to end");
    Thread thread =
        new Thread(
            () -> {
              try {
                Kubelet.End end = pods.get(pod).terminate();
                ended.add(new Ended(pod.name(), end));
                Events.say(
                    "%s ended with %d, %.1f s after SIGTERM%s"
                        .formatted(
                            pod.name(),
                            end.exitCode(),
                            end.seconds(),
                            end.killed() ? ", killed" : ""));
                remove(pod);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (RuntimeException e) {
                broken = Optional.of(e);
              }
            },
            "end-" + pod.name());
    thread.setDaemon(true);
    thread.start();
  }

  /** Its node is gone: it falls silent, and its controller knows at once. */
  void lose(Pod pod) throws InterruptedException {
    Events.say(pod.name() + " is lost with its node");
    recordPeak(pod);
    network.cut(pod.address());
    pods.get(pod).lose();
    remove(pod);
  }

  private void recordPeak(Pod pod) {
    peaks.add(
        new Memory(pod.name(), pods.get(pod).container().peakBytes(), Containers.memoryLimit(pod)));
  }

  private synchronized void remove(Pod pod) {
    pod.forget();
    network.disconnect(network(pod), pod.address());
    refresh();
  }

  private synchronized void refresh() {
    network.filter(filter.flows(pods(), strangers));
  }

  /** The addresses of a service's ready pods, by its full name. */
  private Optional<List<String>> addresses(String name) {
    return services.stream()
        .filter(
            service ->
                name.equals(
                    "%s.%s.svc.cluster.local"
                        .formatted(service.getMetadata().getName(), namespace)))
        .findFirst()
        .map(
            service ->
                pods().stream()
                    .filter(Pod::isReady)
                    .filter(
                        pod ->
                            pod.labels()
                                .entrySet()
                                .containsAll(service.getSpec().getSelector().entrySet()))
                    .map(Pod::address)
                    .toList());
  }

  /** Whether all workloads are as they are wanted. */
  boolean isDone() {
    return workloads.stream().allMatch(workload -> workload.isDone(this));
  }

  /**
   * Waits.
   *
   * @throws IllegalStateException when it takes longer than {@code limit}
   */
  void await(String what, Duration limit, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (broken.isPresent()) {
        throw new IllegalStateException("the rehearsal itself is broken", broken.get());
      }
      if (System.nanoTime() > end) {
        throw new IllegalStateException("not within " + limit.toSeconds() + " s: " + what);
      }
      Thread.sleep(STEP_MS);
    }
    Events.say(what);
  }

  /** How pods ended that were told to. */
  List<Ended> ended() {
    return List.copyOf(ended);
  }

  /** How often containers were started again, by pod. */
  Map<String, Integer> restarts() {
    Map<String, Integer> restarts = new LinkedHashMap<>();
    pods.forEach((pod, kubelet) -> restarts.merge(pod.name(), kubelet.restarts(), Integer::sum));
    return restarts;
  }

  /** The most memory that each pod's container ever had, when its end began. */
  List<Memory> memory() {
    return List.copyOf(peaks);
  }

  /** What the API server was asked. */
  ApiServer api() {
    return api;
  }

  /** Makes a network namespace of the cluster in which no pod runs. */
  synchronized void stranger(String name, String address) {
    network.connect(name, address);
    strangers.add(address);
    refresh();
  }
}
