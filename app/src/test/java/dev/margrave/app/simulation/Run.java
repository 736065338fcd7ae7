package dev.margrave.app.simulation;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import dev.margrave.orchestrator.OrchestratorSettings;
import dev.margrave.orchestrator.service.Control;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.worker.SchedulerProtocol;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** One experiment under the faults of one seed, from its submission to its end. */
final class Run {
  private static final int WORKERS = 3;

  /** The longest backoffs and the exclusion of a worker fit in more than once. */
  private static final int LIMIT_MS = FaultPlan.CALM_MS + 30 * 60_000;

  private static final int HELD_MS = 60_000;
  private static final int SETTLE_MS = 20_000;
  private static final int LOOK_EVERY_MS = 1000;

  /** Mailboxes that run without time passing: more is a loop. */
  private static final int MOST_TURNS = 100_000;

  /** What a user does besides. */
  private enum Steering {
    NOTHING,
    PAUSES_A_WHILE,
    PAUSES_LONG,
    CANCELS
  }

  private final long seed;
  private final Mutation mutation;
  private final boolean faults;
  private final VirtualTime time;
  private final ExperimentSpec spec;
  private final SplittableRandom random;
  private final Trace trace;
  private final FaultCounts counts = new FaultCounts();
  private final Actors actors;
  private final Network network;
  private final Invariants invariants;
  private final SimulatedFiles files;
  private final SimulatedDatabase database;
  private final SimulatedOrchestrators orchestrators;
  private final List<SimulatedWorker> workers = new ArrayList<>();
  private final SimulatedUser user;
  private final Set<AttemptId> endsSaid = new HashSet<>();
  private Steering steering = Steering.NOTHING;
  private boolean held;
  private boolean over;

  /**
   * @param number tells runs of one actor system apart
   * @param faults whether there are any
   */
  Run(
      ActorSystem<?> system,
      VirtualTime time,
      OrchestratorSettings settings,
      ExperimentSpec spec,
      long number,
      long seed,
      boolean faults,
      Mutation mutation) {
    this.seed = seed;
    this.mutation = mutation;
    this.faults = faults;
    this.time = time;
    this.spec = spec;
    this.random = new SplittableRandom(seed);
    this.trace = new Trace(time);
    this.actors = new Actors(system, number);
    this.network = new Network(time, random, trace, counts);
    // Files are asked for later: each needs the other.
    this.invariants = new Invariants(trace, artefact -> files().isWhole(artefact));
    this.files = new SimulatedFiles(invariants::deletes);
    this.database = new SimulatedDatabase(time, random, mutation, invariants::stored);
    this.orchestrators =
        new SimulatedOrchestrators(this, settings, new ExperimentId(spec.name(), 1));
    for (int i = 0; i < WORKERS; i++) {
      workers.add(new SimulatedWorker(this, "w" + (i + 1), random.nextBoolean()));
    }
    this.user = new SimulatedUser(this);
  }

  long seed() {
    return seed;
  }

  Mutation mutation() {
    return mutation;
  }

  VirtualTime time() {
    return time;
  }

  SplittableRandom random() {
    return random;
  }

  Trace trace() {
    return trace;
  }

  FaultCounts counts() {
    return counts;
  }

  Actors actors() {
    return actors;
  }

  Network network() {
    return network;
  }

  Invariants invariants() {
    return invariants;
  }

  SimulatedFiles files() {
    return files;
  }

  SimulatedDatabase database() {
    return database;
  }

  SimulatedOrchestrators orchestrators() {
    return orchestrators;
  }

  List<SimulatedWorker> workers() {
    return workers;
  }

  /** Attempts whose end was said once. */
  Set<AttemptId> endsSaid() {
    return endsSaid;
  }

  boolean over() {
    return over;
  }

  /** Runs until the experiment is over and everything is quiet, or a rule is broken. */
  void go() {
    RunQueue.SHARED.seed(random);
    SimulatedJournal.use(database);
    orchestrators.start();
    workers.forEach(SimulatedWorker::start);
    user.submit(spec);
    if (faults) {
      steer();
      new FaultPlan(this).arrange();
    }
    time.after(LOOK_EVERY_MS, this::look);
    while (!over && invariants.violations().isEmpty()) {
      turn();
      if (!over && !time.advance()) {
        invariants.violated("nothing is left to happen");
      }
    }
    over = true;
    leave();
  }

  private void turn() {
    int turns = 0;
    for (String actor = RunQueue.SHARED.runOne(); actor != null; actor = RunQueue.SHARED.runOne()) {
      trace.turn(actor);
      if (turns++ > MOST_TURNS) {
        invariants.violated("messages without end, " + actor + " among those who talk");
        return;
      }
    }
  }

  /** Nothing of the run is left: the next one starts in an empty actor system. */
  private void leave() {
    workers.forEach(SimulatedWorker::crash);
    actors.stopAll();
    do {
      database.answerAll();
    } while (RunQueue.SHARED.runAll() > 0);
    time.clear();
  }

  // ---- the user

  private void steer() {
    steering = Steering.values()[random.nextInt(Steering.values().length)];
    int atMs = 1000 + random.nextInt(FaultPlan.LAST_FAULT_MS);
    if (steering == Steering.PAUSES_A_WHILE) {
      time.after(
          atMs,
          () -> {
            counts.count(Fault.PAUSE);
            user.steer(
                new Control.Pause(),
                paused ->
                    time.after(
                        random.nextInt(20_000),
                        () -> user.steer(new Control.Resume(), resumed -> {})));
          });
    } else if (steering == Steering.PAUSES_LONG) {
      time.after(
          atMs,
          () -> {
            counts.count(Fault.PAUSE);
            user.steer(new Control.Pause(), paused -> holds(new Control.Resume()));
          });
    } else if (steering == Steering.CANCELS) {
      time.after(
          atMs,
          () -> {
            counts.count(Fault.CANCEL);
            user.steer(
                new Control.Cancel(),
                cancelled -> holds(new Control.Retry(java.util.Optional.empty())));
          });
    }
  }

  /** Once the faults are over, nothing may run until the user wants it. */
  private void holds(Control goesOn) {
    held = true;
    time.after(
        Math.max(0, FaultPlan.CALM_MS - trace.nowMs()) + HELD_MS,
        () -> {
          workers.stream()
              .filter(worker -> worker.running() > 0)
              .forEach(
                  worker ->
                      invariants.violated(
                          worker.name() + " runs stages of an experiment that does not"));
          user.steer(goesOn, reply -> held = false);
        });
  }

  // ---- the end

  private void look() {
    if (over) {
      return;
    }
    if (trace.nowMs() > LIMIT_MS) {
      invariants.violated("still open: " + invariants.open());
      return;
    }
    boolean calm = !faults || trace.nowMs() > FaultPlan.CALM_MS;
    if (invariants.finished() && calm && !held) {
      time.after(SETTLE_MS, this::end);
    } else {
      time.after(LOOK_EVERY_MS, this::look);
    }
  }

  private void end() {
    workers.stream()
        .filter(worker -> worker.running() > 0)
        .forEach(worker -> invariants.violated(worker.name() + " trains for nobody"));
    invariants.open().forEach(stage -> invariants.violated(stage + " is not over"));
    if (invariants.completions() != invariants.certificates().size()) {
      invariants.violated(
          "%d stages completed %d times"
              .formatted(invariants.certificates().size(), invariants.completions()));
    }
    ActorRef<SchedulerProtocol.Workers> answer =
        actors.address(
            "workers",
            known -> {
              known.workers().stream()
                  .filter(worker -> !worker.running().isEmpty() && isThere(worker.worker()))
                  .forEach(
                      worker ->
                          invariants.violated(
                              worker.worker() + " still holds slots of " + worker.running()));
              over = true;
            });
    orchestrators.toScheduler(new SchedulerProtocol.ListWorkers(answer));
  }

  private boolean isThere(String worker) {
    return workers.stream().anyMatch(known -> known.name().equals(worker));
  }

  /** Of each stage that completed. */
  Map<String, String> certificates() {
    return invariants.certificates();
  }
}
