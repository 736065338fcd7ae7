package dev.margrave.orchestrator.schedule;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.SchedulerProtocol.RegisterWorker;
import dev.margrave.protocol.worker.SchedulerProtocol.ReleaseSlot;
import dev.margrave.protocol.worker.SchedulerProtocol.RequestSlot;
import dev.margrave.protocol.worker.SchedulerProtocol.SlotGranted;
import dev.margrave.protocol.worker.SchedulerProtocol.UnregisterWorker;
import dev.margrave.protocol.worker.WorkerProtocol;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Gives free slots to waiting stages: higher priority first, then lower rank, then first come first
 * served; each to the worker with the most free slots. Its state is soft: after a restart workers
 * and supervisors say again what they have and want.
 */
public final class Scheduler extends AbstractBehavior<Scheduler.Message> {

  /** What the scheduler hears: its protocol, and its own timer. */
  sealed interface Message {}

  private record Said(SchedulerProtocol.Command command) implements Message {}

  private record Settled() implements Message {}

  private record Waiter(RequestSlot request, long arrival) {}

  private record Slots(int count, ActorRef<WorkerProtocol.Command> node) {}

  private static final Comparator<Waiter> URGENCY =
      Comparator.comparingInt((Waiter waiter) -> -waiter.request().priority())
          .thenComparingInt(waiter -> waiter.request().rank())
          .thenComparingLong(Waiter::arrival);

  private final TimerScheduler<Message> timers;
  private final SchedulerSettings settings;
  private final Map<String, Slots> workers = new LinkedHashMap<>();
  private final Map<StageId, String> reserved = new HashMap<>();
  private final TreeSet<Waiter> queue = new TreeSet<>(URGENCY);
  private final Map<StageId, Waiter> waiting = new HashMap<>();
  private long arrivals;

  /** A scheduler that knows nothing yet. */
  public static Behavior<SchedulerProtocol.Command> create(SchedulerSettings settings) {
    Behavior<Message> inner =
        Behaviors.setup(
            context -> Behaviors.withTimers(timers -> new Scheduler(context, timers, settings)));
    return Behaviors.transformMessages(
        SchedulerProtocol.Command.class,
        inner,
        builder -> builder.match(SchedulerProtocol.Command.class, Said::new));
  }

  private Scheduler(
      ActorContext<Message> context, TimerScheduler<Message> timers, SchedulerSettings settings) {
    super(context);
    this.timers = timers;
    this.settings = settings;
  }

  @Override
  public Receive<Message> createReceive() {
    return newReceiveBuilder()
        .onMessage(Said.class, this::onSaid)
        .onMessage(Settled.class, this::onSettled)
        .onSignal(Terminated.class, this::onTerminated)
        .build();
  }

  private Behavior<Message> onSaid(Said said) {
    SchedulerProtocol.Command command = said.command();
    if (command instanceof RegisterWorker register) {
      register(register);
    } else if (command instanceof UnregisterWorker unregister) {
      forget(unregister.worker(), "it takes no more stages");
    } else if (command instanceof RequestSlot request) {
      request(request);
    } else if (command instanceof ReleaseSlot release) {
      release(release.stage());
    }
    return this;
  }

  private void register(RegisterWorker register) {
    Slots known = workers.get(register.worker());
    if (known == null || !known.node().equals(register.node())) {
      getContext().watch(register.node());
      getContext()
          .getLog()
          .info("worker {}: {} slots", register.worker(), register.capabilities().slots());
    }
    workers.put(register.worker(), new Slots(register.capabilities().slots(), register.node()));
    settle();
  }

  private void request(RequestSlot request) {
    String worker = reserved.get(request.stage());
    if (worker != null && workers.containsKey(worker)) {
      request.replyTo().tell(new SlotGranted(request.stage(), worker, workers.get(worker).node()));
      return;
    }
    Waiter before = waiting.get(request.stage());
    if (before == null && queue.size() >= settings.maximumQueue()) {
      getContext()
          .getLog()
          .warn(
              "{} finds the queue full ({} stages) and will ask again",
              request.stage(),
              settings.maximumQueue());
      return;
    }
    if (before != null) {
      queue.remove(before);
    }
    Waiter waiter = new Waiter(request, before == null ? arrivals++ : before.arrival());
    queue.add(waiter);
    waiting.put(request.stage(), waiter);
    settle();
  }

  private void release(StageId stage) {
    Waiter waiter = waiting.remove(stage);
    if (waiter != null) {
      queue.remove(waiter);
    }
    if (reserved.remove(stage) != null) {
      settle();
    }
  }

  private void settle() {
    if (!queue.isEmpty() && !timers.isTimerActive(Settled.class)) {
      timers.startSingleTimer(Settled.class, new Settled(), settings.settle());
    }
  }

  private Behavior<Message> onSettled(Settled settled) {
    Map<String, Integer> free = new LinkedHashMap<>();
    workers.forEach((worker, slots) -> free.put(worker, slots.count()));
    reserved.values().forEach(worker -> free.computeIfPresent(worker, (name, n) -> n - 1));
    while (!queue.isEmpty()) {
      Optional<Map.Entry<String, Integer>> freest =
          free.entrySet().stream().max(Map.Entry.comparingByValue());
      if (freest.isEmpty() || freest.get().getValue() <= 0) {
        break;
      }
      grant(queue.first(), freest.get().getKey());
      free.merge(freest.get().getKey(), -1, Integer::sum);
    }
    return this;
  }

  private void grant(Waiter waiter, String worker) {
    StageId stage = waiter.request().stage();
    queue.remove(waiter);
    waiting.remove(stage);
    reserved.put(stage, worker);
    waiter.request().replyTo().tell(new SlotGranted(stage, worker, workers.get(worker).node()));
  }

  private Behavior<Message> onTerminated(Terminated terminated) {
    workers.entrySet().stream()
        .filter(entry -> entry.getValue().node().compareTo(terminated.getRef()) == 0)
        .map(Map.Entry::getKey)
        .toList()
        .forEach(worker -> forget(worker, "it is gone"));
    return this;
  }

  private void forget(String worker, String reason) {
    if (workers.remove(worker) != null) {
      getContext().getLog().info("worker {} is given no more stages: {}", worker, reason);
    }
    reserved.values().removeIf(worker::equals);
  }
}
