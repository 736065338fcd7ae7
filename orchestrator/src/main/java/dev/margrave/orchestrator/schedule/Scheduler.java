package dev.margrave.orchestrator.schedule;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.margrave.orchestrator.schedule.SlotBook.Answer;
import dev.margrave.orchestrator.schedule.SlotBook.Grant;
import dev.margrave.orchestrator.schedule.SlotBook.WorkerState;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.SchedulerProtocol.Cause;
import dev.margrave.protocol.worker.SchedulerProtocol.ListWorkers;
import dev.margrave.protocol.worker.SchedulerProtocol.RegisterWorker;
import dev.margrave.protocol.worker.SchedulerProtocol.ReleaseSlot;
import dev.margrave.protocol.worker.SchedulerProtocol.RequestSlot;
import dev.margrave.protocol.worker.SchedulerProtocol.SlotGranted;
import dev.margrave.protocol.worker.SchedulerProtocol.SlotQueued;
import dev.margrave.protocol.worker.SchedulerProtocol.SlotReply;
import dev.margrave.protocol.worker.SchedulerProtocol.UnregisterWorker;
import dev.margrave.protocol.worker.SchedulerProtocol.Worker;
import dev.margrave.protocol.worker.SchedulerProtocol.Workers;
import dev.margrave.protocol.worker.WorkerProtocol;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gives slots to waiting stages as its {@link SlotBook} says. One per cluster, or per process where
 * that is everything. Its state is soft: after a restart workers and supervisors say again what
 * they have and want.
 */
public final class Scheduler extends AbstractBehavior<Scheduler.Message> {

  /** Between two looks at what changes with time alone, and at reasons that have changed. */
  static final Duration TICK = Duration.ofSeconds(1);

  /** Reasons looked at per tick: with more stages waiting, the others hear when they ask again. */
  private static final int REASONS_PER_TICK = 1000;

  /** What the scheduler hears: its protocol, and its own timers. */
  sealed interface Message {}

  /** What it knows it hears again; so an unforeseen failure costs a pause. */
  private static final Duration LEAST_PAUSE = Duration.ofMillis(200);

  private static final Duration MOST_PAUSE = Duration.ofSeconds(5);

  private record Said(SchedulerProtocol.Command command) implements Message {}

  private record Settled() implements Message {}

  private record Tick() implements Message {}

  /** Who has asked for a stage that waits, and what it was told. */
  private record Asker(ActorRef<SlotReply> replyTo, String reason) {}

  private final ActorRef<SchedulerProtocol.Command> self;
  private final TimerScheduler<Message> timers;
  private final SchedulerSettings settings;
  private final Clock clock;
  private final SlotBook book;
  private final SchedulerInstruments instruments;
  private final Map<String, ActorRef<WorkerProtocol.Command>> nodes = new HashMap<>();

  /** Nodes whose place another of the same name has taken. */
  private final Set<ActorRef<WorkerProtocol.Command>> replaced = new HashSet<>();

  /** Of the stages that wait; those looked at longest ago first. */
  private final Map<StageId, Asker> askers = new LinkedHashMap<>();

  /** Workers that are unreachable, each since when. */
  private final Map<String, Instant> silentSince = new HashMap<>();

  /** A scheduler that knows nothing yet. */
  public static Behavior<SchedulerProtocol.Command> create(
      SchedulerSettings settings, Clock clock, SchedulerInstruments instruments) {
    Behavior<SchedulerProtocol.Command> scheduler = unsupervised(settings, clock, instruments);
    return Behaviors.supervise(scheduler)
        .onFailure(SupervisorStrategy.restartWithBackoff(LEAST_PAUSE, MOST_PAUSE, 0));
  }

  private static Behavior<SchedulerProtocol.Command> unsupervised(
      SchedulerSettings settings, Clock clock, SchedulerInstruments instruments) {
    return Behaviors.setup(
        outer -> {
          ActorRef<SchedulerProtocol.Command> self = outer.getSelf();
          Behavior<Message> inner =
              Behaviors.setup(
                  context ->
                      Behaviors.withTimers(
                          timers ->
                              new Scheduler(context, self, timers, settings, clock, instruments)));
          return Behaviors.transformMessages(
              SchedulerProtocol.Command.class,
              inner,
              builder -> builder.match(SchedulerProtocol.Command.class, Said::new));
        });
  }

  private Scheduler(
      ActorContext<Message> context,
      ActorRef<SchedulerProtocol.Command> self,
      TimerScheduler<Message> timers,
      SchedulerSettings settings,
      Clock clock,
      SchedulerInstruments instruments) {
    super(context);
    this.instruments = instruments;
    this.self = self;
    this.timers = timers;
    this.settings = settings;
    this.clock = clock;
    this.book = new SlotBook(settings, clock.instant());
    timers.startTimerWithFixedDelay(new Tick(), TICK);
    if (!settings.listen().isZero()) {
      timers.startSingleTimer(Settled.class, new Settled(), settings.listen());
    }
  }

  @Override
  public Receive<Message> createReceive() {
    return newReceiveBuilder()
        .onMessage(Said.class, this::onSaid)
        .onMessage(Settled.class, settled -> giveOut())
        .onMessage(Tick.class, this::onTick)
        .onSignal(Terminated.class, this::onTerminated)
        .onSignal(PostStop.class, this::onStop)
        .build();
  }

  private Behavior<Message> onSaid(Said said) {
    SchedulerProtocol.Command command = said.command();
    if (command instanceof RequestSlot request) {
      return onRequest(request);
    } else if (command instanceof ReleaseSlot release) {
      return onRelease(release);
    } else if (command instanceof RegisterWorker register) {
      return onRegister(register);
    } else if (command instanceof UnregisterWorker unregister) {
      return forget(unregister.worker(), "it takes no more stages");
    } else if (command instanceof ListWorkers list) {
      return onListWorkers(list);
    }
    throw new IllegalArgumentException("unknown command " + command);
  }

  // ---- workers

  private Behavior<Message> onRegister(RegisterWorker register) {
    String worker = register.worker();
    ActorRef<WorkerProtocol.Command> node = register.node();
    ActorRef<WorkerProtocol.Command> known = nodes.get(worker);
    if (known != null && replaced.contains(node)) {
      // Else both would take the place from each other for ever.
      getContext().getLog().debug("worker {} at {}: another node has its name now", worker, node);
      return this;
    }
    if (!node.equals(known)) {
      if (known != null) {
        forget(worker, "another node has its name now");
        replaced.add(known);
        getContext().watch(known);
      }
      replaced.remove(node);
      getContext().watch(node);
      nodes.put(worker, node);
      getContext()
          .getLog()
          .info("worker {} at {}: {} slots", worker, node, register.capabilities().slots());
    }
    book.heard(worker, register.capabilities(), register.running(), now());
    return giveOutSoon();
  }

  private Behavior<Message> onTerminated(Terminated terminated) {
    replaced.removeIf(node -> node.compareTo(terminated.getRef()) == 0);
    nodes.entrySet().stream()
        .filter(entry -> entry.getValue().compareTo(terminated.getRef()) == 0)
        .map(Map.Entry::getKey)
        .toList()
        .forEach(worker -> forget(worker, "it is gone"));
    return this;
  }

  private Behavior<Message> forget(String worker, String reason) {
    ActorRef<WorkerProtocol.Command> node = nodes.remove(worker);
    if (node != null) {
      getContext().unwatch(node);
      book.forget(worker);
      getContext().getLog().info("worker {} is given no more stages: {}", worker, reason);
    }
    return this;
  }

  private Behavior<Message> onListWorkers(ListWorkers list) {
    list.replyTo().tell(new Workers(book.workers(now()).stream().map(this::describe).toList()));
    return this;
  }

  private Worker describe(WorkerState state) {
    var address = nodes.get(state.worker()).path().address();
    return new Worker(
        state.worker(),
        (address.hasGlobalScope() ? address : getContext().getSystem().address()).toString(),
        state.state(),
        state.reason(),
        state.capabilities(),
        state.running());
  }

  // ---- stages

  private Behavior<Message> onRequest(RequestSlot request) {
    StageId stage = request.stage();
    Answer answer = book.request(Want.of(request), now());
    if (answer instanceof Answer.Reserved reserved) {
      request
          .replyTo()
          .tell(new SlotGranted(stage, reserved.worker(), nodes.get(reserved.worker())));
      return this;
    }
    String reason = book.reason(stage, now());
    if (answer instanceof Answer.Waits) {
      askers.put(stage, new Asker(request.replyTo(), reason));
    }
    request.replyTo().tell(new SlotQueued(stage, reason, self));
    return giveOutSoon();
  }

  private Behavior<Message> onRelease(ReleaseSlot release) {
    askers.remove(release.stage());
    if (release.cause() == Cause.LOST) {
      book.suspect(release.stage());
    }
    Optional<String> exclusion =
        book.release(release.stage(), release.cause() == Cause.EXHAUSTED, now());
    exclusion.ifPresent(words -> getContext().getLog().warn(words));
    return giveOut();
  }

  /** Stages that become ready together are compared first. */
  private Behavior<Message> giveOutSoon() {
    if (!timers.isTimerActive(Settled.class) && book.canGive(now())) {
      timers.startSingleTimer(Settled.class, new Settled(), settings.settle());
    }
    return this;
  }

  private Behavior<Message> giveOut() {
    for (Optional<Grant> next = book.next(now()); next.isPresent(); next = book.next(now())) {
      Grant grant = next.get();
      askers
          .remove(grant.stage())
          .replyTo()
          .tell(new SlotGranted(grant.stage(), grant.worker(), nodes.get(grant.worker())));
    }
    return this;
  }

  // ---- time

  private Behavior<Message> onTick(Tick tick) {
    Instant now = now();
    Set<String> silent = new HashSet<>();
    for (WorkerState worker : book.workers(now)) {
      if (worker.state().equals(SlotBook.UNREACHABLE)) {
        silent.add(worker.worker());
        if (silentSince.putIfAbsent(worker.worker(), now) == null) {
          getContext().getLog().warn("worker {} is not heard: no more stages", worker.worker());
        }
      }
    }
    silentSince.keySet().retainAll(silent);
    silent.stream()
        .filter(worker -> silentSince.get(worker).plus(settings.forgetAfter()).isBefore(now))
        .forEach(
            worker ->
                forget(
                    worker, "it was unreachable for " + settings.forgetAfter().toSeconds() + " s"));
    giveOut();
    tellChangedReasons(now);
    Map<String, Integer> workers = new HashMap<>();
    book.workers(now).forEach(worker -> workers.merge(worker.state(), 1, Integer::sum));
    instruments.stands(book.waiting(), workers);
    return this;
  }

  private Behavior<Message> onStop(PostStop stop) {
    instruments.left();
    return this;
  }

  /** A bounded number per tick, in turn. */
  private void tellChangedReasons(Instant now) {
    List<StageId> longestAgo = askers.keySet().stream().limit(REASONS_PER_TICK).toList();
    for (StageId stage : longestAgo) {
      Asker asker = askers.remove(stage);
      String reason = book.reason(stage, now);
      askers.put(stage, new Asker(asker.replyTo(), reason));
      if (!reason.equals(asker.reason())) {
        asker.replyTo().tell(new SlotQueued(stage, reason, self));
      }
    }
  }

  private Instant now() {
    return clock.instant();
  }
}
