package dev.margrave.orchestrator.service;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.japi.function.Function;
import dev.margrave.orchestrator.experiment.ExperimentDirectory;
import dev.margrave.orchestrator.experiment.ExperimentRegistry;
import dev.margrave.orchestrator.experiment.ExperimentRegistry.Entries;
import dev.margrave.orchestrator.experiment.ExperimentRegistry.Found;
import dev.margrave.orchestrator.experiment.ExperimentSupervisor;
import dev.margrave.orchestrator.experiment.SubmitReply;
import dev.margrave.orchestrator.view.ExperimentView;
import dev.margrave.protocol.ExperimentId;
import dev.margrave.protocol.spec.ExperimentSpec;
import dev.margrave.protocol.spec.loading.CanonicalSpec;
import dev.margrave.protocol.worker.SchedulerProtocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Asks the registry and the supervisors, wherever they live. The registry goes first: an experiment
 * that it does not know gets no supervisor.
 */
public final class ActorExperimentService implements ExperimentService {
  /** Experiments per question to the registry: its answer fits into one message. */
  private static final int PAGE = 500;

  /** Supervisors that are asked at once. */
  private static final int FAN_OUT = 32;

  /** For names of actors. */
  private static final AtomicInteger INSTANCES = new AtomicInteger();

  /** Only an actor can be asked; a supervisor is found by its experiment's name. */
  private record Letter(ExperimentId experiment, ExperimentSupervisor.Command command) {}

  private final ActorRef<ExperimentRegistry.Command> registry;
  private final ActorRef<Letter> door;
  private final ActorRef<SchedulerProtocol.Command> scheduler;
  private final ActorSystem<?> system;
  private final Duration timeout;

  /**
   * A service.
   *
   * @param timeout of each question
   */
  public ActorExperimentService(
      ActorRef<ExperimentRegistry.Command> registry,
      ExperimentDirectory experiments,
      ActorRef<SchedulerProtocol.Command> scheduler,
      ActorSystem<?> system,
      Duration timeout) {
    this.registry = registry;
    this.scheduler = scheduler;
    this.system = system;
    this.timeout = timeout;
    this.door =
        system.systemActorOf(
            Behaviors.receiveMessage(
                letter -> {
                  experiments.tell(letter.experiment(), letter.command());
                  return Behaviors.same();
                }),
            "experiment-service-" + INSTANCES.getAndIncrement(),
            Props.empty());
  }

  @Override
  public CompletionStage<SubmitReply> submit(ExperimentSpec spec, boolean fresh) {
    String text = CanonicalSpec.text(spec);
    String hash = CanonicalSpec.hash(text);
    CompletionStage<SubmitReply> opened =
        ask(registry, replyTo -> new ExperimentRegistry.Open(spec, text, hash, fresh, replyTo));
    return opened.thenCompose(
        reply ->
            reply instanceof SubmitReply.Accepted accepted
                ? this.<ExperimentSupervisor.Started>askExperiment(
                        accepted.experiment(),
                        replyTo -> new ExperimentSupervisor.Start(spec, hash, replyTo))
                    .thenApply(started -> reply)
                : CompletableFuture.completedFuture(reply));
  }

  @Override
  public CompletionStage<List<ExperimentSummary>> list() {
    return list(experiment -> true);
  }

  /** Only those; the supervisors of others are not asked. */
  public CompletionStage<List<ExperimentSummary>> list(Predicate<ExperimentId> which) {
    return entries(0, List.of())
        .thenApply(
            entries -> entries.stream().filter(entry -> which.test(entry.experiment())).toList())
        .thenCompose(entries -> summaries(entries, 0, List.of()));
  }

  private CompletionStage<List<ExperimentRegistry.Entry>> entries(
      int offset, List<ExperimentRegistry.Entry> before) {
    CompletionStage<Entries> page =
        ask(registry, replyTo -> new ExperimentRegistry.ListEntries(offset, PAGE, replyTo));
    return page.thenCompose(
        answer -> {
          List<ExperimentRegistry.Entry> all = plus(before, answer.entries());
          return answer.entries().size() < PAGE
              ? CompletableFuture.completedFuture(all)
              : entries(offset + PAGE, all);
        });
  }

  /** Some at once, then the next, so that a long list floods nobody. */
  private CompletionStage<List<ExperimentSummary>> summaries(
      List<ExperimentRegistry.Entry> entries, int from, List<ExperimentSummary> before) {
    if (from >= entries.size()) {
      return CompletableFuture.completedFuture(before);
    }
    List<CompletableFuture<ExperimentSummary>> asked =
        entries.subList(from, Math.min(from + FAN_OUT, entries.size())).stream()
            .map(
                entry ->
                    this.<ExperimentSummary>askExperiment(
                            entry.experiment(),
                            replyTo ->
                                new ExperimentSupervisor.Summarise(entry.submitted(), replyTo))
                        .toCompletableFuture())
            .toList();
    return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
        .thenCompose(
            all ->
                summaries(
                    entries,
                    from + FAN_OUT,
                    plus(before, asked.stream().map(CompletableFuture::join).toList())));
  }

  private static <T> List<T> plus(List<T> before, List<T> more) {
    List<T> all = new ArrayList<>(before);
    all.addAll(more);
    return all;
  }

  @Override
  public CompletionStage<Optional<ExperimentView>> view(ExperimentId experiment) {
    return find(experiment)
        .thenCompose(
            found ->
                found.known()
                    ? this.<ExperimentView>askExperiment(experiment, ExperimentSupervisor.Look::new)
                        .thenApply(Optional::of)
                    : CompletableFuture.completedFuture(Optional.empty()));
  }

  /** An experiment that was removed is asked too: a repeat of that command is acknowledged. */
  @Override
  public CompletionStage<ControlReply> control(ExperimentId experiment, Control control) {
    return find(experiment)
        .thenCompose(
            found ->
                found.known() || found.removed()
                    ? askExperiment(
                        experiment, replyTo -> new ExperimentSupervisor.Steer(control, replyTo))
                    : CompletableFuture.completedFuture(
                        new ControlReply.Unknown(experiment.text())));
  }

  private CompletionStage<Found> find(ExperimentId experiment) {
    return ask(registry, replyTo -> new ExperimentRegistry.Find(experiment, replyTo));
  }

  @Override
  public CompletionStage<List<WorkerStatus>> workers() {
    CompletionStage<SchedulerProtocol.Workers> asked =
        ask(scheduler, SchedulerProtocol.ListWorkers::new);
    return asked.thenApply(
        answer ->
            answer.workers().stream()
                .sorted(Comparator.comparing(SchedulerProtocol.Worker::worker))
                .map(ActorExperimentService::status)
                .toList());
  }

  private static WorkerStatus status(SchedulerProtocol.Worker worker) {
    return new WorkerStatus(
        worker.worker(),
        worker.address(),
        worker.state(),
        worker.reason(),
        worker.capabilities().engine(),
        worker.capabilities().slots(),
        worker.capabilities().gpus(),
        worker.capabilities().computeCapability(),
        worker.capabilities().memoryBytes(),
        worker.running());
  }

  private <Q, A> CompletionStage<A> ask(ActorRef<Q> asked, Function<ActorRef<A>, Q> question) {
    return AskPattern.ask(asked, question, timeout, system.scheduler());
  }

  private <A> CompletionStage<A> askExperiment(
      ExperimentId experiment, Function<ActorRef<A>, ExperimentSupervisor.Command> question) {
    return ask(door, replyTo -> new Letter(experiment, question.apply(replyTo)));
  }
}
