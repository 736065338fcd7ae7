package dev.margrave.orchestrator.schedule;

import dev.margrave.protocol.worker.ComputeCapability;
import dev.margrave.protocol.worker.Needs;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** For what a stage waits, as users read it. */
final class WaitReason {
  static final String SLOT = "waits for a slot";
  static final String LISTENING = SLOT + ": the scheduler is new and first hears what runs";
  private static final String NO_WORKER = "no worker is there; start one with: margrave worker";

  /** More would not be read. */
  private static final int NAMES = 5;

  private static final double BYTES_PER_GIB = 1L << 30;

  private WaitReason() {}

  /** For a stage that is not remembered. */
  static String queueFull(int maximumQueue) {
    return "the queue is full (%d stages)".formatted(maximumQueue);
  }

  /**
   * For a stage that asks for that.
   *
   * @param unreachable which workers are
   * @param excluded which workers are
   */
  static String of(
      Demand demand,
      Collection<KnownWorker> workers,
      Predicate<KnownWorker> unreachable,
      Predicate<KnownWorker> excluded) {
    if (workers.isEmpty()) {
      return NO_WORKER + with(demand.needs().engine());
    }
    List<KnownWorker> able =
        workers.stream().filter(worker -> worker.couldHold(demand.needs())).toList();
    if (able.isEmpty()) {
      return tooLarge(demand.needs(), workers);
    }
    Predicate<KnownWorker> avoided = worker -> demand.avoid().contains(worker.name());
    List<KnownWorker> open =
        able.stream().filter(avoided.or(unreachable).or(excluded).negate()).toList();
    return open.isEmpty() ? closed(able, avoided, unreachable) : crowded(demand.needs(), open);
  }

  /** An option of {@code margrave worker}. */
  private static String with(String engine) {
    return engine.isEmpty() ? "" : " --engine " + engine;
  }

  private static String tooLarge(Needs needs, Collection<KnownWorker> all) {
    if (needs.external() && all.stream().noneMatch(one -> one.capabilities().external())) {
      return "no worker runs external trainers; allow it with margrave.worker.external-trainers ="
          + " true";
    }
    List<KnownWorker> workers = all.stream().filter(worker -> worker.trainsWith(needs)).toList();
    if (workers.isEmpty()) {
      return "no worker has the engine %s; there is %s: start one with: margrave worker%s"
          .formatted(needs.engine(), engines(all), with(needs.engine()));
    }
    String none =
        needs.engine().isEmpty() ? "no worker" : "no worker with the engine " + needs.engine();
    int gpus = workers.stream().mapToInt(one -> one.capabilities().gpusFor(needs)).max().orElse(0);
    if (gpus < needs.gpus()) {
      return needs.gpus() == 1
          ? none + " has a GPU"
          : none
              + " has %d GPUs; the largest has %s"
                  .formatted(needs.gpus(), gpus == 0 ? "none" : gpus);
    }
    if (workers.stream().noneMatch(worker -> worker.hasGpusFor(needs))) {
      return none
          + " has a GPU of compute capability %s; the best is %s"
              .formatted(needs.computeCapability(), best(workers));
    }
    long memory =
        workers.stream().mapToLong(one -> one.capabilities().memoryBytes()).max().orElse(0);
    if (memory < needs.memoryBytes()) {
      return none
          + " has %s of memory; the largest has %s"
              .formatted(bytes(needs.memoryBytes()), bytes(memory));
    }
    return "no worker has " + words(needs) + " together";
  }

  /** As {@code libtorch (w3), nd4j (w1, w2)}. */
  private static String engines(Collection<KnownWorker> all) {
    return list(
        all.stream()
            .collect(
                Collectors.groupingBy(
                    worker -> worker.capabilities().engine(),
                    TreeMap::new,
                    Collectors.mapping(KnownWorker::name, Collectors.toList())))
            .entrySet()
            .stream()
            .map(entry -> entry.getKey() + " (" + list(entry.getValue()) + ")")
            .toList());
  }

  private static String best(List<KnownWorker> workers) {
    return workers.stream()
        .map(worker -> worker.capabilities().computeCapability())
        .flatMap(text -> ComputeCapability.parse(text).stream())
        .max(Comparator.naturalOrder())
        .map(ComputeCapability::toString)
        .orElse("unknown");
  }

  private static String closed(
      List<KnownWorker> able, Predicate<KnownWorker> avoided, Predicate<KnownWorker> unreachable) {
    if (able.stream().allMatch(avoided)) {
      return "every worker that fits ran out of memory with it: "
          + list(able.stream().map(KnownWorker::name).toList());
    }
    return "no worker that fits can take it: "
        + list(
            able.stream()
                .map(
                    worker ->
                        worker.name()
                            + (avoided.test(worker)
                                ? " ran out of memory with it"
                                : unreachable.test(worker) ? " is unreachable" : " is excluded"))
                .toList());
  }

  private static String crowded(Needs needs, List<KnownWorker> open) {
    if (open.stream().anyMatch(worker -> worker.hasRoomFor(needs))) {
      return SLOT;
    }
    List<KnownWorker> withSlot = open.stream().filter(worker -> worker.freeSlots() > 0).toList();
    if (withSlot.isEmpty()) {
      int slots = open.stream().mapToInt(worker -> worker.capabilities().slots()).sum();
      return SLOT + (slots == 1 ? ": the only one is taken" : ": all " + slots + " are taken");
    }
    int gpus = withSlot.stream().mapToInt(KnownWorker::freeGpus).max().orElse(0);
    if (gpus < needs.gpus()) {
      return needs.gpus() == 1
          ? "waits for a GPU: all that have a slot are taken"
          : "waits for %d GPUs on one worker: at most %d free"
              .formatted(needs.gpus(), Math.max(0, gpus));
    }
    return "waits for a worker with " + words(needs) + " free";
  }

  private static String words(Needs needs) {
    List<String> parts = new ArrayList<>();
    if (!needs.engine().isEmpty()) {
      parts.add(needs.engine());
    }
    if (needs.gpus() > 0) {
      parts.add(
          (needs.gpus() == 1 ? "a GPU" : needs.gpus() + " GPUs")
              + (needs.computeCapability().isEmpty()
                  ? ""
                  : " of compute capability " + needs.computeCapability()));
    }
    if (needs.memoryBytes() > 0) {
      parts.add(bytes(needs.memoryBytes()) + " of memory");
    }
    return parts.isEmpty() ? "a slot" : String.join(" and ", parts);
  }

  private static String bytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / BYTES_PER_GIB);
  }

  private static String list(List<String> items) {
    return items.size() <= NAMES
        ? String.join(", ", items)
        : String.join(", ", items.subList(0, NAMES))
            + " and %d more".formatted(items.size() - NAMES);
  }
}
