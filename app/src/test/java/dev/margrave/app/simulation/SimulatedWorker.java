package dev.margrave.app.simulation;

import akka.actor.typed.ActorRef;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.worker.Capabilities;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.SchedulerProtocol.RegisterWorker;
import dev.margrave.protocol.worker.StageMessage;
import dev.margrave.protocol.worker.WorkerProtocol;
import dev.margrave.protocol.worker.WorkerProtocol.CheckpointSaved;
import dev.margrave.protocol.worker.WorkerProtocol.Delivery;
import dev.margrave.workers.actor.NodeSettings;
import dev.margrave.workers.actor.WorkerNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A machine with a worker process that crashes, hangs and is started again. The process runs the
 * real {@link WorkerNode}; what it says and hears goes over the {@link Network}.
 */
final class SimulatedWorker {
  static final int SLOTS = 2;
  private static final long MEMORY_BYTES = 1L << 33;

  private final Run run;
  private final String machine;
  private final boolean keepsName;
  private int incarnation;
  private boolean up;
  private boolean frozen;
  private String name;
  private SimulatedJobs jobs;
  private ActorRef<WorkerNode.Command> node;
  private final Map<StageId, AttemptId> relabelled = new HashMap<>();
  private boolean attemptCrash;
  private Optional<UncheckedIOException> writeFault = Optional.empty();

  /**
   * @param keepsName whether the process has the same name after it was started again
   */
  SimulatedWorker(Run run, String machine, boolean keepsName) {
    this.run = run;
    this.machine = machine;
    this.keepsName = keepsName;
  }

  String machine() {
    return machine;
  }

  /** Of the present process. */
  String name() {
    return name;
  }

  String wayToOrchestrators() {
    return machine + ">";
  }

  String wayToWorker() {
    return machine + "<";
  }

  boolean up() {
    return up;
  }

  boolean frozen() {
    return frozen;
  }

  /** Attempts that run, those that do so for nobody included. */
  int running() {
    return up ? jobs.running() : 0;
  }

  // ---- the process

  private String process() {
    return "process-" + machine + "." + incarnation;
  }

  void start() {
    if (up) {
      return;
    }
    incarnation++;
    up = true;
    frozen = false;
    name = keepsName ? machine : machine + "-" + incarnation;
    jobs = new SimulatedJobs(run, this);
    int mine = incarnation;
    run.trace().say("start " + name);
    ActorRef<SchedulerProtocol.Command> scheduler =
        run.actors()
            .address(
                "scheduler-" + machine + "." + mine,
                command -> {
                  if (runs(mine)) {
                    toScheduler(command);
                  }
                });
    int slots = run.mutation() == Mutation.OVERBOOKED ? SLOTS + 1 : SLOTS;
    node =
        run.actors()
            .spawn(
                WorkerNode.create(
                    new NodeSettings(
                        name,
                        new Capabilities(slots, 0, MEMORY_BYTES, "none"),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(1)),
                    jobs,
                    run.files().store(),
                    scheduler,
                    (stage, message) -> {
                      if (runs(mine)) {
                        toStage(message);
                      }
                    }),
                process());
  }

  private boolean runs(int mine) {
    return up && mine == incarnation;
  }

  /** As {@code kill -9} does. */
  void crash() {
    if (!up) {
      return;
    }
    run.trace().say("crash " + name);
    up = false;
    thaw();
    jobs.die();
    run.files().crashed(name);
    run.actors().stop(node);
  }

  void freeze() {
    if (up && !frozen) {
      run.trace().say("freeze " + name);
      frozen = true;
      RunQueue.SHARED.freeze("/system/" + process());
    }
  }

  void thaw() {
    if (frozen) {
      run.trace().say("thaw " + name);
      frozen = false;
      RunQueue.SHARED.thaw("/system/" + process());
    }
  }

  /** As SIGTERM does: ends when all is handed back, or when that takes too long. */
  void drain(long patienceMs) {
    if (!up) {
      return;
    }
    run.trace().say("drain " + name);
    int mine = incarnation;
    ActorRef<WorkerNode.Drained> drained =
        run.actors()
            .address(
                "drained-" + machine + "." + mine + "-" + run.trace().nowMs(),
                message -> crashIf(mine));
    node.tell(new WorkerNode.Drain(drained));
    run.time().after(patienceMs, () -> crashIf(mine));
  }

  private void crashIf(int mine) {
    if (runs(mine)) {
      crash();
    }
  }

  // ---- faults of the next thing that an attempt does here

  void crashNextAttempt() {
    attemptCrash = true;
  }

  void failNextWrite(String problem) {
    writeFault = Optional.of(new UncheckedIOException(problem, new java.io.IOException(problem)));
  }

  boolean takesAttemptCrash() {
    boolean crash = attemptCrash;
    attemptCrash = false;
    return crash;
  }

  Optional<UncheckedIOException> takesWriteFault() {
    Optional<UncheckedIOException> fault = writeFault;
    writeFault = Optional.empty();
    return fault;
  }

  void noMoreFaults() {
    attemptCrash = false;
    writeFault = Optional.empty();
  }

  // ---- its ways

  private void toScheduler(SchedulerProtocol.Command command) {
    SchedulerProtocol.Command sent =
        command instanceof RegisterWorker register
            ? new RegisterWorker(
                register.worker(),
                register.capabilities(),
                register.running(),
                door(register.node()))
            : command;
    String what =
        command instanceof RegisterWorker register
            ? "Register " + name + " " + register.running()
            : command.toString();
    run.network().send(wayToOrchestrators(), what, () -> run.orchestrators().toScheduler(sent));
  }

  private void toStage(StageMessage message) {
    Delivery delivery = (Delivery) message;
    boolean repeat =
        run.mutation() == Mutation.ENDS_NOT_REPEATED
            && delivery.report() instanceof WorkerProtocol.Ended
            && !run.endsSaid().add(delivery.report().attempt());
    if (repeat) {
      return;
    }
    Delivery sent =
        new Delivery(relabelled(delivery.report()), delivery.number(), door(delivery.node()));
    run.network()
        .send(
            wayToOrchestrators(),
            delivery.report().attempt()
                + " "
                + delivery.report().getClass().getSimpleName()
                + " "
                + delivery.number(),
            () -> run.orchestrators().fromWorker(sent));
  }

  private WorkerProtocol.Report relabelled(WorkerProtocol.Report report) {
    StageId stage = report.attempt().stage();
    AttemptId current = new AttemptId(stage, run.invariants().currentAttempt(stage));
    if (run.mutation() != Mutation.STALE_TAKEN_FOR_CURRENT || current.equals(report.attempt())) {
      return report;
    }
    relabelled.put(stage, report.attempt());
    if (report instanceof CheckpointSaved saved) {
      return new CheckpointSaved(current, saved.checkpoint(), saved.effort());
    }
    return report instanceof WorkerProtocol.Evaluated evaluated
        ? new WorkerProtocol.Evaluated(current, evaluated.evaluation())
        : new WorkerProtocol.AtWork(current);
  }

  /** By which orchestrators reach a node: it is there even when the process is not. */
  private ActorRef<WorkerProtocol.Command> door(ActorRef<WorkerProtocol.Command> inbox) {
    int mine = incarnation;
    return run.actors()
        .door(
            inbox,
            command ->
                run.network()
                    .send(
                        wayToWorker(),
                        command.attempt() + " " + command.getClass().getSimpleName(),
                        () -> arrived(mine, inbox, command)));
  }

  private void arrived(
      int mine, ActorRef<WorkerProtocol.Command> inbox, WorkerProtocol.Command command) {
    if (!runs(mine)
        || (run.mutation() == Mutation.DEAF_TO_SUPERSEDED
            && command instanceof WorkerProtocol.Superseded)) {
      return;
    }
    if (run.mutation() == Mutation.FORGETS_WHAT_IS_NAMED
        && command instanceof WorkerProtocol.Superseded superseded) {
      inbox.tell(new WorkerProtocol.Superseded(superseded.attempt(), Optional.of(List.of())));
      return;
    }
    if (run.mutation() == Mutation.DELETES_WHAT_IS_KEPT
        && command instanceof WorkerProtocol.Recorded recorded) {
      List<dev.margrave.protocol.artefact.ArtefactRef> all = new ArrayList<>(recorded.obsolete());
      run.invariants().checkpointsInUse().stream()
          .filter(kept -> kept.attempt().equals(recorded.attempt()))
          .map(CheckpointRef::artefact)
          .forEach(all::add);
      inbox.tell(new WorkerProtocol.Recorded(recorded.attempt(), recorded.number(), all));
      return;
    }
    if (command instanceof WorkerProtocol.Recorded recorded
        && relabelled.containsKey(command.attempt().stage())) {
      inbox.tell(
          new WorkerProtocol.Recorded(
              relabelled.get(command.attempt().stage()), recorded.number(), recorded.obsolete()));
    }
    inbox.tell(command);
  }
}
