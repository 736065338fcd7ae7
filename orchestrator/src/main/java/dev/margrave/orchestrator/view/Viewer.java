package dev.margrave.orchestrator.view;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.margrave.protocol.ExperimentId;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Passes the snapshots of an experiment on to one who watches it. When the journal breaks, the
 * experiment's supervisor is gone: then the last snapshot is shown once more, with the problem.
 */
public final class Viewer extends AbstractBehavior<Viewer.Command> {

  /** To a viewer. */
  public sealed interface Command {}

  /** Nothing goes on in this process. */
  public record Broke(String problem) implements Command {}

  private record Shown(ExperimentView view) implements Command {}

  private final ActorRef<ExperimentView> subscriber;
  private ExperimentView last;
  private Optional<String> problem = Optional.empty();

  /**
   * For one who watches; stops with them.
   *
   * @param watch how to have snapshots sent to an address
   */
  public static Behavior<Command> create(
      ExperimentId experiment,
      ActorRef<ExperimentView> subscriber,
      Consumer<ActorRef<ExperimentView>> watch) {
    return Behaviors.setup(
        context -> {
          watch.accept(context.messageAdapter(ExperimentView.class, Shown::new));
          return new Viewer(context, experiment, subscriber);
        });
  }

  private Viewer(
      ActorContext<Command> context, ExperimentId experiment, ActorRef<ExperimentView> subscriber) {
    super(context);
    this.subscriber = subscriber;
    this.last =
        new ExperimentView(
            experiment,
            ExperimentView.Status.RUNNING,
            Optional.empty(),
            List.of(),
            List.of(),
            Optional.empty());
    context.watch(subscriber);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Shown.class, this::onShown)
        .onMessage(Broke.class, this::onBroke)
        .onSignal(Terminated.class, gone -> Behaviors.stopped())
        .build();
  }

  private Behavior<Command> onShown(Shown shown) {
    last = shown.view();
    show();
    return this;
  }

  private Behavior<Command> onBroke(Broke broke) {
    problem = Optional.of(broke.problem());
    show();
    return this;
  }

  private void show() {
    boolean broken = problem.isPresent() && last.results().isEmpty();
    subscriber.tell(
        broken
            ? new ExperimentView(
                last.experiment(),
                ExperimentView.Status.BROKEN,
                problem,
                last.stages(),
                last.gates(),
                last.results())
            : last);
  }
}
