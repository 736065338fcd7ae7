package dev.margrave.orchestrator;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.ChildFailed;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.margrave.orchestrator.experiment.ExperimentRegistry;
import dev.margrave.orchestrator.experiment.ExperimentSupervisor;
import dev.margrave.orchestrator.experiment.SubmitReply;
import dev.margrave.orchestrator.journal.Journal;
import dev.margrave.orchestrator.metrics.OrchestratorMetrics;
import dev.margrave.orchestrator.stage.StageProtocol;
import dev.margrave.orchestrator.stage.StageRegion;
import dev.margrave.orchestrator.stage.StageSupervisor;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.orchestrator.view.Viewer;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.StageMessage;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The orchestrator's front: takes experiments, shows them, drains before the process ends.
 *
 * <pre>
 *   user --Submit--&gt; front   &lt;--SubmitReply--
 *   user --Watch--&gt;  front   &lt;--ExperimentView*--
 *   user --Drain--&gt;  front   &lt;--Drained--
 * </pre>
 */
public final class Orchestrator extends AbstractBehavior<Orchestrator.Command> {

  /** To the orchestrator. */
  public sealed interface Command {}

  /**
   * Runs an experiment, goes on with it where it stopped, or answers with what it found when it had
   * finished. Idempotent.
   *
   * @param canonicalSpec the spec as text, equal for equal specs: shown when another spec has the
   *     name
   * @param specHash SHA-256 of {@code canonicalSpec}, lower-case hexadecimal
   * @param fresh starts anew beside the old
   */
  public record Submit(
      ExperimentSpec spec,
      String canonicalSpec,
      String specHash,
      boolean fresh,
      ActorRef<SubmitReply> replyTo)
      implements Command {}

  /**
   * Sends snapshots to the subscriber, the present one at once, until it stops. To be asked for
   * after {@link SubmitReply.Accepted}.
   */
  public record Watch(ExperimentId experiment, ActorRef<ExperimentView> subscriber)
      implements Command {}

  /** For the supervisor of a stage. */
  public record Deliver(StageId stage, StageMessage message) implements Command {}

  /**
   * Starts no more attempts, and answers once no attempt runs any more and everything is in the
   * journal. The workers must be told to hand back what they run. Idempotent.
   */
  public record Drain(ActorRef<Drained> replyTo) implements Command {}

  /** Nothing runs any more. */
  public record Drained() {}

  /** For the supervisor of an experiment. */
  public record Tell(ExperimentId experiment, ExperimentSupervisor.Command command)
      implements Command {}

  /** For the registry of experiments. */
  public record Register(ExperimentRegistry.Command command) implements Command {}

  private record StageShown(StageProtocol.StageChanged changed) implements Command {}

  private record ViewerGone(ActorRef<Viewer.Command> viewer) implements Command {}

  private record Opened(Submit submit, SubmitReply reply) implements Command {}

  private record Started(Submit submit, SubmitReply.Accepted accepted) implements Command {}

  private record Unanswered(Submit submit) implements Command {}

  private record Broke(Throwable cause) implements Command {}

  private final OrchestratorSettings settings;
  private final Journal journal;
  private final Clock clock;
  private final ActorRef<StageRegion.Command> stages;
  private final ActorRef<ExperimentRegistry.Command> registry;
  private final Map<ExperimentId, ActorRef<ExperimentSupervisor.Command>> experiments =
      new HashMap<>();
  private final Set<ActorRef<Viewer.Command>> viewers = new LinkedHashSet<>();
  private final Set<Submit> unanswered = new LinkedHashSet<>();
  private Optional<String> problem = Optional.empty();

  /**
   * An orchestrator on a journal. The actor system's settings must be {@link
   * Journal#configuration}.
   *
   * @param scheduler where supervisors ask for slots and workers register theirs
   * @param seed of the jitter between retries
   */
  public static Behavior<Command> create(
      OrchestratorSettings settings,
      Journal journal,
      ActorRef<SchedulerProtocol.Command> scheduler,
      Clock clock,
      long seed) {
    return Behaviors.setup(
        context -> new Orchestrator(context, settings, journal, scheduler, clock, seed));
  }

  private Orchestrator(
      ActorContext<Command> context,
      OrchestratorSettings settings,
      Journal journal,
      ActorRef<SchedulerProtocol.Command> scheduler,
      Clock clock,
      long seed) {
    super(context);
    this.settings = settings;
    this.journal = journal;
    this.clock = clock;
    this.registry =
        context.spawn(ExperimentRegistry.create(settings.limits(), clock), "experiments");
    context.watch(registry);
    ActorRef<Command> self = context.getSelf();
    var surroundings =
        new StageSupervisor.Surroundings(
            scheduler,
            changed -> self.tell(new StageShown(changed)),
            journal,
            settings.stages(),
            Optional.empty(),
            over -> {},
            seed,
            OrchestratorMetrics.get(context.getSystem()).stages());
    ActorRef<StageRegion.Broke> problems =
        context.messageAdapter(StageRegion.Broke.class, broke -> new Broke(broke.cause()));
    this.stages =
        context.spawn(
            StageRegion.create(stage -> StageSupervisor.create(stage, surroundings), problems),
            "stages");
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Submit.class, this::onSubmit)
        .onMessage(Opened.class, this::onOpened)
        .onMessage(Started.class, this::onStarted)
        .onMessage(Unanswered.class, this::onUnanswered)
        .onMessage(Watch.class, this::onWatch)
        .onMessage(Deliver.class, this::onDeliver)
        .onMessage(Tell.class, this::onTell)
        .onMessage(Register.class, this::onRegister)
        .onMessage(StageShown.class, this::onStageShown)
        .onMessage(ViewerGone.class, this::onViewerGone)
        .onMessage(Drain.class, this::onDrain)
        .onMessage(Broke.class, this::onBroke)
        .onSignal(ChildFailed.class, failed -> onBroke(new Broke(failed.getCause())))
        .onSignal(Terminated.class, terminated -> this)
        .build();
  }

  private Behavior<Command> onSubmit(Submit submit) {
    if (problem.isPresent()) {
      submit.replyTo().tell(new SubmitReply.Broken(problem.get()));
      return this;
    }
    unanswered.add(submit);
    getContext()
        .ask(
            SubmitReply.class,
            registry,
            settings.journalTimeout(),
            replyTo ->
                new ExperimentRegistry.Open(
                    submit.spec(),
                    submit.canonicalSpec(),
                    submit.specHash(),
                    submit.fresh(),
                    replyTo),
            (reply, failure) ->
                failure == null ? new Opened(submit, reply) : new Unanswered(submit));
    return this;
  }

  private Behavior<Command> onOpened(Opened opened) {
    if (!(opened.reply() instanceof SubmitReply.Accepted accepted)) {
      answer(opened.submit(), opened.reply());
      return this;
    }
    getContext()
        .ask(
            ExperimentSupervisor.Started.class,
            experiment(accepted.experiment()),
            settings.journalTimeout(),
            replyTo ->
                new ExperimentSupervisor.Start(
                    opened.submit().spec(), opened.submit().specHash(), replyTo),
            (started, failure) ->
                failure == null
                    ? new Started(opened.submit(), accepted)
                    : new Unanswered(opened.submit()));
    return this;
  }

  private ActorRef<ExperimentSupervisor.Command> experiment(ExperimentId experiment) {
    return experiments.computeIfAbsent(
        experiment,
        id -> {
          var surroundings =
              new ExperimentSupervisor.Surroundings(
                  (stage, command) -> stages.tell(new StageRegion.Deliver(stage, command)),
                  registry,
                  journal,
                  clock,
                  Optional.empty(),
                  settings.experiments());
          ActorRef<ExperimentSupervisor.Command> supervisor =
              getContext()
                  .spawn(ExperimentSupervisor.create(id, surroundings), "experiment:" + id.text());
          getContext().watch(supervisor);
          return supervisor;
        });
  }

  private Behavior<Command> onStarted(Started started) {
    answer(started.submit(), started.accepted());
    return this;
  }

  private void answer(Submit submit, SubmitReply reply) {
    if (unanswered.remove(submit)) {
      submit.replyTo().tell(reply);
    }
  }

  private Behavior<Command> onUnanswered(Unanswered message) {
    String reason =
        problem.orElse(
            "the journal did not answer within "
                + settings.journalTimeout().toSeconds()
                + " s; run the same command again");
    answer(message.submit(), new SubmitReply.Broken(reason));
    return this;
  }

  private Behavior<Command> onWatch(Watch watch) {
    ActorRef<ExperimentSupervisor.Command> supervisor = experiment(watch.experiment());
    ActorRef<Viewer.Command> viewer =
        getContext()
            .spawnAnonymous(
                Viewer.create(
                    watch.experiment(),
                    watch.subscriber(),
                    views -> supervisor.tell(new ExperimentSupervisor.Watch(views))));
    viewers.add(viewer);
    getContext().watchWith(viewer, new ViewerGone(viewer));
    problem.ifPresent(known -> viewer.tell(new Viewer.Broke(known)));
    return this;
  }

  private Behavior<Command> onViewerGone(ViewerGone gone) {
    viewers.remove(gone.viewer());
    return this;
  }

  private Behavior<Command> onTell(Tell tell) {
    experiment(tell.experiment()).tell(tell.command());
    return this;
  }

  private Behavior<Command> onRegister(Register register) {
    registry.tell(register.command());
    return this;
  }

  private Behavior<Command> onStageShown(StageShown shown) {
    ActorRef<ExperimentSupervisor.Command> known =
        experiments.get(shown.changed().stage().experiment());
    if (known != null) {
      known.tell(new ExperimentSupervisor.StageShown(shown.changed()));
    }
    return this;
  }

  private Behavior<Command> onDeliver(Deliver deliver) {
    stages.tell(new StageRegion.Deliver(deliver.stage(), deliver.message()));
    return this;
  }

  private Behavior<Command> onDrain(Drain drain) {
    ActorRef<Drained> replyTo = drain.replyTo();
    ActorRef<StageRegion.AllDrained> answer =
        getContext()
            .spawnAnonymous(
                Behaviors.<StageRegion.AllDrained>receiveMessage(
                    all -> {
                      replyTo.tell(new Drained());
                      return Behaviors.stopped();
                    }));
    stages.tell(new StageRegion.DrainAll(answer));
    return this;
  }

  private Behavior<Command> onBroke(Broke broke) {
    if (problem.isEmpty()) {
      problem = Optional.of(journal.problem(broke.cause()));
      getContext().getLog().error(problem.get(), broke.cause());
    }
    viewers.forEach(viewer -> viewer.tell(new Viewer.Broke(problem.get())));
    for (Submit submit : List.copyOf(unanswered)) {
      answer(submit, new SubmitReply.Broken(problem.get()));
    }
    return this;
  }
}
