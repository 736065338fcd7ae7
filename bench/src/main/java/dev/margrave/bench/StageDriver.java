package dev.margrave.bench;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.margrave.orchestrator.Fixtures;
import dev.margrave.orchestrator.stage.StageProtocol;
import dev.margrave.orchestrator.stage.StageSupervisor;
import dev.margrave.protocol.Arm;
import dev.margrave.protocol.AttemptId;
import dev.margrave.protocol.Outcome;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.artefact.ArtefactRef;
import dev.margrave.protocol.artefact.CheckpointRef;
import dev.margrave.protocol.worker.Effort;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.StageMessage;
import dev.margrave.protocol.worker.WorkerProtocol;
import java.util.Optional;
import java.util.function.Function;

/**
 * Experiment, scheduler and worker of one supervisor at a time: takes one stage after the other
 * through its life. The worker reports as workers do, evaluations and checkpoints in turn, and says
 * the next thing when the one before is in the journal.
 */
final class StageDriver extends AbstractBehavior<StageDriver.Command> {
  /** What it hears, in its three parts. */
  sealed interface Command {}

  private record AsExperiment(StageProtocol.Notice notice) implements Command {}

  private record AsScheduler(SchedulerProtocol.Command command) implements Command {}

  private record AsWorker(WorkerProtocol.Command command) implements Command {}

  /**
   * What it does.
   *
   * @param first number of its first stage; the next stage has the next
   * @param reports of each stage
   * @param surroundings of a supervisor, given its scheduler
   * @param over is told of a stage that has made all its reports and ends
   */
  record Task(
      int first,
      int reports,
      Function<ActorRef<SchedulerProtocol.Command>, StageSupervisor.Surroundings> surroundings,
      Runnable over) {}

  private final Task task;
  private final ActorRef<StageProtocol.Notice> experiment;
  private final ActorRef<SchedulerProtocol.Command> scheduler;
  private final ActorRef<WorkerProtocol.Command> worker;
  private ActorRef<StageMessage> supervisor;
  private int stages;
  private AttemptId attempt;

  private StageDriver(ActorContext<Command> context, Task task) {
    super(context);
    this.task = task;
    this.experiment = context.messageAdapter(StageProtocol.Notice.class, AsExperiment::new);
    this.scheduler = context.messageAdapter(SchedulerProtocol.Command.class, AsScheduler::new);
    this.worker = context.messageAdapter(WorkerProtocol.Command.class, AsWorker::new);
    next();
  }

  static Behavior<Command> create(Task task) {
    return Behaviors.setup(context -> new StageDriver(context, task));
  }

  /** The stage of that number. */
  static StageId stage(int number) {
    return Fixtures.stage("full-" + number);
  }

  private void next() {
    int number = task.first() + stages++;
    supervisor =
        getContext()
            .spawn(
                StageSupervisor.create(stage(number), task.surroundings().apply(scheduler)),
                "stage-" + number);
    supervisor.tell(new StageProtocol.Run(Fixtures.stageSpec("full-" + number), 0, 0, experiment));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(AsExperiment.class, this::onNotice)
        .onMessage(AsScheduler.class, this::onSchedulerCommand)
        .onMessage(AsWorker.class, this::onWorkerCommand)
        .build();
  }

  private Behavior<Command> onNotice(AsExperiment told) {
    if (told.notice() instanceof StageProtocol.StageEnded) {
      getContext().stop(supervisor);
      task.over().run();
      next();
    }
    return this;
  }

  private Behavior<Command> onSchedulerCommand(AsScheduler told) {
    if (told.command() instanceof SchedulerProtocol.RequestSlot request) {
      request.replyTo().tell(new SchedulerProtocol.SlotGranted(request.stage(), "bench", worker));
    }
    return this;
  }

  private Behavior<Command> onWorkerCommand(AsWorker told) {
    // An order is repeated until it was heard, which here may be after the answer was sent.
    if (told.command() instanceof WorkerProtocol.Begin begin && !begin.attempt().equals(attempt)) {
      attempt = begin.attempt();
      report(1);
    } else if (told.command() instanceof WorkerProtocol.Recorded recorded
        && recorded.attempt().equals(attempt)
        && recorded.number() <= task.reports()) {
      report(recorded.number() + 1);
    }
    return this;
  }

  private void report(int number) {
    supervisor.tell(new WorkerProtocol.Delivery(of(number), number, worker));
  }

  private WorkerProtocol.Report of(int number) {
    CheckpointRef checkpoint =
        new CheckpointRef(
            new ArtefactRef(
                attempt.stage().text() + "/" + number + ".ckpt", 1000, Fixtures.sha256("")),
            attempt,
            number);
    if (number > task.reports()) {
      return new WorkerProtocol.Ended(
          attempt,
          new Outcome.Completed(Fixtures.expected(Arm.FULL, checkpoint, Optional.empty())),
          Effort.NONE);
    }
    return number % 2 == 1
        ? new WorkerProtocol.Evaluated(attempt, Fixtures.evaluation(number, 1.1))
        : new WorkerProtocol.CheckpointSaved(attempt, checkpoint, Effort.NONE);
  }
}
