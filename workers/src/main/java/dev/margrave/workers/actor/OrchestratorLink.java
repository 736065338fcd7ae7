package dev.margrave.workers.actor;

import akka.actor.ActorSelection;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.margrave.protocol.StageId;
import dev.margrave.protocol.worker.GatewayProtocol;
import dev.margrave.protocol.worker.GatewayProtocol.Welcome;
import dev.margrave.protocol.worker.SchedulerProtocol;
import dev.margrave.protocol.worker.StageMessage;
import dev.margrave.protocol.worker.WorkerProtocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A worker's way to the orchestrators: stays with one as long as it answers, and goes to the next
 * when it does not. What is sent meanwhile is lost; whoever must be heard says it again.
 */
public final class OrchestratorLink extends AbstractBehavior<OrchestratorLink.Command> {

  /** To the link. */
  public sealed interface Command {}

  /** For the scheduler. */
  public record ToScheduler(SchedulerProtocol.Command command) implements Command {}

  /** For the supervisor of a stage. */
  public record ToStage(StageId stage, StageMessage message) implements Command {}

  private record Welcomed(Welcome welcome) implements Command {}

  private record Unanswered() implements Command {}

  private static final Unanswered UNANSWERED = new Unanswered();

  private final TimerScheduler<Command> timers;
  private final Supplier<List<String>> contacts;
  private final Duration patience;
  private final Readiness readiness;
  private final ActorRef<Welcome> welcomes;
  private List<String> known = List.of();
  private String current;
  private boolean welcomed;
  private GatewayProtocol.Command greeting;

  /**
   * A link that has found nobody yet.
   *
   * @param contacts orchestrators to try, as {@code host:port}; asked again whenever none answers
   * @param patience without an answer to a registration, before the next one is tried
   * @param readiness is told whether one answers
   */
  public static Behavior<Command> create(
      Supplier<List<String>> contacts, Duration patience, Readiness readiness) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new OrchestratorLink(context, timers, contacts, patience, readiness)));
  }

  private OrchestratorLink(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Supplier<List<String>> contacts,
      Duration patience,
      Readiness readiness) {
    super(context);
    this.timers = timers;
    this.contacts = contacts;
    this.patience = patience;
    this.readiness = readiness;
    this.welcomes = context.messageAdapter(Welcome.class, Welcomed::new);
    this.current = next();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(ToScheduler.class, this::onToScheduler)
        .onMessage(ToStage.class, this::onToStage)
        .onMessage(Welcomed.class, this::onWelcomed)
        .onMessage(Unanswered.class, this::onUnanswered)
        .onSignal(PostStop.class, this::onStopped)
        .build();
  }

  private Behavior<Command> onToScheduler(ToScheduler message) {
    if (message.command() instanceof SchedulerProtocol.RegisterWorker register) {
      greet(new GatewayProtocol.Register(register, welcomes));
    } else if (message.command() instanceof SchedulerProtocol.UnregisterWorker unregister) {
      greet(new GatewayProtocol.Unregister(unregister, welcomes));
    }
    return this;
  }

  /** What is answered, so that an orchestrator that is gone is noticed. */
  private void greet(GatewayProtocol.Command command) {
    greeting = command;
    send(command);
    if (!timers.isTimerActive(UNANSWERED)) {
      timers.startSingleTimer(UNANSWERED, UNANSWERED, patience);
    }
  }

  private Behavior<Command> onToStage(ToStage message) {
    if (message.message() instanceof WorkerProtocol.Delivery delivery) {
      send(new GatewayProtocol.Report(delivery));
    }
    return this;
  }

  private Behavior<Command> onWelcomed(Welcomed message) {
    timers.cancel(UNANSWERED);
    known = message.welcome().orchestrators();
    if (!welcomed) {
      getContext().getLog().info("orchestrator {} answers", current);
      welcomed = true;
      readiness.answered(true);
    }
    return this;
  }

  /** However that came about: nobody is asked any more. */
  private Behavior<Command> onStopped(PostStop stopped) {
    readiness.answered(false);
    return this;
  }

  private Behavior<Command> onUnanswered(Unanswered message) {
    String silent = current;
    current = next();
    getContext()
        .getLog()
        .info(
            "orchestrator {} does not answer; trying {}. Is it up, and do both use TLS"
                + " (margrave.cluster.tls), or neither?",
            silent,
            current);
    welcomed = false;
    readiness.answered(false);
    greet(greeting);
    return this;
  }

  /** The one after the present one, among all that were ever heard of. */
  private String next() {
    List<String> all = new ArrayList<>(contacts.get());
    known.stream().filter(address -> !all.contains(address)).forEach(all::add);
    if (all.isEmpty()) {
      return current == null ? "" : current;
    }
    return all.get((all.indexOf(current) + 1) % all.size());
  }

  private void send(GatewayProtocol.Command command) {
    if (current.isEmpty()) {
      return;
    }
    String path =
        "akka://%s@%s/user/%s"
            .formatted(getContext().getSystem().name(), current, GatewayProtocol.NAME);
    ActorSelection gateway = Adapter.toClassic(getContext().getSystem()).actorSelection(path);
    gateway.tell(command, akka.actor.ActorRef.noSender());
  }
}
