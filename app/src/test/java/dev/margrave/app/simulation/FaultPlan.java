package dev.margrave.app.simulation;

import dev.margrave.app.simulation.Network.Weather;
import dev.margrave.protocol.artefact.CheckpointRef;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The faults of a run, drawn from its seed: what, where, when and for how long. */
final class FaultPlan {
  /** After this nothing new goes wrong. */
  static final int LAST_FAULT_MS = 25_000;

  /** By then everything is mended. */
  static final int CALM_MS = 50_000;

  private static final int MOST_EVENTS = 10;
  private static final int LONGEST_ABSENCE_MS = 20_000;
  private static final int LONGEST_FAILOVER_MS = 6000;
  private static final int LONGEST_OUTAGE_MS = 8000;
  private static final int HAND_BACK_WITHIN_MS = 20_000;
  private static final int SLOWEST_WRITE_MS = 7000;

  private final Run run;
  private final SplittableRandom random;
  private final List<SimulatedWorker> touched = new ArrayList<>();

  FaultPlan(Run run) {
    this.run = run;
    this.random = run.random();
  }

  /** Arranges everything. */
  void arrange() {
    for (SimulatedWorker worker : run.workers()) {
      if (random.nextInt(10) < 6) {
        touched.add(worker);
        run.invariants().touched(worker.machine());
        if (random.nextInt(10) < 7) {
          run.network().weather(worker.wayToOrchestrators(), badWeather(0.3, 6000));
          run.network().weather(worker.wayToWorker(), badWeather(0.3, 6000));
        }
      }
    }
    if (random.nextBoolean()) {
      // Akka repeats nothing and keeps the order between two actors; a worker, though, comes in by
      // another orchestrator when one is silent.
      Weather bad = badWeather(0.15, 3000);
      run.network()
          .weather(
              SimulatedOrchestrators.WAY,
              new Weather(bad.loss(), 0, bad.late(), bad.maximumDelayMs(), false));
    }
    int events = random.nextInt(MOST_EVENTS + 1);
    for (int i = 0; i < events; i++) {
      at(random.nextInt(LAST_FAULT_MS), this::somethingHappens);
    }
    at(CALM_MS, this::calm);
  }

  private Weather badWeather(double worst, int latestMs) {
    return new Weather(
        random.nextDouble() * worst,
        random.nextDouble() * worst,
        random.nextDouble() * worst,
        1 + random.nextInt(latestMs),
        random.nextBoolean());
  }

  private void at(int milliseconds, Runnable task) {
    run.time().after(milliseconds, task);
  }

  private void somethingHappens() {
    if (run.over()) {
      return;
    }
    if (!touched.isEmpty() && random.nextInt(10) < 5) {
      worker(touched.get(random.nextInt(touched.size())));
    } else if (random.nextInt(10) < 6) {
      orchestrators();
    } else {
      attempt(run.workers().get(random.nextInt(run.workers().size())));
    }
  }

  private void worker(SimulatedWorker worker) {
    switch (random.nextInt(4)) {
      case 0 -> {
        count(Fault.WORKER_CRASH);
        worker.crash();
        at(1 + random.nextInt(LONGEST_ABSENCE_MS), worker::start);
      }
      case 1 -> {
        count(Fault.WORKER_FREEZE);
        worker.freeze();
        at(1 + random.nextInt(LONGEST_ABSENCE_MS), worker::thaw);
      }
      case 2 -> {
        count(Fault.WORKER_DRAIN);
        worker.drain(HAND_BACK_WITHIN_MS);
        at(HAND_BACK_WITHIN_MS + random.nextInt(3000), worker::start);
      }
      default -> {
        count(Fault.PARTITION);
        int length = 1 + random.nextInt(LONGEST_ABSENCE_MS);
        int sides = random.nextInt(3);
        if (sides != 1) {
          cut(worker.wayToOrchestrators(), length);
        }
        if (sides != 0) {
          cut(worker.wayToWorker(), length);
        }
      }
    }
  }

  private void cut(String way, int length) {
    run.trace().say("cut " + way);
    run.network().cut(way);
    at(length, () -> run.network().mend(way));
  }

  private void orchestrators() {
    switch (random.nextInt(6)) {
      case 0 -> {
        if (run.orchestrators().up()) {
          count(Fault.ORCHESTRATOR_CRASH);
          run.orchestrators().crash();
          at(500 + random.nextInt(LONGEST_FAILOVER_MS), run.orchestrators()::start);
        }
      }
      case 1 -> {
        count(Fault.SUPERVISOR_MOVE);
        run.orchestrators().moveSupervisor(1 + random.nextInt(LONGEST_FAILOVER_MS));
      }
      case 2 -> {
        count(Fault.SCHEDULER_MOVE);
        run.orchestrators().moveScheduler(1 + random.nextInt(LONGEST_FAILOVER_MS));
      }
      case 3 -> {
        count(Fault.DATABASE_OUT);
        run.database().out(true);
        at(1 + random.nextInt(LONGEST_OUTAGE_MS), () -> run.database().out(false));
      }
      case 4 -> {
        count(Fault.DATABASE_SLOW);
        run.database().slow(1 + random.nextInt(SLOWEST_WRITE_MS));
        at(1 + random.nextInt(LONGEST_OUTAGE_MS), run.database()::usualSpeed);
      }
      default -> {
        count(Fault.WRITE_FAILED);
        run.database().failNext(1 + random.nextInt(3));
      }
    }
  }

  private void attempt(SimulatedWorker worker) {
    switch (random.nextInt(4)) {
      case 0 -> {
        count(Fault.ATTEMPT_CRASH);
        worker.crashNextAttempt();
      }
      case 1 -> {
        count(Fault.CHECKPOINT_NOT_WRITTEN);
        worker.failNextWrite("Input/output error");
      }
      case 2 -> {
        count(Fault.DISK_FULL);
        run.workers().get(0).failNextWrite("No space left on device");
      }
      default -> {
        List<CheckpointRef> inUse =
            run.invariants().checkpointsInUse().stream()
                .filter(checkpoint -> checkpoint.step() < SimulatedJobs.STEPS)
                .toList();
        if (!inUse.isEmpty()) {
          count(Fault.CHECKPOINT_TORN);
          String path = inUse.get(random.nextInt(inUse.size())).artefact().path();
          run.trace().say("tear " + path);
          run.invariants().tears(path);
          run.files().tear(path);
        }
      }
    }
  }

  private void count(Fault fault) {
    run.trace().say("FAULT " + fault);
    run.counts().count(fault);
  }

  private void calm() {
    run.trace().say("calm");
    for (SimulatedWorker worker : run.workers()) {
      run.network().weather(worker.wayToOrchestrators(), Weather.GOOD);
      run.network().weather(worker.wayToWorker(), Weather.GOOD);
      worker.thaw();
      worker.noMoreFaults();
      worker.start();
    }
    run.network().weather(SimulatedOrchestrators.WAY, Weather.GOOD);
    run.database().out(false);
    run.database().usualSpeed();
    run.database().failNext(0);
  }
}
