package dev.margrave.k8s.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process in an image's tree, as a container runtime starts it: a read-only root, its own mounts
 * and processes, a user without privileges that never gains any. Needs root.
 */
public final class Container {
  /** A file or folder of this machine at a path in the container. */
  public record Bind(Path from, String to, boolean readOnly) {}

  /**
   * What is started.
   *
   * @param tree the layers, as {@code images/assemble} makes them
   * @param work an empty folder for the mounts
   * @param network the network namespace by name, as {@code ip netns} knows it; empty: this one
   * @param user also the only group
   * @param environment all of it
   * @param command with its arguments
   * @param log gets what it prints
   */
  public record Plan(
      Path tree,
      Path work,
      String network,
      long user,
      List<Bind> binds,
      Map<String, String> environment,
      List<String> command,
      Path log) {}

  /** Mounts, in a mount namespace of its own, and becomes the user. */
  private static final String SCRIPT =
      """
      set -eu
      tree="$1" work="$2" user="$3" binds="$4"
      shift 4
      mount --make-rprivate /
      mkdir -p "$work/upper" "$work/overlay" "$work/root"
      mount -t overlay overlay -o \
      "lowerdir=$tree/program:$tree/libraries:$tree/base,upperdir=$work/upper,workdir=$work/overlay" \
      "$work/root"
      root="$work/root"
      mkdir -p "$root/proc" "$root/dev" "$root/var/lib/margrave"
      mount -t proc proc "$root/proc"
      for device in null zero random urandom; do
        : >"$root/dev/$device"
        mount --bind "/dev/$device" "$root/dev/$device"
      done
      while [ "$binds" -gt 0 ]; do
        from="$1" to="$root$2" mode="$3"
        shift 3
        if [ -d "$from" ]; then mkdir -p "$to"; else mkdir -p "${to%/*}"; [ -e "$to" ] || : >"$to"; fi
        mount --bind "$from" "$to"
        [ "$mode" = rw ] || mount -o remount,bind,ro "$to"
        binds=$((binds - 1))
      done
      mount -o remount,ro "$root"
      exec /usr/bin/setpriv --no-new-privs /usr/bin/env -i "$@"
      """;

  private static final int LOOK_MS = 20;

  private final Process process;

  private Container(Process process) {
    this.process = process;
  }

  /** Starts it. */
  public static Container start(Plan plan) {
    List<String> words = new ArrayList<>();
    if (!plan.network().isEmpty()) {
      words.addAll(List.of("ip", "netns", "exec", plan.network()));
    }
    words.addAll(List.of("unshare", "--mount", "--pid", "--fork", "--kill-child"));
    words.addAll(List.of("bash", "-c", SCRIPT, "container"));
    words.addAll(
        List.of(
            plan.tree().toString(),
            plan.work().toString(),
            Long.toString(plan.user()),
            Integer.toString(plan.binds().size())));
    for (Bind bind : plan.binds()) {
      words.addAll(List.of(bind.from().toString(), bind.to(), bind.readOnly() ? "ro" : "rw"));
    }
    plan.environment().forEach((name, value) -> words.add(name + "=" + value));
    words.addAll(
        List.of(
            "/usr/sbin/chroot",
            "--userspec=" + plan.user() + ":" + plan.user(),
            "--groups=" + plan.user(),
            plan.work().resolve("root").toString()));
    words.addAll(plan.command());
    try {
      Files.createDirectories(plan.work());
      return new Container(
          new ProcessBuilder(words)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(plan.log().toFile()))
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first process in it, as this machine numbers it. */
  public long pid() {
    return process
        .children()
        .findFirst()
        .map(ProcessHandle::pid)
        .orElseThrow(() -> new IllegalStateException("it has ended"));
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Of a process that a signal ended: 128 and the signal's number. */
  public int exitCode() {
    return process.exitValue();
  }

  /**
   * As a container runtime asks it to end: SIGTERM to its first process.
   *
   * @throws IllegalStateException when that could not be sent, though it runs
   */
  public void terminate() {
    boolean sent = process.children().map(ProcessHandle::destroy).reduce(false, Boolean::logicalOr);
    if (!sent && isAlive()) {
      throw new IllegalStateException("its first process took no SIGTERM");
    }
  }

  /** Where its threads stand, into its log, if its first process is a JVM. */
  public void dumpThreads() {
    try {
      new ProcessBuilder("kill", "-QUIT", Long.toString(pid())).start().waitFor();
    } catch (IOException | IllegalStateException e) {
      // It has ended.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** SIGKILL; returns when it is gone. */
  public void kill() {
    try {
      do {
        process.children().forEach(ProcessHandle::destroyForcibly);
      } while (!process.waitFor(LOOK_MS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The most memory that its first process ever had, in bytes; 0: it has ended. */
  public long peakBytes() {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException | IllegalStateException e) {
      return 0;
    }
  }
}
