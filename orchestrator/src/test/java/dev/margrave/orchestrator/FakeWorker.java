package dev.margrave.orchestrator;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.FailureKind;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.StageKey;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.result.StageResult;
import dev.margrave.protocol.worker.Capabilities;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.StageDirectory;
import dev.margrave.protocol.worker.WorkerProtocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * A worker that trains nothing: each stage has a number of steps, evaluates every {@link
 * #EVALUATE_EVERY}, saves every {@link #CHECKPOINT_EVERY} and waits for the commit; its final
 * checkpoint's hash depends on where it started only. What it saw is kept in a {@link World} that
 * outlives actor systems.
 */
public final class FakeWorker extends AbstractBehavior<FakeWorker.Message> {
  public static final int STEPS = 12;
  public static final int CHECKPOINT_EVERY = 3;
  public static final int EVALUATE_EVERY = 2;
  public static final int IMAGES_PER_STEP = 128;
  private static final Duration REGISTER_EVERY = Duration.ofSeconds(1);

  /** What workers have seen, over all processes. */
  public static final class World {
    public final Map<StageId, List<Integer>> begun = new ConcurrentHashMap<>();
    public final Map<AttemptId, Optional<String>> dataPaths = new ConcurrentHashMap<>();
    public final Map<StageId, Integer> acknowledgedEnds = new ConcurrentHashMap<>();
    public final Set<ArtefactRef> files = ConcurrentHashMap.newKeySet();
    public final List<String> violations = new ArrayList<>();

    /** From this step on {@code full} has lost its margin, until it is rescued; 0: never. */
    public volatile int lostFromStep;

    synchronized void violated(String what) {
      violations.add(what);
    }
  }

  interface Message {}

  private record Said(WorkerProtocol.Command command) implements Message {}

  private record Step(AttemptId attempt) implements Message {}

  private record Register() implements Message {}

  /** Hand back all attempts. */
  public record HandBack() implements WorkerCommand {}

  /** Outside the protocol. */
  public interface WorkerCommand extends Message {}

  private static final class Attempt {
    private final WorkerProtocol.Begin begin;
    private long step;
    private long effortSince;
    private int told;
    private int savedAs;
    private int endedAs;

    Attempt(WorkerProtocol.Begin begin) {
      this.begin = begin;
      this.step = begin.resumeFrom().map(CheckpointRef::step).orElse(0L);
      this.effortSince = step;
    }
  }

  private final TimerScheduler<Message> timers;
  private final World world;
  private final Duration stepTime;
  private final Function<AttemptId, Optional<Outcome.Failed>> faults;
  private final StageDirectory supervisors;
  private final Map<AttemptId, Attempt> attempts = new HashMap<>();
  private final ActorRef<WorkerProtocol.Command> node;
  private Runnable register;

  /** A worker whose attempts fail half way where {@code faults} says so. */
  public static Behavior<Message> create(
      String name,
      int slots,
      ActorRef<SchedulerProtocol.Command> scheduler,
      World world,
      Duration stepTime,
      Function<AttemptId, Optional<Outcome.Failed>> faults,
      StageDirectory supervisors) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  var worker =
                      new FakeWorker(context, timers, world, stepTime, faults, supervisors);
                  var capabilities = new Capabilities(slots, 0, 1L << 30, "none");
                  worker.register =
                      () ->
                          scheduler.tell(
                              new SchedulerProtocol.RegisterWorker(
                                  name,
                                  capabilities,
                                  List.copyOf(worker.attempts.keySet()),
                                  worker.node));
                  worker.register.run();
                  timers.startTimerWithFixedDelay(new Register(), REGISTER_EVERY);
                  return worker;
                }));
  }

  private FakeWorker(
      ActorContext<Message> context,
      TimerScheduler<Message> timers,
      World world,
      Duration stepTime,
      Function<AttemptId, Optional<Outcome.Failed>> faults,
      StageDirectory supervisors) {
    super(context);
    this.timers = timers;
    this.supervisors = supervisors;
    this.world = world;
    this.stepTime = stepTime;
    this.faults = faults;
    this.node = context.messageAdapter(WorkerProtocol.Command.class, Said::new);
  }

  @Override
  public Receive<Message> createReceive() {
    return newReceiveBuilder()
        .onMessage(Said.class, this::onSaid)
        .onMessage(Register.class, this::onRegister)
        .onMessage(Step.class, this::onStep)
        .onMessage(HandBack.class, this::onHandBack)
        .build();
  }

  private Behavior<Message> onRegister(Register message) {
    register.run();
    return this;
  }

  private Behavior<Message> onSaid(Said said) {
    if (said.command() instanceof WorkerProtocol.Begin begin) {
      begin(begin);
    } else if (said.command() instanceof WorkerProtocol.Recorded recorded) {
      recorded.obsolete().forEach(world.files::remove);
      Attempt attempt = attempts.get(recorded.attempt());
      if (attempt != null && attempt.savedAs == recorded.number()) {
        attempt.savedAs = 0;
        attempt.effortSince = attempt.step;
        next(attempt);
      } else if (attempt != null && attempt.endedAs == recorded.number()) {
        attempts.remove(recorded.attempt());
        world.acknowledgedEnds.put(recorded.attempt().stage(), recorded.attempt().number());
      }
    } else {
      attempts.remove(said.command().attempt());
    }
    return this;
  }

  private void begin(WorkerProtocol.Begin begin) {
    StageId stage = begin.attempt().stage();
    List<Integer> before = world.begun.computeIfAbsent(stage, id -> new ArrayList<>());
    if (before.stream().anyMatch(number -> number >= begin.attempt().number())) {
      world.violated(begin.attempt() + " began after " + before);
    }
    before.add(begin.attempt().number());
    world.dataPaths.put(begin.attempt(), begin.spec().experiment().dataset().path());
    if (begin.resumeFrom().isPresent()
        && !world.files.contains(begin.resumeFrom().get().artefact())) {
      world.violated(begin.attempt() + " resumes from a file that is gone");
    }
    begin
        .spec()
        .startFrom()
        .filter(start -> !world.files.contains(start.artefact()))
        .ifPresent(start -> world.violated(begin.attempt() + " starts from a file that is gone"));
    Attempt attempt = new Attempt(begin);
    attempts.put(begin.attempt(), attempt);
    tell(new WorkerProtocol.Started(begin.attempt(), attempt.step), 0);
    next(attempt);
  }

  private void next(Attempt attempt) {
    AttemptId id = attempt.begin.attempt();
    timers.startSingleTimer(id, new Step(id), stepTime);
  }

  private Behavior<Message> onStep(Step message) {
    Attempt attempt = attempts.get(message.attempt());
    if (attempt == null) {
      return this;
    }
    if (attempt.step >= STEPS) {
      end(attempt, new Outcome.Completed(result(attempt)));
      return this;
    }
    attempt.step++;
    if (attempt.step == STEPS / 2) {
      Optional<Outcome.Failed> fault = faults.apply(message.attempt());
      if (fault.isPresent()) {
        end(attempt, fault.get());
        return this;
      }
    }
    report(attempt);
    return this;
  }

  private void report(Attempt attempt) {
    AttemptId id = attempt.begin.attempt();
    boolean arm = id.stage().key() instanceof StageKey.ArmRun;
    tell(
        new WorkerProtocol.Progressed(id, "training", attempt.step, STEPS, attempt.step / 4.0, 99),
        0);
    if (arm && attempt.step % EVALUATE_EVERY == 0) {
      tell(
          new WorkerProtocol.Evaluated(id, Fixtures.evaluation(attempt.step, margin(attempt))),
          ++attempt.told);
    }
    if (arm && attempt.step % CHECKPOINT_EVERY == 0) {
      CheckpointRef checkpoint = file(attempt);
      attempt.savedAs = ++attempt.told;
      tell(new WorkerProtocol.CheckpointSaved(id, checkpoint, effort(attempt)), attempt.savedAs);
    } else {
      next(attempt);
    }
  }

  private double margin(Attempt attempt) {
    boolean full = attempt.begin.attempt().stage().key().text().startsWith("full");
    boolean rescued =
        attempt.begin.rescues().stream().anyMatch(rescue -> rescue.step() < attempt.step);
    boolean lost = full && world.lostFromStep > 0 && attempt.step >= world.lostFromStep;
    return lost && !rescued ? -0.2 : attempt.step / 10.0;
  }

  private void tell(WorkerProtocol.Report report, int number) {
    supervisors.tell(report.attempt().stage(), new WorkerProtocol.Delivery(report, number, node));
  }

  private CheckpointRef file(Attempt attempt) {
    AttemptId id = attempt.begin.attempt();
    String start =
        attempt.begin.spec().startFrom().map(from -> from.artefact().sha256()).orElse("fresh");
    CheckpointRef checkpoint =
        new CheckpointRef(
            new ArtefactRef(
                id.stage().text() + "/checkpoint-" + id.number() + "-" + attempt.step,
                100,
                Fixtures.sha256(id.stage().text() + start + attempt.step)),
            id,
            attempt.step);
    world.files.add(checkpoint.artefact());
    return checkpoint;
  }

  private static Effort effort(Attempt attempt) {
    long steps = attempt.step - attempt.effortSince;
    return new Effort(0.5 * steps, 0.25 * steps, IMAGES_PER_STEP * steps);
  }

  private StageResult result(Attempt attempt) {
    if (attempt.begin.attempt().stage().key() instanceof StageKey.ArmRun run) {
      return Fixtures.expected(run.arm(), file(attempt), attempt.begin.spec().startFrom());
    }
    return Fixtures.teacherFound(attempt.begin.attempt().stage().key().teacherSeed());
  }

  private void end(Attempt attempt, Outcome outcome) {
    AttemptId id = attempt.begin.attempt();
    Effort effort =
        outcome instanceof Outcome.Failed failed && failed.kind() == FailureKind.LOST
            ? Effort.NONE
            : effort(attempt);
    attempt.endedAs = ++attempt.told;
    tell(new WorkerProtocol.Ended(id, outcome, effort), attempt.endedAs);
    tell(new WorkerProtocol.Ended(id, outcome, effort), attempt.endedAs);
  }

  private Behavior<Message> onHandBack(HandBack handBack) {
    for (Attempt attempt : List.copyOf(attempts.values())) {
      timers.cancel(attempt.begin.attempt());
      attempt.endedAs = ++attempt.told;
      tell(
          new WorkerProtocol.Ended(attempt.begin.attempt(), new Outcome.HandedBack(), Effort.NONE),
          attempt.endedAs);
    }
    return this;
  }
}
