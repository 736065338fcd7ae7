package dev.margrave.k8s.rehearsal;

import dev.margrave.k8s.container.Container;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Keeps the container of one pod running, as its manifest says: starts it again when it ends, asks
 * its probes, and on the pod's end waits before and after SIGTERM as long as it was told.
 */
final class Kubelet {
  /**
   * How a pod's end went.
   *
   * @param exitCode of its container
   * @param seconds from SIGTERM to the end
   * @param killed whether that took longer than its grace period
   */
  record End(int exitCode, double seconds, boolean killed) {}

  private static final long TICK_MS = 200;
  private static final long BACK_OFF_MS = 1000;

  /** Before it is killed, whoever does not end says where it stands. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(10);

  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  private final Pod pod;
  private final Supplier<Container> launch;
  private final Thread thread;
  private volatile Container container;
  private final AtomicInteger restarts = new AtomicInteger();

  /**
   * @param launch starts the container
   */
  Kubelet(Pod pod, Supplier<Container> launch) {
    this.pod = pod;
    this.launch = launch;
    this.thread = new Thread(this::run, "kubelet-" + pod.name());
    this.thread.setDaemon(true);
    this.container = launch.get();
    this.thread.start();
  }

  /** How often its container was started again. */
  int restarts() {
    return restarts.get();
  }

  private void run() {
    try {
      while (!pod.isEnding()) {
        supervise(container);
        pod.ready(false);
        if (pod.isEnding()) {
          return;
        }
        Events.say(pod.name() + ": its container ended with " + container.exitCode());
        Thread.sleep(BACK_OFF_MS);
        restarts.incrementAndGet();
        container = launch.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void supervise(Container running) throws InterruptedException {
    Watch startup = new Watch(pod.container().getStartupProbe());
    Watch liveness = new Watch(pod.container().getLivenessProbe());
    Watch readiness = new Watch(pod.container().getReadinessProbe());
    boolean started = false;
    while (running.isAlive() && !pod.isEnding()) {
      if (!started) {
        started = startup.ask().orElse(false);
      } else {
        readiness
            .ask()
            .ifPresent(success -> pod.ready(success || (pod.isReady() && !readiness.lost())));
        liveness.ask();
      }
      if (startup.lost() || liveness.lost()) {
        Events.say(pod.name() + ": a probe failed too often, its container is started again");
        running.kill();
      }
      Thread.sleep(TICK_MS);
    }
  }

  /** A probe, and what came of it. */
  private final class Watch {
    private final Probe probe;
    private long next = System.nanoTime();
    private int failures;

    Watch(Probe probe) {
      this.probe = probe;
    }

    /** What it says; empty: it is not its time. */
    Optional<Boolean> ask() {
      if (System.nanoTime() < next) {
        return Optional.empty();
      }
      next = System.nanoTime() + Duration.ofSeconds(probe.getPeriodSeconds()).toNanos();
      boolean success = answers();
      failures = success ? 0 : failures + 1;
      return Optional.of(success);
    }

    boolean lost() {
      return failures >= probe.getFailureThreshold();
    }

    private boolean answers() {
      URI uri =
          URI.create(
              "http://%s:%d%s"
                  .formatted(
                      pod.address(),
                      pod.port(probe.getHttpGet().getPort()),
                      probe.getHttpGet().getPath()));
      int timeout = Objects.requireNonNullElse(probe.getTimeoutSeconds(), 1);
      try {
        return HTTP.send(
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(timeout)).build(),
                    HttpResponse.BodyHandlers.discarding())
                .statusCode()
            < 400;
      } catch (IOException e) {
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }

  /** The container of now. */
  Container container() {
    return container;
  }

  /** Ends it as the manifest says. */
  End terminate() throws InterruptedException {
    pod.end();
    thread.join();
    long grace = pod.spec().getTerminationGracePeriodSeconds();
    var lifecycle = pod.container().getLifecycle();
    if (lifecycle != null && lifecycle.getPreStop() != null) {
      long seconds = lifecycle.getPreStop().getSleep().getSeconds();
      Thread.sleep(Duration.ofSeconds(seconds).toMillis());
      grace -= seconds;
    }
    long begin = System.nanoTime();
    container.terminate();
    waitForEnd(begin, Duration.ofSeconds(grace).minus(LAST_WORDS));
    if (container.isAlive()) {
      container.dumpThreads();
    }
    waitForEnd(begin, Duration.ofSeconds(grace));
    boolean killed = container.isAlive();
    container.kill();
    return new End(
        container.exitCode(),
        Duration.ofNanos(System.nanoTime() - begin).toMillis() / 1000.0,
        killed);
  }

  private void waitForEnd(long begin, Duration limit) throws InterruptedException {
    while (container.isAlive() && System.nanoTime() - begin < limit.toNanos()) {
      Thread.sleep(TICK_MS);
    }
  }

  /** It is gone without having ended. */
  void lose() throws InterruptedException {
    pod.end();
    thread.join();
    container.kill();
  }
}
